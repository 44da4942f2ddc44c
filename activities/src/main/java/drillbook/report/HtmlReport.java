package drillbook.report;

import drillbook.check.Verdict;
import drillbook.drill.DrillReport;
import drillbook.restore.RestorePlan.Destination;

/**
 * A drill report as one HTML page for somebody who knows neither the product nor the engine: no
 * scripts, no other files, light and dark, printable. Every word of an engine or a user is escaped.
 */
final class HtmlReport {
  private final DrillReport report;
  private final String sha256;
  private final String keyId;
  private final HtmlPage page = new HtmlPage();

  HtmlReport(DrillReport report, String sha256, String keyId) {
    this.report = report;
    this.sha256 = sha256;
    this.keyId = keyId;
  }

  String render() {
    String title = "Restore drill of " + report.target() + ": " + Words.verdict(report.verdict());
    page.begin(title);
    verdict();
    tiles();
    restored();
    page.phases(report.phases());
    page.checks(report.checks());
    evidence();
    return page.end();
  }

  private void verdict() {
    page.verdict(
        "Restore drill of " + report.target(),
        report.verdict(),
        headline(report.verdict()),
        Words.meaning(report));
  }

  private void tiles() {
    page.append("<div class=\"tiles\">\n");
    page.tile("Recovery time", Words.duration(report.recoverySeconds()), Words.baseline(report));
    page.tile(
        "Recovery point",
        Words.duration(report.recoveryPointAgeSeconds()),
        "age of the backup's data when the drill began: what was written later would be lost");
    page.tile(
        "Records that came back",
        Words.count(report.records()),
        "of "
            + Words.count(report.plan().records())
            + "; "
            + Words.bytes(report.bytes())
            + " read from the store");
    page.append("</div>\n");
  }

  private void restored() {
    page.heading("What was restored, and where");
    page.append("<dl>\n");
    page.item("Backup", HtmlPage.code(report.backupId()));
    page.item("Chosen because", HtmlPage.escape(report.plan().choice()));
    page.item(
        "Drilled",
        HtmlPage.escape(Words.time(report.startedAt())) + ", run " + HtmlPage.code(report.run()));
    page.item(
        "Source",
        HtmlPage.code(report.target()) + " (" + HtmlPage.escape(report.plan().engine()) + ")");
    page.item(
        "Restored into",
        HtmlPage.code(report.into())
            + " ("
            + HtmlPage.escape(report.plan().intoEngine())
            + "), scratch collections only: nothing live was changed");
    for (String loss : report.plan().losses()) {
      page.item("Left out", HtmlPage.escape(loss));
    }
    for (String change : report.plan().changes()) {
      page.item("Changed", HtmlPage.escape(change));
    }
    page.append("</dl>\n<table>\n<tr><th>Collection</th><th>Restored as</th></tr>\n");
    for (Destination collection : report.plan().collections()) {
      page.row(HtmlPage.code(collection.from()), HtmlPage.code(collection.into()));
    }
    page.append("</table>\n");
  }

  private void evidence() {
    page.heading("Evidence");
    page.append("<dl>\n");
    page.item(
        "Environment",
        HtmlPage.code(report.fingerprint()) + " (times are compared within it only)");
    page.item("Report", HtmlPage.code(report.reportKey()));
    page.item("SHA-256 of the report", HtmlPage.code(sha256));
    page.item("Signed by key", HtmlPage.code(keyId));
    page.append("</dl>\n");
    page.append("<p>This page is a rendering. The evidence is the signed report beside it, ")
        .append(HtmlPage.code("report.dsse.json"))
        .append(": an envelope of the same facts, signed with the Ed25519 key named above by the")
        .append(" worker that ran the drill. Anybody who has that key's public half can check it")
        .append(" without a connection to anything:</p>\n<pre>")
        .append(HtmlPage.escape("drillbook report " + report.target() + " " + report.run()))
        .append("</pre>\n<p>or, with other tools, by the DSSE 1.0 rules: the signature covers ")
        .append(HtmlPage.code("DSSEv1 <length of type> <type> <length of payload> <payload>"))
        .append(", and the SHA-256 of the decoded payload is the one above. Take the public key")
        .append(" from whoever runs the worker, never from beside the report.</p>\n")
        .append("<footer>Written by Drillbook at the end of the drill.</footer>\n");
  }

  private static String headline(Verdict verdict) {
    return switch (verdict) {
      case PASSED -> "Passed: this backup comes back";
      case FAILED -> "Failed: this backup did not come back as it should";
      case COULD_NOT_VERIFY -> "Could not verify: not proven either way";
    };
  }
}
