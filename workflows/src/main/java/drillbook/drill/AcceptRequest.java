package drillbook.drill;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks to take a slower recovery time as the new normal.
 *
 * @param target whose drill
 * @param drill the drill's mark, as its report names it; the last drill when left out
 * @param who accepts it
 * @param words why
 */
public record AcceptRequest(String target, String drill, String who, String words) {
  /** Fills in what was left out. */
  public AcceptRequest(
      String target, @Nullable String drill, @Nullable String who, @Nullable String words) {
    this.target = Objects.requireNonNullElse(target, "").strip();
    this.drill = Objects.requireNonNullElse(drill, "").strip();
    this.who = Objects.requireNonNullElse(who, "").strip();
    this.words = Objects.requireNonNullElse(words, "").strip();
    if (this.target.isEmpty()) {
      throw new IllegalArgumentException("target is missing: name one that the worker knows");
    }
    if (this.who.isEmpty()) {
      throw new IllegalArgumentException("who is missing: name the person who accepts it");
    }
  }
}
