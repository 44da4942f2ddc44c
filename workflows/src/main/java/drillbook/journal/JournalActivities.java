package drillbook.journal;

import io.temporal.activity.ActivityInterface;

/** Writes down what happened. */
@ActivityInterface(namePrefix = "Journal")
public interface JournalActivities {
  /** Appends an entry, signed and chained to the one before; once for each kind and run. */
  JournalHead append(JournalRecord entry);
}
