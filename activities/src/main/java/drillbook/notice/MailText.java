package drillbook.notice;

import drillbook.check.Finding;
import drillbook.notice.Notice.Fact;
import java.util.Locale;

/** A notice as plain text. What is wrong stands first. */
final class MailText {
  private MailText() {}

  /** Returns one line. */
  static String subject(Notice notice) {
    String line =
        "[drillbook] " + Wording.word(notice.level()) + ": " + Wording.line(notice.title());
    return line.length() <= 200 ? line : line.substring(0, 180) + Wording.SHORTENED;
  }

  /** Returns the body, lines ended by a line feed. */
  static String body(Notice notice, TemporalUi ui) {
    StringBuilder text = new StringBuilder();
    text.append(Wording.word(notice.level()).toUpperCase(Locale.ROOT))
        .append(": ")
        .append(Wording.line(notice.title()))
        .append("\n");
    if (!notice.findings().isEmpty()) {
      text.append("\nWhat was found\n");
    }
    for (Finding finding : notice.findings()) {
      text.append("\n  ").append(finding.code()).append('\n');
      indented(text, finding.message());
      if (!finding.advice().isBlank()) {
        text.append("    What to do:\n");
        indented(text, finding.advice());
      }
    }
    int widest =
        notice.facts().stream().mapToInt(f -> Wording.line(f.name()).length()).max().orElse(0);
    if (!notice.facts().isEmpty()) {
      text.append("\nFigures\n\n");
    }
    for (Fact fact : notice.facts()) {
      String name = Wording.line(fact.name());
      text.append("  ")
          .append(name)
          .append(" ".repeat(widest - name.length() + 2))
          .append(Wording.line(fact.value()))
          .append('\n');
    }
    text.append("\nWorkflow ")
        .append(Wording.line(notice.workflowId()))
        .append(", run ")
        .append(Wording.line(notice.runId()))
        .append('\n');
    ui.link(notice.workflowId(), notice.runId()).ifPresent(link -> text.append(link).append('\n'));
    return text.toString();
  }

  private static void indented(StringBuilder text, String words) {
    Wording.plain(words).lines().forEach(line -> text.append("    ").append(line).append('\n'));
  }
}
