package drillbook.watch;

import drillbook.notice.Notice;
import drillbook.notice.Notice.Fact;
import drillbook.notice.Notice.Level;
import drillbook.runbook.Runbook;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What people are told of a look. Asks nobody. */
final class WatchNotice {
  private WatchNotice() {}

  /** Returns one notice of all that is new and all that is over. */
  static Notice of(
      Runbook runbook, List<Alarm> fresh, List<String> gone, String workflowId, String runId) {
    Level level =
        fresh.stream().map(Alarm::level).max(Comparator.naturalOrder()).orElse(Level.FINE);
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("Runbook", runbook.name()));
    gone.forEach(key -> facts.add(new Fact("No longer so", words(key))));
    String title =
        runbook.target()
            + " watchdog: "
            + (fresh.isEmpty()
                ? words(gone.getFirst()) + " is over"
                : fresh.getFirst().finding().message());
    int more = fresh.isEmpty() ? gone.size() - 1 : fresh.size() - 1;
    return new Notice(
        level,
        more == 0 ? title : title + ", and " + more + " more",
        facts,
        fresh.stream().map(Alarm::finding).toList(),
        workflowId,
        runId);
  }

  private static String words(String key) {
    return key.replace('/', ' ').replace("recovery-point soon", "recovery-point almost too old");
  }
}
