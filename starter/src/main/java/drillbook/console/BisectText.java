package drillbook.console;

import drillbook.bisect.BisectReport;
import drillbook.check.Finding;
import java.util.ArrayList;
import java.util.List;

/** A bisection as a person reads it on a terminal. */
public final class BisectText {
  private BisectText() {}

  /** Returns its lines. */
  public static List<String> of(BisectReport report) {
    List<String> lines = new ArrayList<>();
    if (!report.probes().isEmpty()) {
      lines.add("");
      Table table = new Table("BACKUP", "COMES BACK", "REASON");
      for (BisectReport.Probe probe : report.probes()) {
        table.row(
            probe.backupId(),
            probe.verdict().words(),
            probe.reason().isEmpty() ? "-" : probe.reason());
      }
      lines.addAll(table.lines());
    }
    Finding finding = report.finding();
    lines.add("finding " + finding.code() + ": " + finding.message());
    lines.add("  " + finding.advice());
    report
        .difference()
        .forEach(difference -> {
          lines.add("");
          lines.addAll(DifferenceText.of(difference));
        });
    return lines;
  }
}
