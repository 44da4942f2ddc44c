package drillbook.watch;

import drillbook.check.Verdict;
import drillbook.journal.JournalRecord;
import drillbook.runbook.Runbook;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What people know of a runbook, as a journal holds it. */
public final class WatchRecord {
  /** What such entries are called. */
  public static final String KIND = "watch";

  private static final String RUNBOOK = "runbook";
  private static final String OPEN = "open";
  private static final String MISSED = "missed.";
  private static final String SKIPPED = "skipped.";

  private WatchRecord() {}

  /** Returns what is written down. */
  public static JournalRecord of(String run, Runbook runbook, WatchMemory memory) {
    Map<String, String> figures = new TreeMap<>();
    figures.put(RUNBOOK, runbook.name());
    figures.put(OPEN, String.join(" ", memory.open()));
    memory.missed().forEach((cadence, count) -> figures.put(MISSED + cadence, count.toString()));
    memory.skipped().forEach((cadence, count) -> figures.put(SKIPPED + cadence, count.toString()));
    return new JournalRecord(
        runbook.target(),
        KIND,
        run,
        "",
        memory.open().isEmpty() ? Verdict.PASSED : Verdict.FAILED,
        0,
        figures);
  }

  /** Tells whether an entry is of a runbook. */
  public static boolean isOf(JournalRecord record, Runbook runbook) {
    return record.kind().equals(KIND) && runbook.name().equals(record.figures().get(RUNBOOK));
  }

  /** Reads what was written down. */
  public static WatchMemory memory(JournalRecord record) {
    Map<String, String> figures = record.figures();
    List<String> open =
        Arrays.stream(figures.getOrDefault(OPEN, "").split(" ", -1))
            .filter(key -> !key.isEmpty())
            .toList();
    return new WatchMemory(open, counts(figures, MISSED), counts(figures, SKIPPED));
  }

  private static Map<String, Long> counts(Map<String, String> figures, String prefix) {
    Map<String, Long> counts = new TreeMap<>();
    figures.forEach((name, value) -> {
      if (name.startsWith(prefix)) {
        counts.put(name.substring(prefix.length()), Long.valueOf(value));
      }
    });
    return counts;
  }
}
