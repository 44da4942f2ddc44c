package drillbook.disaster;

import io.temporal.activity.ActivityInterface;

/** What only a disaster drill does. Each can be repeated without harm. */
@ActivityInterface(namePrefix = "Disaster")
public interface DisasterActivities {
  /** Runs a hook of a target; says so where it has none. */
  HookReport hook(HookRun run);

  /** Asks an instance once whether it answers; that it does not is an answer, not a failure. */
  ProbeReport probe(String target);

  /** Asks an instance until it answers; fails while it does not. */
  ProbeReport awaitAnswer(String target);

  /**
   * Drops the primary's collections that a backup holds, after reading in the region's store that
   * the backup lies there with its manifest.
   *
   * @return how many were dropped
   */
  int drop(DropRun run);

  /** Writes the report into the region's store and the target's as JSON, text and HTML, signed. */
  void publish(DisasterReport report);
}
