package drillbook.console;

import drillbook.difference.BackupDifference;
import drillbook.difference.BackupDifference.Example;
import drillbook.difference.BackupDifference.Part;
import drillbook.notice.Figures;
import java.util.ArrayList;
import java.util.List;

/** The difference of two backups as a person reads it on a terminal. */
public final class DifferenceText {
  private DifferenceText() {}

  /** Returns its lines. */
  public static List<String> of(BackupDifference difference) {
    if (difference.same()) {
      return List.of(difference.before() + " and " + difference.after() + " hold the same");
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        "from "
            + difference.before()
            + " to "
            + difference.after()
            + ": "
            + Figures.count(difference.added())
            + " added, "
            + Figures.count(difference.removed())
            + " removed, "
            + Figures.count(difference.changed())
            + " changed");
    lines.addAll(difference.schemas());
    if (!difference.parts().isEmpty()) {
      lines.add("");
      Table table = new Table("WHERE", "BEFORE", "AFTER", "ADDED", "REMOVED", "CHANGED");
      for (Part part : difference.parts()) {
        table.row(
            where(part.collection(), part.tenant()),
            Figures.count(part.before()),
            Figures.count(part.after()),
            Figures.count(part.added()),
            Figures.count(part.removed()),
            Figures.count(part.changed()));
      }
      lines.addAll(table.lines());
    }
    if (!difference.examples().isEmpty()) {
      lines.add("");
    }
    for (Example example : difference.examples()) {
      String sign =
          switch (example.change()) {
            case ADDED -> "+ ";
            case REMOVED -> "- ";
            case CHANGED -> "~ ";
          };
      String fields =
          example.fields().isEmpty() ? "" : "  (" + String.join(", ", example.fields()) + ")";
      lines.add(
          sign + where(example.collection(), example.tenant()) + "  " + example.id() + fields);
    }
    long more = difference.records() - difference.examples().size();
    if (more > 0 && !difference.examples().isEmpty()) {
      lines.add("and " + Figures.count(more) + " more");
    }
    return lines;
  }

  private static String where(String collection, String tenant) {
    return tenant.isEmpty() ? collection : collection + ", tenant " + tenant;
  }
}
