package drillbook.intake;

import java.util.List;

/**
 * How far an import is: what a status query answers, and what the workflow returns.
 *
 * @param status whether it runs, wrote everything, or failed
 * @param target what is written to
 * @param from what is read
 * @param collection its path in the target; an empty string until it is known
 * @param created whether it was created
 * @param files how many there are
 * @param loaded how many are written whole
 * @param records how many records were written
 * @param losses what the target could not hold
 * @param remark why it failed, or what could not be done beside it; else an empty string
 * @param seconds since it was asked
 */
public record ImportReport(
    Status status,
    String target,
    String from,
    String collection,
    boolean created,
    int files,
    int loaded,
    long records,
    List<String> losses,
    String remark,
    double seconds) {
  /** Copies the list. */
  public ImportReport {
    losses = List.copyOf(losses);
  }

  /** How far it is. */
  public enum Status {
    /** It goes on. */
    RUNNING,
    /** Every record of every file was written. */
    COMPLETED,
    /** It ended before; importing again writes what is missing. */
    FAILED
  }
}
