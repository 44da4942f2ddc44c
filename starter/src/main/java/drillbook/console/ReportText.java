package drillbook.console;

import drillbook.backup.BackupReport;
import drillbook.check.Check;
import drillbook.check.Finding;
import drillbook.console.Table.Fact;
import drillbook.drill.DrillReport;
import drillbook.notice.Figures;
import drillbook.region.RegionDrillReport;
import drillbook.restore.Phases;
import drillbook.restore.RestorePlan;
import drillbook.restore.RestoreReport;
import drillbook.verify.VerifyReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reports as a person reads them on a terminal. */
public final class ReportText {
  private ReportText() {}

  /** Returns a backup's lines. */
  public static List<String> of(BackupReport report) {
    String continues = report.parent().isEmpty() ? "" : ", continues " + report.parent();
    List<String> lines =
        new ArrayList<>(
            Table.facts(
                List.of(
                    new Fact("sealed", report.backupId()),
                    new Fact("kind", report.kind().word() + continues),
                    new Fact("note", report.note()),
                    new Fact(
                        "records",
                        Figures.count(report.records())
                            + " in "
                            + Figures.counted(report.collections(), "collection")
                            + ": "
                            + Figures.count(report.changed())
                            + " stored, "
                            + Figures.count(report.deleted())
                            + " deleted"),
                    new Fact(
                        "bytes",
                        Figures.bytes(report.logicalBytes())
                            + " of content, "
                            + Figures.bytes(report.addedBytes())
                            + " added to the store"),
                    new Fact(
                        "as of",
                        report.asOf() + " (" + report.consistency().toLowerCase(Locale.ROOT) + ")"),
                    new Fact(
                        "snapshots",
                        report.generations() > 1 ? report.generations() + " were needed" : ""),
                    new Fact("digest", report.digest()),
                    new Fact("took", Figures.seconds(report.seconds())))));
    for (Finding warning : report.warnings()) {
      lines.add("warning " + warning.code() + ": " + warning.message());
      lines.add("  " + warning.advice());
    }
    return lines;
  }

  /** Returns a verification's lines. */
  public static List<String> of(VerifyReport report) {
    List<String> lines =
        new ArrayList<>(
            Table.facts(
                List.of(
                    new Fact("verdict", report.verdict().words()),
                    new Fact("backup", report.backupId()),
                    new Fact(
                        "read",
                        Figures.counted(report.records(), "record")
                            + ", "
                            + Figures.bytes(report.bytes())),
                    new Fact("took", Figures.seconds(report.seconds())))));
    lines.addAll(checks(report.checks()));
    return lines;
  }

  /** Returns a restore's lines. */
  public static List<String> of(RestoreReport report) {
    List<String> lines =
        new ArrayList<>(
            Table.facts(
                List.of(
                    new Fact(
                        report.dryRun() ? "dry run" : "verdict",
                        report.dryRun() ? "nothing was touched" : report.verdict().words()),
                    new Fact("backup", report.plan().backupId() + ": " + report.plan().choice()),
                    new Fact("into", report.into() + " (" + report.plan().intoEngine() + ")"),
                    new Fact(
                        "records",
                        Figures.count(
                            report.dryRun() ? report.plan().records() : report.records())),
                    new Fact(
                        "took",
                        report.dryRun() ? "" : took(report.recoverySeconds(), report.phases())))));
    lines.addAll(plan(report.plan()));
    lines.addAll(checks(report.checks()));
    return lines;
  }

  /** Returns a drill in another region: where it was, and then the drill. */
  public static List<String> of(RegionDrillReport report) {
    List<String> lines = new ArrayList<>();
    lines.addAll(
        Table.facts(
            List.of(
                new Fact("region", report.region()),
                new Fact(
                    "replica",
                    Figures.bytes(report.replica().bytes())
                        + " in "
                        + report.replica().location()
                        + ", "
                        + Figures.bytes(report.replica().copiedBytes())
                        + " copied"),
                new Fact(
                    "instance",
                    report.provisioned().by()
                        + ", up in "
                        + Figures.seconds(report.provisioned().seconds())))));
    lines.addAll(checks(report.checks()));
    lines.add("");
    lines.addAll(of(report.drill()));
    return lines;
  }

  /** Returns a drill's lines. */
  public static List<String> of(DrillReport report) {
    List<String> lines =
        new ArrayList<>(
            Table.facts(
                List.of(
                    new Fact("verdict", report.verdict().words()),
                    new Fact("backup", report.backupId() + ": " + report.plan().choice()),
                    new Fact(
                        "recovered",
                        Figures.counted(report.records(), "record")
                            + " in scratch of "
                            + report.into()),
                    new Fact("recovery time", took(report.recoverySeconds(), report.phases())),
                    new Fact(
                        "recovery point",
                        Figures.seconds(report.recoveryPointAgeSeconds()) + " old"),
                    new Fact(
                        "baseline",
                        report.baseline().known()
                            ? Figures.seconds(report.baseline().seconds())
                                + ", median of "
                                + report.baseline().drills()
                                + " drills"
                            : report.baseline().drills() + " green drills so far"),
                    new Fact("report", report.reportKey()))));
    lines.addAll(checks(report.checks()));
    return lines;
  }

  private static String took(double seconds, Phases phases) {
    return Figures.seconds(seconds)
        + ": provision "
        + Figures.seconds(phases.provision())
        + ", transfer "
        + Figures.seconds(phases.transfer())
        + ", load "
        + Figures.seconds(phases.load())
        + ", index "
        + Figures.seconds(phases.index())
        + ", verify "
        + Figures.seconds(phases.verify());
  }

  private static List<String> plan(RestorePlan plan) {
    Table table = new Table("FROM", "INTO", "REPLACES");
    for (RestorePlan.Destination destination : plan.collections()) {
      String replaces = destination.replaces();
      table.row(destination.from(), destination.into(), replaces.isEmpty() ? "-" : replaces);
    }
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.addAll(table.lines());
    plan.losses().forEach(loss -> lines.add("loss: " + loss));
    plan.changes().forEach(change -> lines.add("change: " + change));
    return lines;
  }

  /** Returns checks as a table, with findings and advice below it. */
  public static List<String> checks(List<Check> checks) {
    if (checks.isEmpty()) {
      return List.of();
    }
    Table table = new Table("CHECK", "OF", "RESULT", "DETAIL");
    List<String> findings = new ArrayList<>();
    for (Check check : checks) {
      table.row(check.name(), check.subject(), words(check.result()), check.detail());
      for (Finding finding : check.findings()) {
        findings.add("finding " + finding.code() + ": " + finding.message());
        if (!finding.advice().isEmpty()) {
          findings.add("  " + finding.advice());
        }
      }
    }
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.addAll(table.lines());
    lines.addAll(findings);
    return lines;
  }

  private static String words(Check.Result result) {
    return switch (result) {
      case PASSED -> "passed";
      case FAILED -> "FAILED";
      case NOT_APPLICABLE -> "not applicable";
      case COULD_NOT_RUN -> "COULD NOT RUN";
    };
  }
}
