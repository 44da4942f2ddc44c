package drillbook.people;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Somebody's word that something may be done.
 *
 * @param who gives it
 * @param typed the target's name, typed by hand: nobody approves the wrong one by habit
 * @param delete whether the primary may be deleted, where the runbook asks for that
 * @param words what else is to be remembered
 */
public record Approval(String who, String typed, boolean delete, String words) {
  /** Fills in what was left out. */
  public Approval(
      @Nullable String who, @Nullable String typed, boolean delete, @Nullable String words) {
    this.who = Objects.requireNonNullElse(who, "").strip();
    this.typed = Objects.requireNonNullElse(typed, "").strip();
    this.delete = delete;
    this.words = Objects.requireNonNullElse(words, "").strip();
  }
}
