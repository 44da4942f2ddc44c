package drillbook.notice;

import drillbook.check.Finding;
import drillbook.check.FindingCode;
import drillbook.notice.Notice.Fact;
import drillbook.notice.Notice.Level;
import java.util.List;

/** Notices as they come out of runs. */
final class TestingNotices {
  private static final String RUN = "0198f2a1-7c3e-7b7a-9d55-3f2e8a5b1c44";

  private TestingNotices() {}

  static Notice fine() {
    return new Notice(
        Level.FINE,
        "docs daily: as expected",
        List.of(
            new Fact("Backup", "20261122t020000z_full_1a2b3c"),
            new Fact("Records", "48,210: 312 stored, 4 deleted"),
            new Fact("Size", "145.3 MiB of content, 1.4 MiB added to the store"),
            new Fact("Duration", "62 s"),
            new Fact("Verification", "passed: 48,210 records read and hashed, 145.3 MiB"),
            new Fact("Verified in", "11 s"),
            new Fact("Run took", "74 s")),
        List.of(),
        "docs-daily-2026-11-22T02:00:00Z",
        RUN);
  }

  static Notice warning() {
    return new Notice(
        Level.WARNING,
        "docs daily: done, worth a look",
        List.of(
            new Fact("Backup", "20261123t020000z_full_5d6e7f"),
            new Fact("Records", "48,214: 48,214 stored, 0 deleted"),
            new Fact("Run took", "75 s")),
        List.of(
            new Finding(
                FindingCode.SIZE_DELTA,
                "bytes per record moved by 31 % against the backup before, allowed 25 %",
                "Look at what was written since: drillbook backups docs")),
        "docs-daily-2026-11-23T02:00:00Z",
        RUN);
  }

  static Notice problem() {
    return new Notice(
        Level.PROBLEM,
        "docs weekly: drill FAILED",
        List.of(
            new Fact("Drilled", "20261122t020000z_full_1a2b3c"),
            new Fact("Drill", "FAILED: 48,207 records back"),
            new Fact("Recovery time", "42 s, +6 % against the baseline of 39 s"),
            new Fact(
                "Phases", "provision 0.3 s, transfer 3.9 s, load 22 s, index 9.6 s, verify 5.7 s"),
            new Fact("Recovery point", "60.2 min old"),
            new Fact("Report", "docs/drills/20261122t030000_8c1f02/report.json"),
            new Fact("Run took", "44 s")),
        List.of(
            new Finding(
                FindingCode.COUNT_MISMATCH,
                "3 records are missing, for instance 'faq/17', '<!channel>', 'R&D'",
                "Restore the backup before this one: drillbook backups docs"),
            new Finding(
                FindingCode.RECORD_DIGEST_MISMATCH,
                "the sum over all records of kb/articles is another one",
                "Drill the backup before this one, and keep both.")),
        "docs-weekly-2026-11-22T03:00:00Z",
        RUN);
  }

  /** Returns one larger than any route holds, with names that try to do harm. */
  static Notice huge() {
    String hostile = "<!channel>\u202e\u001b[31m & 🙂 ".repeat(400);
    return new Notice(
        Level.PROBLEM,
        "docs weekly: " + hostile,
        java.util.Collections.nCopies(200, new Fact(hostile, hostile)),
        java.util.Collections.nCopies(
            200, new Finding(FindingCode.COUNT_MISMATCH, hostile, hostile)),
        "docs-weekly",
        RUN);
  }
}
