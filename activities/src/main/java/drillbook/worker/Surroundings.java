package drillbook.worker;

import drillbook.journal.Journal;
import drillbook.manifest.SigningKey;
import drillbook.manifest.TrustedKeys;
import drillbook.notice.TemporalUi;
import drillbook.store.ArtifactStore;
import drillbook.target.Targets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Objects;

/**
 * What activities need to know of the machine they run on.
 *
 * @param targets the targets that the worker knows
 * @param signingKey signs manifests, journal entries and reports
 * @param trustedKeys whose signatures are believed; never taken from a store
 * @param scratch a folder for indexes brought to disk; emptied at start
 * @param clock the time
 * @param ui where people look at runs
 */
public record Surroundings(
    Targets targets,
    SigningKey signingKey,
    TrustedKeys trustedKeys,
    Path scratch,
    InstantSource clock,
    TemporalUi ui) {
  /** Rejects nulls. */
  public Surroundings {
    Objects.requireNonNull(targets, "targets == null");
    Objects.requireNonNull(signingKey, "signingKey == null");
    Objects.requireNonNull(trustedKeys, "trustedKeys == null");
    Objects.requireNonNull(scratch, "scratch == null");
    Objects.requireNonNull(clock, "clock == null");
    Objects.requireNonNull(ui, "ui == null");
  }

  /** Creates surroundings whose Temporal has no pages to look at, as one inside a process. */
  public Surroundings(
      Targets targets,
      SigningKey signingKey,
      TrustedKeys trustedKeys,
      Path scratch,
      InstantSource clock) {
    this(targets, signingKey, trustedKeys, scratch, clock, TemporalUi.NONE);
  }

  /** Returns the journal of a target in a store. Does no I/O. */
  public Journal journal(ArtifactStore store, String target) {
    return new Journal(store, target, signingKey, trustedKeys, clock);
  }
}
