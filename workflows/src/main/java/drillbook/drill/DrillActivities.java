package drillbook.drill;

import io.temporal.activity.ActivityInterface;

/** What a drill does beside restoring. */
@ActivityInterface(namePrefix = "Drill")
public interface DrillActivities {
  /** Returns what the journal knows of earlier drills. */
  History history(HistoryQuestion question);

  /**
   * Writes down that a drill's recovery time is the new normal; once for each run. Fails with
   * CONFLICT where there is nothing to accept: the drill did not regress, or found more than that.
   *
   * @param run the workflow run that asks
   */
  AcceptReport accept(AcceptRequest request, String run);

  /** Writes the report into the store as JSON, text and HTML, signed. */
  void publish(DrillReport report);
}
