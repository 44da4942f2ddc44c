package drillbook.export;

import java.util.List;

/**
 * How far an export is: what a status query answers, what the workflow returns, and what lies
 * beside the files for those who have no Temporal.
 *
 * @param id {@code export-<target>-<time>}
 * @param status whether it runs, is whole, or failed and left nothing
 * @param target whose records
 * @param backupId where they come from; an empty string for the live engine, or while planning
 * @param format the files' format
 * @param layout the files' layout
 * @param to where the files go, for people; an empty string while planning
 * @param collections how many collections there are to export; 0 while planning
 * @param exported those that are whole, in the order in which they ended
 * @param records of those
 * @param bytes of those
 * @param remark why it failed, or what could not be done beside it; else an empty string
 * @param seconds since it was asked
 */
public record ExportReport(
    String id,
    Status status,
    String target,
    String backupId,
    String format,
    String layout,
    String to,
    int collections,
    List<Exported> exported,
    long records,
    long bytes,
    String remark,
    double seconds) {
  /** Copies the list. */
  public ExportReport {
    exported = List.copyOf(exported);
  }

  /** Returns what is to be said of a run that was ended from outside, and knows nothing of it. */
  public ExportReport ended() {
    return new ExportReport(
        id,
        Status.FAILED,
        target,
        backupId,
        format,
        layout,
        to,
        collections,
        List.of(),
        0,
        0,
        "its workflow was ended from outside; what it wrote has no status beside it",
        seconds);
  }

  /** How far it is. */
  public enum Status {
    /** It goes on. */
    RUNNING,
    /** Every file is there, and is what its export.json says. */
    COMPLETED,
    /** It ended without an export; what it wrote was deleted. */
    FAILED
  }
}
