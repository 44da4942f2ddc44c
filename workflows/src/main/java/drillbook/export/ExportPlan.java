package drillbook.export;

import java.time.Instant;
import java.util.List;

/**
 * What an export will write.
 *
 * @param engine the word of the engine that the records are or were in
 * @param backupId where they come from; an empty string for the live engine
 * @param asOf the time whose state they show
 * @param place where the files go, for people
 * @param items the collections, at most {@value #MOST}
 */
public record ExportPlan(
    String engine, String backupId, Instant asOf, String place, List<Item> items) {
  /** How many collections one export may have: its plan has to fit into a payload. */
  public static final int MOST = 1000;

  /** Copies the items. */
  public ExportPlan {
    items = List.copyOf(items);
  }

  /**
   * One collection.
   *
   * @param collection its path
   * @param folder the key of its folder, with a slash at the end
   */
  public record Item(String collection, String folder) {}
}
