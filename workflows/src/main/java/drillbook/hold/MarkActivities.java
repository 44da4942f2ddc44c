package drillbook.hold;

import io.temporal.activity.ActivityInterface;

/** Writes holds and labels. */
@ActivityInterface(namePrefix = "Mark")
public interface MarkActivities {
  /** Does what is asked for and writes it into the journal; once more changes nothing. */
  MarkReport mark(MarkRequest request, String run);
}
