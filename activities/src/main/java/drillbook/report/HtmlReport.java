package drillbook.report;

import drillbook.check.Check;
import drillbook.check.Finding;
import drillbook.check.Verdict;
import drillbook.drill.DrillReport;
import drillbook.restore.RestorePlan.Destination;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * A drill report as one HTML page for somebody who knows neither the product nor the engine: no
 * scripts, no other files, light and dark, printable. Every word of an engine or a user is escaped.
 */
final class HtmlReport {
  private static final String STYLE = style();

  private final DrillReport report;
  private final String sha256;
  private final String keyId;
  private final StringBuilder out = new StringBuilder(16_384);

  HtmlReport(DrillReport report, String sha256, String keyId) {
    this.report = report;
    this.sha256 = sha256;
    this.keyId = keyId;
  }

  String render() {
    String title = "Restore drill of " + report.target() + ": " + Words.verdict(report.verdict());
    out.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';")
        .append(" style-src 'unsafe-inline'\">\n<title>")
        .append(escape(title))
        .append("</title>\n<style>\n")
        .append(STYLE)
        .append("</style>\n</head>\n<body>\n<main>\n");
    verdict();
    tiles();
    restored();
    phases();
    checks("Checks that ran", List.of(Check.Result.FAILED, Check.Result.PASSED), "No check ran.");
    checks(
        "Checks that did not run, and why",
        List.of(Check.Result.COULD_NOT_RUN, Check.Result.NOT_APPLICABLE),
        "None: every check was asked.");
    evidence();
    out.append("</main>\n</body>\n</html>\n");
    return out.toString();
  }

  private void verdict() {
    out.append("<h1>Restore drill of ").append(escape(report.target())).append("</h1>\n");
    out.append("<section class=\"verdict ")
        .append(tone(report.verdict()))
        .append("\"><strong>")
        .append(escape(headline(report.verdict())))
        .append("</strong><p>")
        .append(escape(Words.meaning(report)))
        .append("</p></section>\n");
  }

  private void tiles() {
    out.append("<div class=\"tiles\">\n");
    tile("Recovery time", Words.duration(report.recoverySeconds()), Words.baseline(report));
    tile(
        "Recovery point",
        Words.duration(report.recoveryPointAgeSeconds()),
        "age of the backup's data when the drill began: what was written later would be lost");
    tile(
        "Records that came back",
        Words.count(report.records()),
        "of "
            + Words.count(report.plan().records())
            + "; "
            + Words.bytes(report.bytes())
            + " read from the store");
    out.append("</div>\n");
  }

  private void restored() {
    heading("What was restored, and where");
    out.append("<dl>\n");
    item("Backup", code(report.backupId()));
    item("Chosen because", escape(report.plan().choice()));
    item("Drilled", escape(Words.time(report.startedAt())) + ", run " + code(report.run()));
    item("Source", code(report.target()) + " (" + escape(report.plan().engine()) + ")");
    item(
        "Restored into",
        code(report.into())
            + " ("
            + escape(report.plan().intoEngine())
            + "), scratch collections only: nothing live was changed");
    for (String loss : report.plan().losses()) {
      item("Left out", escape(loss));
    }
    out.append("</dl>\n<table>\n<tr><th>Collection</th><th>Restored as</th></tr>\n");
    for (Destination collection : report.plan().collections()) {
      row(code(collection.from()), code(collection.into()));
    }
    out.append("</table>\n");
  }

  private void phases() {
    heading("Where the time went");
    List<Phase> phases = Phase.of(report.phases());
    double total = report.phases().total();
    out.append("<div class=\"bar\" aria-hidden=\"true\">");
    for (int i = 0; i < phases.size(); i++) {
      double seconds = phases.get(i).seconds();
      if (seconds > 0) {
        out.append(
            String.format(
                Locale.ROOT,
                "<i class=\"p%d\" style=\"width:%.2f%%\"></i>",
                i + 1,
                seconds / total * 100));
      }
    }
    out.append("</div>\n<table>\n<tr><th>Phase</th><th>What happens</th>")
        .append("<th class=\"number\">Time</th><th class=\"number\">Share</th></tr>\n");
    for (int i = 0; i < phases.size(); i++) {
      Phase phase = phases.get(i);
      out.append("<tr><td><span class=\"key p")
          .append(i + 1)
          .append("\"></span>")
          .append(escape(phase.word()))
          .append("</td><td>")
          .append(escape(phase.meaning()))
          .append("</td><td class=\"number\">")
          .append(escape(Words.duration(phase.seconds())))
          .append("</td><td class=\"number\">")
          .append(escape(Words.percent(phase.seconds(), total)))
          .append("</td></tr>\n");
    }
    out.append("</table>\n");
  }

  private void checks(String title, List<Check.Result> results, String none) {
    heading(title);
    boolean any = report.checks().stream().anyMatch(check -> results.contains(check.result()));
    if (!any) {
      out.append("<p>").append(escape(none)).append("</p>\n");
      return;
    }
    out.append("<table>\n<tr><th>Answer</th><th>Check</th><th>Of what</th>")
        .append("<th>Figures or reason</th></tr>\n");
    for (Check.Result result : results) {
      for (Check check : report.checks()) {
        if (check.result() == result) {
          row(badge(result), code(check.name()), code(check.subject()), answer(check));
        }
      }
    }
    out.append("</table>\n");
  }

  private static String answer(Check check) {
    StringBuilder answer = new StringBuilder(escape(check.detail()));
    for (Finding finding : check.findings()) {
      answer
          .append("<div class=\"finding\">")
          .append(escape(finding.message()))
          .append(finding.advice().isEmpty() ? "" : "<br><b>What to do:</b> ")
          .append(escape(finding.advice()))
          .append("<br><small>")
          .append(escape(finding.code().name()))
          .append("</small></div>");
    }
    return answer.toString();
  }

  private void evidence() {
    heading("Evidence");
    out.append("<dl>\n");
    item("Environment", code(report.fingerprint()) + " (times are compared within it only)");
    item("Report", code(report.reportKey()));
    item("SHA-256 of the report", code(sha256));
    item("Signed by key", code(keyId));
    out.append("</dl>\n");
    out.append("<p>This page is a rendering. The evidence is the signed report beside it, ")
        .append(code("report.dsse.json"))
        .append(": an envelope of the same facts, signed with the Ed25519 key named above by the")
        .append(" worker that ran the drill. Anybody who has that key's public half can check it")
        .append(" without a connection to anything:</p>\n<pre>")
        .append(escape("drillbook report " + report.target() + " " + report.run()))
        .append("</pre>\n<p>or, with other tools, by the DSSE 1.0 rules: the signature covers ")
        .append(code("DSSEv1 <length of type> <type> <length of payload> <payload>"))
        .append(", and the SHA-256 of the decoded payload is the one above. Take the public key")
        .append(" from whoever runs the worker, never from beside the report.</p>\n")
        .append("<footer>Written by Drillbook at the end of the drill.</footer>\n");
  }

  private void heading(String title) {
    out.append("<h2>").append(escape(title)).append("</h2>\n");
  }

  private void tile(String label, String value, String note) {
    out.append("<div class=\"tile\"><span>")
        .append(escape(label))
        .append("</span><b>")
        .append(escape(value))
        .append("</b><small>")
        .append(escape(note))
        .append("</small></div>\n");
  }

  /** Appends a pair; the value is HTML already. */
  private void item(String label, String html) {
    out.append("<dt>").append(escape(label)).append("</dt><dd>").append(html).append("</dd>\n");
  }

  /** Appends a table's row; the cells are HTML already. */
  private void row(String... html) {
    out.append("<tr>");
    for (String cell : html) {
      out.append("<td>").append(cell).append("</td>");
    }
    out.append("</tr>\n");
  }

  private static String headline(Verdict verdict) {
    return switch (verdict) {
      case PASSED -> "Passed: this backup comes back";
      case FAILED -> "Failed: this backup did not come back as it should";
      case COULD_NOT_VERIFY -> "Could not verify: not proven either way";
    };
  }

  private static String tone(Verdict verdict) {
    return switch (verdict) {
      case PASSED -> "passed";
      case FAILED -> "failed";
      case COULD_NOT_VERIFY -> "open";
    };
  }

  private static String badge(Check.Result result) {
    String tone =
        switch (result) {
          case PASSED -> "passed";
          case FAILED -> "failed";
          case COULD_NOT_RUN -> "open";
          case NOT_APPLICABLE -> "none";
        };
    return "<span class=\"badge " + tone + "\">" + escape(Words.result(result)) + "</span>";
  }

  private static String code(String text) {
    return "<code>" + escape(text) + "</code>";
  }

  /** Escapes for text and for attributes in either kind of quotes; no control characters. */
  static String escape(String text) {
    StringBuilder safe = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char letter = text.charAt(i);
      switch (letter) {
        case '&' -> safe.append("&amp;");
        case '<' -> safe.append("&lt;");
        case '>' -> safe.append("&gt;");
        case '"' -> safe.append("&quot;");
        case '\'' -> safe.append("&#39;");
        case '\n', '\t' -> safe.append(letter);
        default -> safe.append(isHidden(letter) ? '\ufffd' : letter);
      }
    }
    return safe.toString();
  }

  /** Control characters, and those that turn the direction of what follows. */
  private static boolean isHidden(char letter) {
    return Character.isISOControl(letter)
        || (letter >= 0x202a && letter <= 0x202e)
        || (letter >= 0x2066 && letter <= 0x2069);
  }

  private static String style() {
    try (InputStream in = HtmlReport.class.getResourceAsStream("report.css")) {
      if (in == null) {
        throw new IllegalStateException("report.css is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
