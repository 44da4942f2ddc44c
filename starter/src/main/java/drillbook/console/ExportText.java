package drillbook.console;

import drillbook.export.ExportReport;
import drillbook.export.Exported;
import drillbook.notice.Figures;
import java.util.ArrayList;
import java.util.List;

/** An export's report as lines. */
public final class ExportText {
  private ExportText() {}

  /** Returns how far it is and what is there. */
  public static List<String> of(ExportReport report) {
    List<String> lines = new ArrayList<>();
    lines.add(report.status() + " " + report.id());
    if (!report.exported().isEmpty()) {
      Table table = new Table("COLLECTION", "RECORDS", "FILES", "BYTES", "FOLDER");
      for (Exported one : report.exported()) {
        table.row(
            one.collection(),
            Figures.count(one.records()),
            Figures.count(one.files()),
            Figures.bytes(one.bytes()),
            one.folder());
      }
      lines.addAll(table.lines());
    }
    if (report.collections() > 0) {
      lines.add(
          report.exported().size()
              + " of "
              + report.collections()
              + " collections, "
              + Figures.count(report.records())
              + " records, from "
              + (report.backupId().isEmpty() ? "the live engine" : report.backupId()));
    }
    if (!report.to().isEmpty()) {
      lines.add("in " + report.to());
    }
    if (!report.remark().isEmpty()) {
      lines.add(report.remark());
    }
    return lines;
  }
}
