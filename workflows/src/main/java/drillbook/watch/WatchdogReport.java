package drillbook.watch;

import java.time.Instant;
import java.util.List;

/**
 * What a look led to.
 *
 * @param runbook its name
 * @param target on what
 * @param at when it was
 * @param alarms what somebody has to know
 * @param fresh the keys of those that people were told of now
 * @param gone the keys of what is no longer so, which people were told too
 * @param untold routes on which people could not be told, with the reason
 */
public record WatchdogReport(
    String runbook,
    String target,
    Instant at,
    List<Alarm> alarms,
    List<String> fresh,
    List<String> gone,
    List<String> untold) {
  /** Copies the lists. */
  public WatchdogReport {
    alarms = List.copyOf(alarms);
    fresh = List.copyOf(fresh);
    gone = List.copyOf(gone);
    untold = List.copyOf(untold);
  }
}
