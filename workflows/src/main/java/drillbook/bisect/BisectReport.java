package drillbook.bisect;

import drillbook.check.Finding;
import drillbook.check.FindingCode;
import drillbook.check.Verdict;
import drillbook.difference.BackupDifference;
import drillbook.difference.BackupDifference.Example;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a bisection found.
 *
 * @param target whose backups
 * @param good the newest backup that restores; an empty string where none is known
 * @param bad the oldest backup that is known not to
 * @param untried how many backups between these were not tried, or older than the bad one where no
 *     good one is known
 * @param probes what was tried, in order
 * @param difference what differs from the good to the bad one; empty where there is no good one
 * @param note why it ended early, or an empty string
 * @param seconds how long it took
 */
public record BisectReport(
    String target,
    String good,
    String bad,
    int untried,
    List<Probe> probes,
    List<BackupDifference> difference,
    String note,
    double seconds) {
  /** Copies the lists. */
  public BisectReport {
    probes = List.copyOf(probes);
    difference = List.copyOf(difference);
  }

  /**
   * One drill.
   *
   * @param backupId of which backup
   * @param verdict how it went, whatever time it took
   * @param reason what ended it early, or an empty string
   */
  public record Probe(String backupId, Verdict verdict, String reason) {}

  /** Returns what was found in words, with what to do. */
  public Finding finding() {
    String ended = note.isEmpty() ? "" : "; " + note;
    if (good.isEmpty()) {
      return new Finding(
          FindingCode.NO_BACKUP_RESTORES,
          (probes.isEmpty()
                  ? "no backup before " + bad + " was tried"
                  : "none of the " + probes.size() + " backups tried restores, back to " + bad)
              + (untried > 0 ? "; " + untried + " older ones were not tried" : "")
              + ended,
          "Where all fail alike, look at the instance and the engine's version before the backups;"
              + " drill an older one: drillbook drill "
              + target
              + " --backup ID");
    }
    return new Finding(
        FindingCode.BAD_SINCE,
        "backup "
            + good
            + " restores, "
            + bad
            + " does not"
            + (untried > 0 ? " (" + untried + " between them were not tried)" : "")
            + difference.stream().map(BisectReport::words).collect(Collectors.joining())
            + ended,
        "If data is needed now: drillbook restore "
            + target
            + " --backup "
            + good
            + ". All that differs: drillbook diff "
            + target
            + " "
            + good
            + " "
            + bad);
  }

  private static String words(BackupDifference difference) {
    String examples =
        difference.examples().stream()
            .map(example -> example.change().name().toLowerCase(Locale.ROOT) + " " + name(example))
            .collect(Collectors.joining(", "));
    return String.format(
            Locale.ROOT,
            "; between them %,d records were added, %,d changed, %,d removed",
            difference.added(),
            difference.changed(),
            difference.removed())
        + (examples.isEmpty() ? "" : ": " + examples);
  }

  private static String name(Example example) {
    return "'" + example.id() + "' of " + example.collection();
  }
}
