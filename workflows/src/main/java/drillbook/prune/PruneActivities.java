package drillbook.prune;

import io.temporal.activity.ActivityInterface;

/** The steps of a prune that touch the store. */
@ActivityInterface(namePrefix = "Prune")
public interface PruneActivities {
  /** Decides what stays; writes the plan into the store unless it is a dry run. */
  PrunePlan plan(PruneRun run);

  /**
   * Deletes what the plan says and what is still needed by nobody. A repetition goes on where an
   * earlier attempt stopped.
   */
  PruneResult delete(PruneRun run);
}
