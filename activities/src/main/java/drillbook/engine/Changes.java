package drillbook.engine;

import drillbook.failure.DrillbookException;
import java.util.List;

/**
 * The changes face of an engine that can tell what changed since a mark: an increment reads these
 * records whole and of all others the ids alone.
 *
 * <p>The ids are asked for so that an increment sees what was deleted, as a scan does; an engine
 * that can tell changed records but not name the others without reading them does not declare
 * {@link Capability#CHANGES_BY_WATERMARK}, and its increments scan.
 */
public interface Changes {
  /**
   * Opens a capture as {@link Records#begin} does, one state of all collections where the engine
   * has snapshots. Where a mark is the collection's own and can still be compared with, its ranges
   * say {@link CaptureToken.Range#changes()}. Any doubt (the engine was restored, the collection
   * made anew, the mark is too old, the columns read differently) makes plain ranges of it, which
   * are scanned.
   *
   * @param since marks that an earlier capture gave; none, or several unknown ones, are allowed
   */
  Capture begin(List<CollectionSchema> collections, List<Mark> since, CaptureNotes notes)
      throws DrillbookException, InterruptedException;

  /**
   * Reads a range that says {@code changes}: each record of it exactly once, either whole or by its
   * id. A record whose content differs from what it was at the mark is always whole; others may be,
   * a few: those written in transactions, or ticks of the clock, that the mark does not cover.
   * {@link Records#read} reads the same range whole.
   *
   * @param cursor empty for the start, or a cursor that this method handed out for the range
   * @throws DrillbookException as {@link Records#read}
   */
  void read(
      CaptureToken token,
      CaptureToken.Range range,
      String cursor,
      CaptureNotes notes,
      ChangeConsumer consumer)
      throws DrillbookException, InterruptedException;
}
