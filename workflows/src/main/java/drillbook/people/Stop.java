package drillbook.people;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Somebody's word that something must not go on.
 *
 * @param who says so
 * @param words why
 */
public record Stop(String who, String words) {
  /** Fills in what was left out. */
  public Stop(@Nullable String who, @Nullable String words) {
    this.who = Objects.requireNonNullElse(who, "").strip();
    this.words = Objects.requireNonNullElse(words, "").strip();
  }
}
