package drillbook.verify;

import drillbook.check.Check;
import drillbook.check.Finding;
import drillbook.check.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a backup after every byte of it was read.
 *
 * @param target whose backup
 * @param backupId which
 * @param verdict what the checks add up to
 * @param checks what was asked, with answers
 * @param warnings what is worth a look and fails nothing
 * @param records how many records were read and hashed
 * @param bytes how many bytes of the store were read
 * @param seconds how long it took
 */
public record VerifyReport(
    String target,
    String backupId,
    Verdict verdict,
    List<Check> checks,
    List<Finding> warnings,
    long records,
    long bytes,
    double seconds) {
  /** Copies the lists; a report of an older worker has no warnings. */
  public VerifyReport(
      String target,
      String backupId,
      Verdict verdict,
      List<Check> checks,
      @Nullable List<Finding> warnings,
      long records,
      long bytes,
      double seconds) {
    this.target = target;
    this.backupId = backupId;
    this.verdict = verdict;
    this.checks = List.copyOf(checks);
    this.warnings = warnings == null ? List.of() : List.copyOf(warnings);
    this.records = records;
    this.bytes = bytes;
    this.seconds = seconds;
  }
}
