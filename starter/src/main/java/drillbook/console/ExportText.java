package drillbook.console;

import drillbook.export.ExportReport;
import drillbook.export.Exported;
import drillbook.intake.ImportReport;
import drillbook.notice.Figures;
import java.util.ArrayList;
import java.util.List;

/** Reports of exports and imports as lines. */
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

  /** Returns how far an import is and what was written. */
  public static List<String> of(ImportReport report) {
    List<String> lines = new ArrayList<>();
    lines.add(
        report.status()
            + " "
            + Figures.count(report.records())
            + " records of "
            + report.loaded()
            + " of "
            + report.files()
            + " files "
            + (report.created() ? "in new collection " : "merged into ")
            + report.collection());
    report.losses().forEach(loss -> lines.add("left out: " + loss));
    if (!report.remark().isEmpty()) {
      lines.add(report.remark());
    }
    return lines;
  }
}
