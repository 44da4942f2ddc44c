package drillbook.worker;

import java.util.List;

/** All activities of the product, to be registered with a Temporal worker. */
public final class Activities {
  private Activities() {}

  /** Returns the implementations; nothing is opened until an activity runs. */
  public static List<Object> of(Surroundings surroundings) {
    return List.of(
        new BackupWorker(surroundings),
        new VerifyWorker(surroundings),
        new RestoreWorker(surroundings),
        new DrillWorker(surroundings),
        new RegionWorker(surroundings),
        new DisasterWorker(surroundings),
        new BisectWorker(surroundings),
        new JournalWorker(surroundings),
        new PruneWorker(surroundings),
        new ExportWorker(surroundings),
        new ImportWorker(surroundings),
        new MarkWorker(surroundings),
        new NoticeWorker(surroundings),
        new TicketWorker(surroundings));
  }
}
