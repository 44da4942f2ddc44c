package drillbook.journal;

import drillbook.check.Verdict;
import drillbook.drill.Baseline;
import drillbook.failure.DrillbookException;
import java.util.ArrayList;
import java.util.List;

/** What a journal says of earlier drills. */
public final class DrillHistory {
  /** How many drills are looked at: a baseline that old says nothing about today. */
  static final int LOOK_BACK = 200;

  private DrillHistory() {}

  /**
   * Returns the recovery times that make a baseline: of green drills that did not regress, of one
   * environment, newest first, at most {@value Baseline#MOST}.
   *
   * @param fingerprint the environment
   */
  public static List<Double> recoverySeconds(Journal journal, String fingerprint)
      throws DrillbookException, InterruptedException {
    List<Double> seconds = new ArrayList<>();
    int[] seen = {0};
    journal.readBackwards(
        "drill",
        entry -> {
          if (counts(entry.record(), fingerprint)) {
            seconds.add(entry.record().seconds());
          }
          seen[0]++;
          return seconds.size() < Baseline.MOST && seen[0] < LOOK_BACK;
        });
    return seconds;
  }

  private static boolean counts(JournalRecord drill, String fingerprint) {
    return drill.verdict() == Verdict.PASSED
        && fingerprint.equals(drill.figures().get("fingerprint"))
        && "false".equals(drill.figures().get("regressed"));
  }
}
