package drillbook.report;

import drillbook.disaster.DisasterReport;
import drillbook.disaster.Milestone;
import drillbook.people.Approval;
import drillbook.restore.RestorePlan.Destination;
import java.util.stream.Collectors;

/** A disaster drill's report as plain text. */
final class DisasterText {
  private final DisasterReport report;
  private final String sha256;
  private final TextPage page = new TextPage();

  DisasterText(DisasterReport report, String sha256) {
    this.report = report;
    this.sha256 = sha256;
  }

  String render() {
    page.line("DISASTER DRILL " + Words.verdict(report.verdict()) + "  " + report.target());
    page.line("");
    page.wrap(0, report.condition());
    page.heading("Summary");
    page.field("primary", Words.loss(report));
    page.field("came up in", report.region());
    page.field("backup", report.replica().backupId() + " in " + report.replica().location());
    page.field("drilled", Words.time(report.startedAt()) + ", run " + report.run());
    page.field("approved by", approvers(report));
    page.field("recovery time", Words.recovery(report));
    page.field("recovery point", Words.duration(report.recoveryPointAgeSeconds()) + " old");
    page.field("came back", Words.count(report.records()) + " records");
    for (Destination collection : report.collections()) {
      page.field("collection", collection.from() + " -> " + collection.into());
    }
    for (String untold : report.untold()) {
      page.field("not told", untold);
    }
    page.heading("What happened");
    for (Milestone milestone : report.milestones()) {
      page.line("  " + Words.time(milestone.at()) + "  " + milestone.what());
      page.wrap(27, milestone.words());
    }
    page.phases(report.phases());
    page.checks(report.checks());
    page.heading("Evidence");
    page.field("report", report.reportKey());
    page.field("sha256", sha256);
    return page.text();
  }

  static String approvers(DisasterReport report) {
    return report.approvals().isEmpty()
        ? "nobody"
        : report.approvals().stream().map(Approval::who).collect(Collectors.joining(", "))
            + ", as they claim: Temporal does not prove who sends an approval";
  }
}
