package drillbook.engine;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * What a capture reads: serialisable, so that ranges can be read by other processes.
 *
 * @param snapshot the engine's name of the snapshot; empty where it has none
 * @param consistency whether the ranges are one state of the engine
 * @param asOf what the recovery point's age runs from: the snapshot's time, or the start where the
 *     capture is fuzzy
 * @param ranges what to read; every record of the collections is in exactly one
 * @param marks what a later capture of {@link Changes} begins from, for each collection that the
 *     engine can tell changes of; taken before anything is read
 */
public record CaptureToken(
    String snapshot, Consistency consistency, Instant asOf, List<Range> ranges, List<Mark> marks) {
  /** Whether what is read is one state of the engine. */
  public enum Consistency {
    /** One state of the engine. */
    SNAPSHOT,
    /** Records changed during the capture may be in either state. */
    FUZZY
  }

  /**
   * A part of a collection that is read by one reader.
   *
   * @param schema the collection, as it was when the capture began
   * @param tenant the tenant whose records it holds
   * @param position the adapter's own description of the part
   * @param changes whether {@link Changes#read} can tell what of it changed since the mark that the
   *     capture began with; {@link Records#read} reads it whole all the same
   */
  public record Range(CollectionSchema schema, String tenant, String position, boolean changes) {
    /** Creates a range that is read whole. */
    public Range(CollectionSchema schema, String tenant, String position) {
      this(schema, tenant, position, false);
    }

    /** Rejects nulls. */
    public Range {
      Objects.requireNonNull(schema, "schema == null");
      Objects.requireNonNull(tenant, "tenant == null");
      Objects.requireNonNull(position, "position == null");
    }
  }

  /** Creates the token of a capture after which changes cannot be told. */
  public CaptureToken(String snapshot, Consistency consistency, Instant asOf, List<Range> ranges) {
    this(snapshot, consistency, asOf, ranges, List.of());
  }

  /** Copies ranges and marks. */
  public CaptureToken {
    Objects.requireNonNull(snapshot, "snapshot == null");
    Objects.requireNonNull(consistency, "consistency == null");
    Objects.requireNonNull(asOf, "asOf == null");
    ranges = List.copyOf(ranges);
    marks = List.copyOf(marks);
  }
}
