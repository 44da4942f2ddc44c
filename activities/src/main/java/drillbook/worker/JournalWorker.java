package drillbook.worker;

import drillbook.journal.JournalActivities;
import drillbook.journal.JournalHead;
import drillbook.journal.JournalRecord;
import drillbook.store.ArtifactStore;
import drillbook.store.Stores;

/** The activities that write down what happened. */
public final class JournalWorker implements JournalActivities {
  private final Surroundings surroundings;

  /** Opens nothing until an activity runs. */
  public JournalWorker(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public JournalHead append(JournalRecord entry) {
    return Failures.call(() -> {
      try (ArtifactStore store =
          Stores.open(surroundings.targets().named(entry.target()).store())) {
        return surroundings.journal(store, entry.target()).append(entry);
      }
    });
  }
}
