package drillbook.report;

import drillbook.check.Check;
import drillbook.check.Finding;
import drillbook.check.FindingCode;
import drillbook.check.Verdict;
import drillbook.drill.Baseline;
import drillbook.drill.DrillReport;
import drillbook.restore.Phases;
import drillbook.restore.RestorePlan;
import drillbook.restore.RestorePlan.Destination;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Drill reports as they come out of drills. */
final class TestingReports {
  private TestingReports() {}

  static DrillReport passed() {
    return report(
        List.of(
            Check.passed("count", "kb/articles", "48,210 records in the backup and restored"),
            Check.passed(
                "record-digest",
                "kb/articles",
                "the sum over all records is 5f0c…e1 on both sides"),
            Check.passed("recall", "kb/articles", "0.998 of the true nearest 10, floor 0.95"),
            Check.notApplicable("aliases", "kb/articles", "chroma has no aliases"),
            Check.passed(
                "recovery-time",
                "docs",
                "41.7 s against a baseline of 39.2 s (median of 8 drills): +6 %, allowed +20 %"),
            Check.passed("scratch-dropped", "docs", "nothing was left behind")),
        48_210,
        new Baseline(8, 39.2),
        List.of());
  }

  static DrillReport failed() {
    return report(
        List.of(
            Check.failed(
                "count",
                "kb/articles",
                "48,210 records in the backup, 48,207 restored",
                new Finding(
                    FindingCode.COUNT_MISMATCH,
                    "3 records are missing, for instance 'faq/17', 'faq/18', '<b>&amp;'",
                    "Restore the backup before this one: drillbook backups docs")),
            Check.couldNotRun("recall", "kb/articles", "the engine answered no search for 60 s"),
            Check.notApplicable("aliases", "kb/articles", "chroma has no aliases")),
        48_207,
        new Baseline(2, 0),
        List.of("named vector 'title': the engine holds one vector a record"));
  }

  static DrillReport unproven() {
    return report(
        List.of(
            Check.passed("count", "kb/articles", "48,210 records in the backup and restored"),
            Check.couldNotRun("recall", "kb/articles", "the engine answered no search for 60 s")),
        48_210,
        new Baseline(8, 39.2),
        List.of());
  }

  private static DrillReport report(
      List<Check> checks, long records, Baseline baseline, List<String> losses) {
    List<Destination> collections = new ArrayList<>();
    collections.add(new Destination("kb/articles", "kb/drill-20261122t030000_8c1f02-articles", ""));
    collections.add(new Destination("kb/<faq>", "kb/drill-20261122t030000_8c1f02-faq", ""));
    return new DrillReport(
        "docs",
        "docs",
        "20261122t020000z_full_1a2b3c",
        "20261122t030000_8c1f02",
        Instant.parse("2026-11-22T03:00:00Z"),
        Verdict.of(checks),
        checks,
        new RestorePlan(
            "20261122t020000z_full_1a2b3c",
            "it is the newest backup, and its verification passed",
            "chroma",
            "chroma",
            collections,
            2,
            48_210,
            losses,
            List.of(),
            "chroma 1.3.5, 2 cores, 8 GB, local"),
        records,
        152_400_000,
        new Phases(0.312, 3.9, 22.15, 9.6, 5.738),
        41.7,
        3_612.4,
        baseline,
        false,
        "chroma 1.3.5, 2 cores, 8 GB, local",
        "docs/drills/20261122t030000_8c1f02/report.json");
  }
}
