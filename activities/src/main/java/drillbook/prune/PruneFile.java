package drillbook.prune;

import drillbook.archive.Artifacts;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.manifest.CanonicalJson;
import drillbook.manifest.Envelope;
import drillbook.manifest.SigningKey;
import drillbook.manifest.TrustedKeys;
import drillbook.store.ArtifactStore;
import java.util.List;

/**
 * A prune's plan as it lies in the store, signed: which backups go, and why others stay.
 *
 * @param run the workflow run
 * @param doomed the ids of backups that go, oldest first
 * @param bytes what goes, in all
 * @param objects how many stored objects that is
 * @param kept backups that stay, newest first, with what keeps them
 */
record PruneFile(String run, List<String> doomed, long bytes, long objects, List<Kept> kept) {
  /** How many backups one run deletes at most: their ids must fit into one document. */
  static final int MOST_DOOMED = 8000;

  /** How many of those that stay are named with what keeps them. */
  static final int MOST_KEPT = 2000;

  private static final String PAYLOAD_TYPE = "application/vnd.drillbook.prune+json;version=1";

  /** A backup that stays. */
  record Kept(String backupId, List<String> reasons) {
    Kept {
      reasons = List.copyOf(reasons);
    }
  }

  PruneFile {
    doomed = List.copyOf(doomed);
    kept = List.copyOf(kept);
  }

  /** Returns where a run's plan lies. */
  static String key(PruneRun run) {
    return run.request().target() + "/prunes/" + run.mark() + ".json";
  }

  byte[] seal(SigningKey key) throws DrillbookException {
    return Envelope.seal(PAYLOAD_TYPE, CanonicalJson.encode(this), key);
  }

  /**
   * Reads a run's plan.
   *
   * @throws DrillbookException CORRUPT when no trusted key signed it, or it is another run's
   */
  static PruneFile read(ArtifactStore store, PruneRun run, TrustedKeys trusted)
      throws DrillbookException, InterruptedException {
    String key = key(run);
    byte[] json =
        Envelope.open(PAYLOAD_TYPE, Artifacts.read(store, key, Envelope.MAX_BYTES), trusted);
    PruneFile plan = CanonicalJson.decode(json, PruneFile.class, key);
    if (!plan.run().equals(run.run())) {
      throw new DrillbookException(
          FailureKind.CORRUPT, "read " + key + ": it is the plan of run " + plan.run());
    }
    return plan;
  }
}
