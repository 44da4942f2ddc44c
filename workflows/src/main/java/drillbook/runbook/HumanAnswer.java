package drillbook.runbook;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a person says about a human step.
 *
 * @param who gives the answer
 * @param done whether it was done
 * @param words what happened
 */
public record HumanAnswer(String who, boolean done, String words) {
  /** Fills in what was left out. */
  public HumanAnswer(@Nullable String who, boolean done, @Nullable String words) {
    this.who = Objects.requireNonNullElse(who, "").strip();
    this.done = done;
    this.words = Objects.requireNonNullElse(words, "").strip();
  }
}
