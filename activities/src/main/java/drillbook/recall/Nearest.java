package drillbook.recall;

import drillbook.record.BytesColumn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The k nearest of what was offered, by distance, then by id hash. Not thread-safe. */
final class Nearest {
  private final double[] distances;
  private final byte[][] hashes;
  private final byte[][] ids;
  private int size;

  Nearest(int k) {
    distances = new double[k];
    hashes = new byte[k][];
    ids = new byte[k][];
  }

  /** Tells whether a distance may be among the nearest, whatever the id hash. */
  boolean mayEnter(double distance) {
    return Double.isFinite(distance)
        && (size < distances.length || distance <= distances[size - 1]);
  }

  /** Takes a record if it is near enough; copies what it keeps. */
  void offer(double distance, byte[] idHash, BytesColumn idColumn, int record) {
    if (!mayEnter(distance)) {
      return;
    }
    int place = size;
    while (place > 0 && compare(distance, idHash, place - 1) < 0) {
      place--;
    }
    if (place == distances.length) {
      return;
    }
    int moved = Math.min(size, distances.length - 1) - place;
    System.arraycopy(distances, place, distances, place + 1, moved);
    System.arraycopy(hashes, place, hashes, place + 1, moved);
    System.arraycopy(ids, place, ids, place + 1, moved);
    distances[place] = distance;
    hashes[place] = idHash.clone();
    ids[place] = idColumn.get(record);
    size = Math.min(size + 1, distances.length);
  }

  List<Hit> hits() {
    List<Hit> hits = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      hits.add(new Hit(hashes[i], ids[i], distances[i]));
    }
    return hits;
  }

  /** Compares by distance, then by id hash, unsigned; -0 and 0 are one distance. */
  static int compare(double distance, byte[] idHash, double otherDistance, byte[] otherHash) {
    if (distance < otherDistance) {
      return -1;
    }
    return distance > otherDistance ? 1 : Arrays.compareUnsigned(idHash, otherHash);
  }

  private int compare(double distance, byte[] idHash, int place) {
    return compare(distance, idHash, distances[place], hashes[place]);
  }
}
