package drillbook.console;

import drillbook.check.Finding;
import drillbook.console.Table.Fact;
import drillbook.notice.Figures;
import drillbook.prune.PruneLine;
import drillbook.prune.PrunePlan;
import drillbook.prune.PruneReport;
import java.util.ArrayList;
import java.util.List;

/** A prune as a person reads it on a terminal. */
public final class PruneText {
  private PruneText() {}

  /** Returns a prune's lines: each backup with what became of it. */
  public static List<String> of(PruneReport report) {
    boolean dry = report.dryRun();
    List<String> lines =
        new ArrayList<>(
            Table.facts(
                List.of(
                    new Fact("dry run", dry ? "nothing was touched" : ""),
                    new Fact("kept", Figures.counted(report.kept(), "backup")),
                    new Fact(
                        dry ? "would go" : "deleted",
                        Figures.counted(report.deleted(), "backup")
                            + ", "
                            + Figures.counted(report.objects(), "object")
                            + " in all"),
                    new Fact(dry ? "would free" : "freed", Figures.bytes(report.bytes())),
                    new Fact("plan", report.planKey()),
                    new Fact("took", Figures.seconds(report.seconds())))));
    if (!report.lines().isEmpty()) {
      lines.add("");
      Table table = new Table("BACKUP", "", "BYTES", "WHY");
      for (PruneLine line : report.lines()) {
        String fate = line.kept() ? "kept" : dry ? "would go" : "deleted";
        String why = line.kept() ? line.why() : "nothing keeps it";
        table.row(line.backupId(), fate, Figures.bytes(line.bytes()), why);
      }
      lines.addAll(table.lines());
    }
    int unnamed = report.kept() + report.deleted() - report.lines().size();
    if (unnamed > 0) {
      lines.add(
          "and "
              + Figures.counted(unnamed, "more backup")
              + ": at most "
              + PrunePlan.MOST
              + " of each are named"
              + (dry ? "" : ", the plan in the store names more"));
    }
    report.notes().forEach(note -> lines.add("note: " + note));
    for (Finding finding : report.findings()) {
      lines.add("finding " + finding.code() + ": " + finding.message());
      lines.add("  " + finding.advice());
    }
    return lines;
  }
}
