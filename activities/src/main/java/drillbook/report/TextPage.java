package drillbook.report;

import drillbook.check.Check;
import drillbook.check.Finding;
import drillbook.restore.Phases;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What text reports have in common: lines for a terminal of 100 columns. */
final class TextPage {
  private static final int COLUMNS = 100;
  private static final int LABEL = 18;
  private static final int BAR = 40;

  private final StringBuilder out = new StringBuilder();

  String text() {
    return out.toString();
  }

  void checks(List<Check> checks) {
    checks(checks, "Checks that ran", true);
    checks(checks, "Checks that did not run", false);
  }

  void phases(Phases spent) {
    heading("Where the time went");
    double total = spent.total();
    double longest = 0;
    for (Phase phase : Phase.of(spent)) {
      longest = Math.max(longest, phase.seconds());
    }
    for (Phase phase : Phase.of(spent)) {
      int filled = longest > 0 ? (int) Math.ceil(phase.seconds() / longest * BAR) : 0;
      line(
          String.format(
              Locale.ROOT,
              "  %-11s %-40s %12s %7s",
              phase.word(),
              "#".repeat(filled),
              Words.duration(phase.seconds()),
              Words.percent(phase.seconds(), total)));
    }
  }

  private void checks(List<Check> all, String title, boolean ran) {
    List<Check> checks = new ArrayList<>();
    for (Check check : all) {
      if (ran == ran(check)) {
        checks.add(check);
      }
    }
    heading(title);
    if (checks.isEmpty()) {
      line("  none");
    }
    for (Check check : checks) {
      line("  " + pad(Words.result(check.result()), 15) + check.name() + "  " + check.subject());
      wrap(17, check.detail());
      for (Finding finding : check.findings()) {
        wrap(17, "! " + finding.code() + ": " + finding.message());
        if (!finding.advice().isEmpty()) {
          wrap(19, "What to do: " + finding.advice());
        }
      }
    }
  }

  static boolean ran(Check check) {
    return switch (check.result()) {
      case PASSED, FAILED -> true;
      case NOT_APPLICABLE, COULD_NOT_RUN -> false;
    };
  }

  void heading(String title) {
    line("");
    line(title);
  }

  void field(String label, String value) {
    String first = "  " + pad(label, LABEL - 2);
    int start = out.length();
    wrap(LABEL, value.isBlank() ? "-" : value);
    out.replace(start, start + LABEL, first);
  }

  private static String pad(String text, int width) {
    return String.format(Locale.ROOT, "%-" + width + "s", text);
  }

  /** Breaks at spaces; a word that is longer than a line stays whole, so that it can be copied. */
  void wrap(int indent, String text) {
    String margin = " ".repeat(indent);
    StringBuilder row = new StringBuilder(margin);
    for (String word : printable(text).split(" ", -1)) {
      boolean first = row.length() == indent;
      if (!first && row.length() + 1 + word.length() > COLUMNS) {
        line(row.toString());
        row = new StringBuilder(margin);
        first = true;
      }
      row.append(first ? "" : " ").append(word);
    }
    line(row.toString());
  }

  void line(String text) {
    String safe = printable(text);
    int end = safe.length();
    while (end > 0 && safe.charAt(end - 1) == ' ') {
      end--;
    }
    out.append(safe, 0, end).append('\n');
  }

  /** Replaces control characters: names come from engines, and a terminal obeys what it prints. */
  private static String printable(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    text.codePoints()
        .forEach(point ->
            safe.appendCodePoint(
                Character.isISOControl(point) || isDirection(point) ? 0xfffd : point));
    return safe.toString();
  }

  private static boolean isDirection(int point) {
    return (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
  }
}
