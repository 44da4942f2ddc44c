package drillbook.report;

import drillbook.drill.DrillReport;
import drillbook.restore.RestorePlan.Destination;

/** A drill report as plain text, at most 100 columns wide where its words allow. */
final class TextReport {

  private final DrillReport report;
  private final String sha256;
  private final TextPage page = new TextPage();

  TextReport(DrillReport report, String sha256) {
    this.report = report;
    this.sha256 = sha256;
  }

  String render() {
    page.line("DRILL " + Words.verdict(report.verdict()) + "  " + report.target());
    page.line("");
    page.wrap(0, Words.meaning(report));
    summary();
    restored();
    page.phases(report.phases());
    page.checks(report.checks());
    evidence();
    return page.text();
  }

  private void summary() {
    page.heading("Summary");
    page.field("backup", report.backupId());
    page.field("chosen because", report.plan().choice());
    page.field("drilled", Words.time(report.startedAt()) + ", run " + report.run());
    page.field("recovery time", Words.duration(report.recoverySeconds()));
    page.field("", Words.baseline(report));
    page.field(
        "recovery point", Words.duration(report.recoveryPointAgeSeconds()) + " before the drill");
    page.field(
        "came back",
        Words.count(report.records())
            + " of "
            + Words.count(report.plan().records())
            + " records, "
            + Words.bytes(report.bytes())
            + " read from the store");
  }

  private void restored() {
    page.heading("Restored");
    page.field("from", report.target() + " (" + report.plan().engine() + ")");
    page.field("into", report.into() + " (" + report.plan().intoEngine() + "), scratch only");
    for (Destination collection : report.plan().collections()) {
      page.field("collection", collection.from() + " -> " + collection.into());
    }
    for (String loss : report.plan().losses()) {
      page.field("left out", loss);
    }
    for (String change : report.plan().changes()) {
      page.field("changed", change);
    }
  }

  private void evidence() {
    page.heading("Evidence");
    page.field("environment", report.fingerprint());
    page.field("report", report.reportKey());
    page.field("sha256", sha256);
    page.field("verify", "drillbook report " + report.target() + " " + report.run());
  }
}
