package drillbook.report;

import drillbook.check.Check;
import drillbook.check.Finding;
import drillbook.check.Verdict;
import drillbook.restore.Phases;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** What HTML reports have in common: one page without scripts and without other files. */
final class HtmlPage {
  private static final String STYLE = style();

  private final StringBuilder out = new StringBuilder(16_384);

  void begin(String title) {
    out.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';")
        .append(" style-src 'unsafe-inline'\">\n<title>")
        .append(escape(title))
        .append("</title>\n<style>\n")
        .append(STYLE)
        .append("</style>\n</head>\n<body>\n<main>\n");
  }

  String end() {
    out.append("</main>\n</body>\n</html>\n");
    return out.toString();
  }

  /** Appends HTML. */
  StringBuilder append(String html) {
    return out.append(html);
  }

  void verdict(String title, Verdict verdict, String headline, String meaning) {
    out.append("<h1>").append(escape(title)).append("</h1>\n");
    out.append("<section class=\"verdict ")
        .append(tone(verdict))
        .append("\"><strong>")
        .append(escape(headline))
        .append("</strong><p>")
        .append(escape(meaning))
        .append("</p></section>\n");
  }

  void checks(List<Check> checks) {
    checks(
        checks,
        "Checks that ran",
        List.of(Check.Result.FAILED, Check.Result.PASSED),
        "No check ran.");
    checks(
        checks,
        "Checks that did not run, and why",
        List.of(Check.Result.COULD_NOT_RUN, Check.Result.NOT_APPLICABLE),
        "None: every check was asked.");
  }

  void phases(Phases spent) {
    heading("Where the time went");
    List<Phase> phases = Phase.of(spent);
    double total = spent.total();
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

  private void checks(List<Check> checks, String title, List<Check.Result> results, String none) {
    heading(title);
    boolean any = checks.stream().anyMatch(check -> results.contains(check.result()));
    if (!any) {
      out.append("<p>").append(escape(none)).append("</p>\n");
      return;
    }
    out.append("<table>\n<tr><th>Answer</th><th>Check</th><th>Of what</th>")
        .append("<th>Figures or reason</th></tr>\n");
    for (Check.Result result : results) {
      for (Check check : checks) {
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

  void heading(String title) {
    out.append("<h2>").append(escape(title)).append("</h2>\n");
  }

  void tile(String label, String value, String note) {
    out.append("<div class=\"tile\"><span>")
        .append(escape(label))
        .append("</span><b>")
        .append(escape(value))
        .append("</b><small>")
        .append(escape(note))
        .append("</small></div>\n");
  }

  /** Appends a pair; the value is HTML already. */
  void item(String label, String html) {
    out.append("<dt>").append(escape(label)).append("</dt><dd>").append(html).append("</dd>\n");
  }

  /** Appends a table's row; the cells are HTML already. */
  void row(String... html) {
    out.append("<tr>");
    for (String cell : html) {
      out.append("<td>").append(cell).append("</td>");
    }
    out.append("</tr>\n");
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

  static String code(String text) {
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
    try (InputStream in = HtmlPage.class.getResourceAsStream("report.css")) {
      if (in == null) {
        throw new IllegalStateException("report.css is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
