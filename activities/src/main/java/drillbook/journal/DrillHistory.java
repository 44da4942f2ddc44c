package drillbook.journal;

import drillbook.check.Verdict;
import drillbook.drill.Baseline;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a journal says of earlier drills. */
public final class DrillHistory {
  /** How many drills are looked at: a baseline that old says nothing about today. */
  static final int LOOK_BACK = 200;

  private DrillHistory() {}

  /**
   * Returns the recovery times that make a baseline: of green drills that did not regress, of one
   * environment, newest first, at most {@value Baseline#MOST}. One that regressed and was accepted
   * counts as {@value Baseline#LEAST}, so that it makes a baseline at once, and those before it do
   * not count any more.
   *
   * @param fingerprint the environment
   */
  public static List<Double> recoverySeconds(Journal journal, String fingerprint)
      throws DrillbookException, InterruptedException {
    Set<String> accepted = accepted(journal);
    List<Double> seconds = new ArrayList<>();
    int[] seen = {0};
    journal.readBackwards(
        "drill",
        entry -> {
          JournalRecord drill = entry.record();
          seen[0]++;
          if (!fingerprint.equals(drill.figures().get("fingerprint"))) {
            return seen[0] < LOOK_BACK;
          }
          if (accepted.contains(drill.run())) {
            seconds.addAll(Collections.nCopies(Baseline.LEAST, drill.seconds()));
            return false;
          }
          if (drill.verdict() == Verdict.PASSED && !regressed(drill)) {
            seconds.add(drill.seconds());
          }
          return seconds.size() < Baseline.MOST && seen[0] < LOOK_BACK;
        });
    return seconds.stream().limit(Baseline.MOST).toList();
  }

  /**
   * Returns a drill that can be accepted.
   *
   * @param mark the drill's mark; the last drill for an empty string
   * @throws DrillbookException NOT_FOUND when there is no such drill, CONFLICT when it did not
   *     regress or more than that is wrong with it
   */
  public static JournalRecord acceptable(Journal journal, String mark)
      throws DrillbookException, InterruptedException {
    List<JournalRecord> found = new ArrayList<>();
    int[] seen = {0};
    journal.readBackwards(
        "drill",
        entry -> {
          if (mark.isEmpty() || mark.equals(entry.record().figures().get("mark"))) {
            found.add(entry.record());
          }
          return found.isEmpty() && ++seen[0] < LOOK_BACK;
        });
    if (found.isEmpty()) {
      throw new DrillbookException(
          FailureKind.NOT_FOUND,
          mark.isEmpty()
              ? "there is no drill yet"
              : "there is no drill with the mark '" + mark + "'",
          "The report of a drill names its mark: drillbook report TARGET");
    }
    JournalRecord drill = found.getFirst();
    String name = "drill " + drill.figures().getOrDefault("mark", drill.run());
    if (!regressed(drill)) {
      throw new DrillbookException(
          FailureKind.CONFLICT, name + " did not regress: there is nothing to accept");
    }
    if (!Verdict.PASSED.name().equals(drill.figures().get("besideTime"))) {
      throw new DrillbookException(
          FailureKind.CONFLICT,
          name + " found more than a slow recovery: its time says nothing",
          "Mend what it found, drill again, and accept that drill.");
    }
    return drill;
  }

  private static Set<String> accepted(Journal journal)
      throws DrillbookException, InterruptedException {
    Set<String> runs = new HashSet<>();
    for (JournalEntry entry : journal.last("accept", LOOK_BACK)) {
      runs.add(entry.record().figures().getOrDefault("drill", ""));
    }
    return runs;
  }

  private static boolean regressed(JournalRecord drill) {
    return "true".equals(drill.figures().get("regressed"));
  }
}
