package drillbook.disaster;

import drillbook.restore.RestorePlan;
import java.util.List;

/**
 * What a hook is told.
 *
 * @param hook which
 * @param target the target whose hook it is
 * @param region where it comes up
 * @param mark the run's mark
 * @param collections what was restored, and under which names; empty before that
 */
public record HookRun(
    Hook hook,
    String target,
    String region,
    String mark,
    List<RestorePlan.Destination> collections) {
  /** Copies the list. */
  public HookRun {
    collections = List.copyOf(collections);
  }
}
