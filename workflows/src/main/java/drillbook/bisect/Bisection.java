package drillbook.bisect;

import java.util.OptionalInt;

/**
 * A binary search over backups, newest first, for the first one that restores. Holds that once one
 * does not come back, no newer one does: what is lost stays lost. Not thread-safe.
 */
final class Bisection {
  private final int size;
  private int lastBad = -1;
  private int firstGood;

  /** Begins with so many backups, all older than one that does not come back. */
  Bisection(int size) {
    this.size = size;
    this.firstGood = size;
  }

  /** Returns which backup to try next; empty where the search is at its end. */
  OptionalInt next() {
    return untried() > 0 ? OptionalInt.of(lastBad + (untried() + 1) / 2) : OptionalInt.empty();
  }

  /** Takes the answer of a try. */
  void tried(int position, boolean restores) {
    if (restores) {
      firstGood = Math.min(firstGood, position);
    } else {
      lastBad = Math.max(lastBad, position);
    }
  }

  /** Returns the newest backup that is known to restore. */
  OptionalInt good() {
    return firstGood < size ? OptionalInt.of(firstGood) : OptionalInt.empty();
  }

  /** Returns the oldest backup that is known not to; empty for the one that began it all. */
  OptionalInt bad() {
    return lastBad < 0 ? OptionalInt.empty() : OptionalInt.of(lastBad);
  }

  /** Returns of how many backups between these nothing is known. */
  int untried() {
    return firstGood - lastBad - 1;
  }
}
