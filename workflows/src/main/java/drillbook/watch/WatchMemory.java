package drillbook.watch;

import drillbook.runbook.Cadence;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was so at the last look.
 *
 * @param open the keys of alarms that people know of, sorted
 * @param missed by a cadence's word, how many runs had been missed
 * @param skipped likewise, how many had been skipped
 */
public record WatchMemory(List<String> open, Map<String, Long> missed, Map<String, Long> skipped) {
  /** Nobody looked yet. */
  public static final WatchMemory NONE = new WatchMemory(List.of(), Map.of(), Map.of());

  /** Copies, ordered. */
  public WatchMemory {
    open = open.stream().sorted().toList();
    missed = Collections.unmodifiableMap(new TreeMap<>(missed));
    skipped = Collections.unmodifiableMap(new TreeMap<>(skipped));
  }

  /** Returns how many more runs of a cadence were missed; a schedule made anew counts from 0. */
  long newlyMissed(Cadence cadence, long count) {
    return more(missed.getOrDefault(cadence.word(), 0L), count);
  }

  /** Returns how many more runs of a cadence were skipped. */
  long newlySkipped(Cadence cadence, long count) {
    return more(skipped.getOrDefault(cadence.word(), 0L), count);
  }

  private static long more(long before, long now) {
    return now < before ? now : now - before;
  }
}
