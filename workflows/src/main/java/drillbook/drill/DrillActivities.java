package drillbook.drill;

import io.temporal.activity.ActivityInterface;

/** What a drill does beside restoring. */
@ActivityInterface(namePrefix = "Drill")
public interface DrillActivities {
  /** Returns what the journal knows of earlier drills. */
  History history(HistoryQuestion question);

  /** Writes the report into the store as JSON, text and HTML, signed. */
  void publish(DrillReport report);
}
