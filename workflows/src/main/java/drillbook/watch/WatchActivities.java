package drillbook.watch;

import drillbook.runbook.Runbook;
import io.temporal.activity.ActivityInterface;

/** Looks at schedules and at the journal. */
@ActivityInterface(namePrefix = "Watch")
public interface WatchActivities {
  /** Returns how things are, and what the last look found. Changes nothing. */
  WatchFacts look(Runbook runbook);
}
