package drillbook.journal;

import drillbook.check.Check;
import drillbook.check.Verdict;
import java.util.List;
import java.util.Objects;

/**
 * What a journal's verification found.
 *
 * @param head the newest entry in the store
 * @param entries how many entries were read
 * @param tailProven whether the newest entries are known not to have been cut off: only a head that
 *     was kept elsewhere proves it
 * @param checks what was asked; without an expected head the question for the tail could not run
 */
public record JournalCheck(JournalHead head, long entries, boolean tailProven, List<Check> checks) {
  /** Copies the checks. */
  public JournalCheck {
    Objects.requireNonNull(head, "head == null");
    checks = List.copyOf(checks);
  }

  /** Returns what the checks add up to. Never green while the tail is not proven. */
  public Verdict verdict() {
    return Verdict.of(checks);
  }
}
