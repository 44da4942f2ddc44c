package drillbook.demo.calendar;

import drillbook.demo.calendar.QuarterOutcome.CadenceRow;
import drillbook.demo.calendar.QuarterOutcome.NoticeRow;
import drillbook.demo.calendar.QuarterOutcome.RecoveryRow;
import drillbook.demo.calendar.QuarterOutcome.TicketRow;
import drillbook.notice.Figures;
import drillbook.notice.Notice.Level;
import drillbook.notice.NoticeText;
import java.time.Instant;
import java.util.List;

/** The quarter as one HTML page: no scripts, no other files, light and dark, printable. */
final class QuarterPage {
  private static final String STYLE =
      """
      :root { color-scheme: light dark; }
      body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
      table { border-collapse: collapse; width: 100%; margin: 0.5rem 0 2rem; }
      th, td { text-align: left; padding: 0.3rem 0.8rem 0.3rem 0; border-bottom: 1px solid #8886; }
      td.number, th.number { text-align: right; }
      .Problem { color: #c0392b; font-weight: 600; }
      .Warning { color: #b9770e; font-weight: 600; }
      """;

  private final QuarterOutcome outcome;
  private final StringBuilder out = new StringBuilder(16_384);

  QuarterPage(QuarterOutcome outcome) {
    this.outcome = outcome;
  }

  String render() {
    String title = "Runbook " + QuarterStory.TARGET + ", the first quarter of 2027";
    out.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';")
        .append(" style-src 'unsafe-inline'\">\n<title>")
        .append(escape(title))
        .append("</title>\n<style>\n")
        .append(STYLE)
        .append("</style>\n</head>\n<body>\n<h1>")
        .append(escape(title))
        .append("</h1>\n<p>")
        .append(escape(outcome.simulated()))
        .append("</p>\n");
    runs();
    notices();
    tickets();
    recoveries();
    out.append("</body>\n</html>\n");
    return out.toString();
  }

  private void runs() {
    table("Runs", "Cadence", "Due", "Begun", "Passed", "Warning", "Covered", "Failed", "Missed");
    for (CadenceRow row : outcome.cadences()) {
      row(
          row.cadence(),
          Figures.count(row.due()),
          Figures.count(row.begun()),
          Figures.count(row.passed()),
          Figures.count(row.warned()),
          Figures.count(row.covered()),
          Figures.count(row.failed()),
          Figures.count(row.missed()));
    }
    out.append("</table>\n");
  }

  /** Those that say that all is fine would hide the others. */
  private void notices() {
    table(
        "Notices: " + outcome.notices().size() + ", of which these say that something is not fine",
        "At",
        "Level",
        "What");
    for (NoticeRow notice : outcome.notices()) {
      if (notice.level() == Level.FINE) {
        continue;
      }
      String word = NoticeText.word(notice.level());
      out.append("<tr><td>")
          .append(QuarterText.time(notice.at()))
          .append("</td><td class=\"")
          .append(word)
          .append("\">")
          .append(word)
          .append("</td><td>")
          .append(escape(notice.title()));
      notice.findings().forEach(found -> out.append("<br>").append(escape(found)));
      out.append("</td></tr>\n");
    }
    out.append("</table>\n");
  }

  private void tickets() {
    table("Tickets", "Ticket", "Opened", "Closed", "Title");
    for (TicketRow ticket : outcome.tickets()) {
      Instant closed = ticket.closed();
      row(
          ticket.address(),
          QuarterText.time(ticket.opened()),
          closed == null ? "open" : QuarterText.time(closed),
          ticket.title());
    }
    out.append("</table>\n");
  }

  private void recoveries() {
    table("Recoveries", "What", "At", "Backup", "Time", "Verdict");
    for (RecoveryRow recovery : outcome.recoveries()) {
      row(
          recovery.what(),
          QuarterText.time(recovery.at()),
          recovery.backup(),
          Figures.seconds(recovery.seconds()),
          recovery.verdict().words() + (recovery.slow() ? ": too slow" : ""));
    }
    out.append("</table>\n");
  }

  private void table(String title, String... heading) {
    out.append("<h2>").append(escape(title)).append("</h2>\n<table>\n<tr>");
    for (String word : heading) {
      out.append("<th>").append(escape(word)).append("</th>");
    }
    out.append("</tr>\n");
  }

  private void row(String... words) {
    out.append("<tr>");
    for (String word : List.of(words)) {
      out.append("<td>").append(escape(word)).append("</td>");
    }
    out.append("</tr>\n");
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
