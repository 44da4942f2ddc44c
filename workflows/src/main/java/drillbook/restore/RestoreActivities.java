package drillbook.restore;

import drillbook.check.Check;
import io.temporal.activity.ActivityInterface;
import java.util.List;

/** The steps of a restore that touch engine and store. Each can be repeated without harm. */
@ActivityInterface(namePrefix = "Restore")
public interface RestoreActivities {
  /**
   * Chooses the backup, checks its manifest, asks the engine that is written to whether it can hold
   * everything, and writes the plan into the store. Refuses what would overwrite something without
   * being asked to, and losses that were not accepted. A dry run writes nothing.
   */
  RestorePlan plan(RestoreRun run);

  /** Creates the plan's collections; their names were recorded in the store with the plan. */
  void create(RestoreRun run);

  /** Streams one tenant of one collection from the store into the engine. */
  LoadReport load(Step step);

  /** Builds one collection's indexes and waits until all of them take part in searches. */
  void index(Step step);

  /** Asks one collection every check that its engine can answer. */
  List<Check> check(Step step);

  /** Puts the restored collections in the place of the live ones, all or none. */
  void cutOver(RestoreRun run);

  /**
   * Drops the collections that the plan recorded, and no others; the plan goes with them. Live ones
   * get their places back, unless all were replaced: then the restore is done, and stays.
   */
  void drop(RestoreRun run);

  /** Forgets the plan, and keeps the collections. */
  void forget(RestoreRun run);
}
