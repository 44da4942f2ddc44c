package drillbook.report;

import static drillbook.report.HtmlPage.code;
import static drillbook.report.HtmlPage.escape;

import drillbook.check.Verdict;
import drillbook.disaster.DisasterReport;
import drillbook.disaster.Milestone;
import drillbook.restore.RestorePlan.Destination;

/** A disaster drill's report as one HTML page. */
final class DisasterHtml {
  private final DisasterReport report;
  private final String sha256;
  private final String keyId;
  private final HtmlPage page = new HtmlPage();

  DisasterHtml(DisasterReport report, String sha256, String keyId) {
    this.report = report;
    this.sha256 = sha256;
    this.keyId = keyId;
  }

  String render() {
    String title = "Disaster drill of " + report.target();
    page.begin(title + ": " + Words.verdict(report.verdict()));
    page.verdict(title, report.verdict(), headline(report.verdict()), report.condition());
    page.append("<div class=\"tiles\">\n");
    page.tile("Recovery time", Words.recovery(report), "from the loss until clients were led over");
    page.tile(
        "Recovery point",
        Words.duration(report.recoveryPointAgeSeconds()),
        "age of the backup's data at the loss: what was written later would be lost");
    page.tile("Records that came back", Words.count(report.records()), "in " + report.region());
    page.append("</div>\n");
    facts();
    page.heading("What happened");
    page.append("<table>\n<tr><th>When</th><th>What</th><th>How</th></tr>\n");
    for (Milestone milestone : report.milestones()) {
      page.row(
          escape(Words.time(milestone.at())), escape(milestone.what()), escape(milestone.words()));
    }
    page.append("</table>\n");
    page.phases(report.phases());
    page.checks(report.checks());
    page.heading("Evidence");
    page.append("<dl>\n");
    page.item("Report", code(report.reportKey()));
    page.item("SHA-256 of the report", code(sha256));
    page.item("Signed by key", code(keyId));
    page.append("</dl>\n<p>This page is a rendering. The evidence is the signed report beside it, ")
        .append(code("report.dsse.json"))
        .append(".</p>\n<footer>Written by Drillbook at the end of the drill.</footer>\n");
    return page.end();
  }

  private void facts() {
    page.heading("What was drilled");
    page.append("<dl>\n");
    page.item("Primary", code(report.target()) + ", " + escape(Words.loss(report)));
    page.item("Came up in", code(report.region()));
    page.item(
        "From backup",
        code(report.replica().backupId()) + " in " + code(report.replica().location()));
    page.item("Drilled", escape(Words.time(report.startedAt())) + ", run " + code(report.run()));
    page.item("Approved by", escape(DisasterText.approvers(report)));
    for (String untold : report.untold()) {
      page.item("Could not be told", escape(untold));
    }
    page.append("</dl>\n<table>\n<tr><th>Collection</th><th>Restored as</th></tr>\n");
    for (Destination collection : report.collections()) {
      page.row(code(collection.from()), code(collection.into()));
    }
    page.append("</table>\n");
  }

  private static String headline(Verdict verdict) {
    return switch (verdict) {
      case PASSED -> "Passed: the loss of the primary was survived";
      case FAILED -> "Failed: not everything went as it has to";
      case COULD_NOT_VERIFY -> "Could not verify: not proven either way";
    };
  }
}
