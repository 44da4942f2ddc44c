package drillbook.export;

import java.util.List;

/**
 * An export that has ended.
 *
 * @param run which
 * @param items the folders that it wrote, or may have begun
 * @param report what is left beside them
 */
public record ExportEnd(ExportRun run, List<ExportPlan.Item> items, ExportReport report) {
  /** Copies the items. */
  public ExportEnd {
    items = List.copyOf(items);
  }
}
