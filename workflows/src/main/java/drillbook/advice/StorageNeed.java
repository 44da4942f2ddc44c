package drillbook.advice;

import drillbook.runbook.Retention;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What backups take in a store, once retention is filled: the index once, on which all of them
 * rest, and for each recovery point that is kept the share of the index that changes in a day. That
 * a point of last month takes no more than one of yesterday rests on the same records changing
 * again and again; where changes spread over all records, it takes more, up to {@link
 * #spreadBytes}.
 *
 * @param indexBytes all records once, as they are stored
 * @param dailyBytes what a day adds
 * @param points recovery points that are kept, a day apart or more
 * @param standardBytes in the usual class
 * @param infrequentBytes in the class for infrequent access
 * @param spreadBytes all of it, if no record changed twice
 */
public record StorageNeed(
    double indexBytes,
    double dailyBytes,
    int points,
    double standardBytes,
    double infrequentBytes,
    double spreadBytes) {
  /**
   * Computes the need.
   *
   * @param dailyShare of the index that a day's backup stores, 0 to 1
   */
  public static StorageNeed of(double indexBytes, double dailyShare, Retention retention) {
    if (!(indexBytes >= 0) || !(dailyShare >= 0) || dailyShare > 1) {
      throw new IllegalArgumentException(
          "an index of " + indexBytes + " bytes, of which " + dailyShare + " changes in a day");
    }
    SortedSet<Integer> ages = ages(retention);
    long usual = retention.infrequentAfter().toDays();
    boolean moves = !retention.infrequentAfter().isZero();
    double daily = indexBytes * dailyShare;
    double standard = 0;
    double infrequent = 0;
    double spread = indexBytes;
    int before = 0;
    for (int age : ages) {
      if (moves && age > usual) {
        infrequent += daily;
      } else {
        standard += daily;
      }
      spread += Math.min(indexBytes, daily * (age - before));
      before = age;
    }
    // What all points rest on is as old as the oldest.
    boolean old = moves && !ages.isEmpty() && ages.getLast() > usual;
    return new StorageNeed(
        indexBytes,
        daily,
        ages.size(),
        standard + (old ? 0 : indexBytes),
        infrequent + (old ? indexBytes : 0),
        spread);
  }

  /** Returns all of it. */
  public double bytes() {
    return standardBytes + infrequentBytes;
  }

  /** Returns the ages of the kept recovery points in days; of a day only one counts. */
  private static SortedSet<Integer> ages(Retention retention) {
    SortedSet<Integer> ages = new TreeSet<>();
    add(ages, (int) Math.min(36_500, retention.all().toDays()), 1);
    add(ages, retention.daily(), 1);
    add(ages, retention.weekly(), 7);
    add(ages, retention.monthly(), 30);
    add(ages, retention.yearly(), 365);
    return ages;
  }

  private static void add(SortedSet<Integer> ages, int count, int days) {
    for (int i = 1; i <= count; i++) {
      ages.add(i * days);
    }
  }
}
