package drillbook.capture;

import drillbook.archive.PartId;
import drillbook.failure.DrillbookException;
import drillbook.format.Segment;
import drillbook.manifest.CanonicalJson;
import drillbook.profile.VectorSums;
import drillbook.store.ArtifactStore.Stored;
import java.util.List;

/**
 * How far a range is: what a later attempt goes on from. Written after each finished segment.
 *
 * @param sequence 0 for the first checkpoint of the range
 * @param collection the part's collection number
 * @param tenant the part's tenant number
 * @param cursor where reading goes on
 * @param complete true: the range was read to its end
 * @param whole true: every record is read, false: what changed
 * @param segments what it wrote so far
 * @param seen which entries of the base index were met so far, as a stored bit set; empty where
 *     there is no base
 * @param records how many records were met
 * @param unchanged how many of them by their ids alone
 * @param stored how many of them were written
 * @param sum over all records met, modulo 2^256, hex
 * @param vectors what was added up of the vectors of all records read, by the layout's order
 */
record Checkpoint(
    int sequence,
    int collection,
    int tenant,
    String cursor,
    boolean complete,
    boolean whole,
    List<Segment> segments,
    List<Stored> seen,
    long records,
    long unchanged,
    long stored,
    String sum,
    List<VectorSums> vectors) {
  Checkpoint {
    segments = List.copyOf(segments);
    seen = List.copyOf(seen);
    vectors = List.copyOf(vectors);
  }

  PartId part() {
    return new PartId(collection, tenant);
  }

  byte[] encode() {
    return CanonicalJson.encode(this);
  }

  static Checkpoint decode(byte[] json, String key) throws DrillbookException {
    return CanonicalJson.decode(json, Checkpoint.class, "checkpoint " + key);
  }
}
