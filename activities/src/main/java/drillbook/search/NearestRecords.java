package drillbook.search;

import drillbook.archive.PartId;
import drillbook.format.RecordHasher;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The k nearest records of those offered: by distance; of equally near ones the record that was
 * asked about first, then by id, then by part. Not thread-safe.
 */
final class NearestRecords {
  private final int k;
  private final byte[] self;
  private final List<Found> found = new ArrayList<>();

  /**
   * Begins with nothing.
   *
   * @param self the id that goes before others of the same distance; empty for none
   */
  NearestRecords(int k, byte[] self) {
    this.k = k;
    this.self = self.clone();
  }

  /**
   * A record that is among the nearest so far.
   *
   * @param segment the number of the segment that holds it
   * @param contentHash of all that was read of it, by which it is known again
   */
  record Found(
      PartId part, long segment, int row, byte[] id, byte[] contentHash, double distance) {}

  /**
   * Takes a record if it is near enough; copies what it keeps.
   *
   * @param distance finite
   */
  void offer(
      double distance,
      PartId part,
      long segment,
      int row,
      RecordBatch batch,
      int record,
      RecordHasher hasher) {
    if (found.size() == k && distance > found.getLast().distance()) {
      return;
    }
    byte[] id = batch.ids().get(record);
    int place = found.size();
    while (place > 0 && isBefore(distance, id, part, found.get(place - 1))) {
      place--;
    }
    if (place == k) {
      return;
    }
    byte[] contentHash = new byte[RecordHasher.HASH_BYTES];
    hasher.hash(batch, record, new byte[RecordHasher.HASH_BYTES], contentHash);
    found.add(place, new Found(part, segment, row, id, contentHash, distance));
    if (found.size() > k) {
      found.removeLast();
    }
  }

  /** Returns the nearest so far, nearest first. */
  List<Found> nearest() {
    return List.copyOf(found);
  }

  private boolean isBefore(double distance, byte[] id, PartId part, Found other) {
    if (distance != other.distance()) {
      return distance < other.distance();
    }
    boolean mine = Arrays.equals(id, self);
    boolean others = Arrays.equals(other.id(), self);
    if (mine != others) {
      return mine;
    }
    int order = RecordId.compare(id, other.id());
    return order != 0 ? order < 0 : part.compareTo(other.part()) < 0;
  }
}
