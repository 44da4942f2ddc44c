package drillbook.restore;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a restore will do.
 *
 * @param backupId the backup that was chosen
 * @param choice why it was chosen, one sentence
 * @param engine the engine of the backup
 * @param intoEngine the engine that is written to
 * @param collections what goes where
 * @param loads how many loads there are: one for each tenant of each collection
 * @param records how many records will be written
 * @param losses what the other engine cannot hold, one sentence each
 * @param changes what is held in another form, or waits for its own engine, one sentence each; null
 *     in runs of before it was told
 * @param fingerprint the environment: equal for runs whose times can be compared
 */
public record RestorePlan(
    String backupId,
    String choice,
    String engine,
    String intoEngine,
    List<Destination> collections,
    int loads,
    long records,
    List<String> losses,
    List<String> changes,
    String fingerprint) {
  /**
   * Where one collection goes.
   *
   * @param from its path in the backup
   * @param into the path that is written to
   * @param replaces the live path whose place it takes at the end, or an empty string
   */
  public record Destination(String from, String into, String replaces) {}

  /** Copies the lists. */
  public RestorePlan(
      String backupId,
      String choice,
      String engine,
      String intoEngine,
      List<Destination> collections,
      int loads,
      long records,
      List<String> losses,
      @Nullable List<String> changes,
      String fingerprint) {
    this.backupId = backupId;
    this.choice = choice;
    this.engine = engine;
    this.intoEngine = intoEngine;
    this.collections = List.copyOf(collections);
    this.loads = loads;
    this.records = records;
    this.losses = List.copyOf(losses);
    this.changes = changes == null ? List.of() : List.copyOf(changes);
    this.fingerprint = fingerprint;
  }
}
