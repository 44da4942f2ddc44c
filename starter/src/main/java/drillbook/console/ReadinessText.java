package drillbook.console;

import drillbook.engine.Requirement;
import drillbook.engine.Requirement.Standing;
import drillbook.notice.Figures;
import drillbook.readiness.ReadinessReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a target needs as a person reads it on a terminal. */
public final class ReadinessText {
  private ReadinessText() {}

  /** Returns its lines. */
  public static List<String> of(ReadinessReport report) {
    List<String> lines = new ArrayList<>();
    for (ReadinessReport.Section section : report.sections()) {
      lines.add(section.name());
      int width =
          section.requirements().stream().mapToInt(one -> one.subject().length()).max().orElse(0);
      for (Requirement requirement : section.requirements()) {
        lines.add(
            String.format(Locale.ROOT, "  %-7s  ", requirement.standing())
                + requirement.subject()
                + " ".repeat(width - requirement.subject().length())
                + "  "
                + requirement.found());
        if (!requirement.advice().isEmpty()) {
          lines.add("             " + requirement.advice());
        }
      }
      lines.add("");
    }
    long missing = report.count(Standing.MISSING);
    long unknown = report.count(Standing.UNKNOWN);
    lines.add(
        (missing == 0
                ? "nothing is missing"
                : Figures.counted(missing, "requirement")
                    + (missing == 1 ? " is" : " are")
                    + " missing")
            + (unknown == 0 ? "" : "; " + unknown + " could not be told"));
    return lines;
  }
}
