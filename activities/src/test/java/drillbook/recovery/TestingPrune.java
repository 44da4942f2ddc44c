package drillbook.recovery;

import drillbook.archive.Archive;
import drillbook.capture.EngineRun;
import drillbook.check.Verdict;
import drillbook.hold.Holds;
import drillbook.hold.MarkRequest;
import drillbook.journal.Journal;
import drillbook.journal.JournalRecord;
import drillbook.manifest.SigningKey;
import drillbook.manifest.TrustedKeys;
import drillbook.prune.Prune;
import drillbook.prune.PrunePlan;
import drillbook.prune.PruneRequest;
import drillbook.prune.PruneResult;
import drillbook.prune.PruneRun;
import drillbook.restore.RestoreMode;
import drillbook.restore.RestoreRequest;
import drillbook.runbook.Retention;
import drillbook.store.ArtifactStore;
import drillbook.store.ArtifactStore.Listed;
import drillbook.verification.BackupVerification;
import drillbook.verify.SizeRule;
import drillbook.verify.VerifyReport;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The steps of a prune of a run's store, one after the other, as a workflow would. */
public final class TestingPrune {
  private static final SizeRule ANY_SIZE = new SizeRule(1e6, 1e7, 1L << 50);

  private final EngineRun engine;
  private final ArtifactStore store;
  private final SigningKey key;
  private final TrustedKeys trusted;
  private final PruneRun run;

  private TestingPrune(
      EngineRun engine, ArtifactStore store, Path folder, Retention retention, Instant at)
      throws Exception {
    this.engine = engine;
    this.store = store;
    this.key = SigningKey.loadOrCreate(folder.resolve("keys"));
    this.trusted = TrustedKeys.ofKeys(List.of(key.publicKey()));
    this.run =
        new PruneRun(new PruneRequest(engine.target().name(), retention, false), "run-" + at, at);
  }

  /** Keeps backups that are younger than some hours. */
  public static TestingPrune all(EngineRun engine, Path folder, long hours) throws Exception {
    return of(engine, folder, new Retention(Duration.ofHours(hours), 0, 0, 0, 0, 0));
  }

  /** Keeps by any retention; it is an hour later than the newest backup. */
  public static TestingPrune of(EngineRun engine, Path folder, Retention retention)
      throws Exception {
    return of(engine, folder, retention, engine.now().plus(Duration.ofHours(1)));
  }

  /** Keeps by any retention at any time. */
  public static TestingPrune of(EngineRun engine, Path folder, Retention retention, Instant at)
      throws Exception {
    return new TestingPrune(engine, engine.store(), folder, retention, at);
  }

  /** The same prune through another face of its store, as one that breaks. */
  public TestingPrune through(ArtifactStore other, Path folder) throws Exception {
    return new TestingPrune(engine, other, folder, run.request().retention(), run.at());
  }

  public PrunePlan plan() throws Exception {
    return prune().plan(run);
  }

  public PrunePlan dryRun() throws Exception {
    PruneRequest request =
        new PruneRequest(run.request().target(), run.request().retention(), true);
    return prune().plan(new PruneRun(request, run.run(), run.at()));
  }

  public PruneResult delete() throws Exception {
    return prune().delete(run, false);
  }

  public PruneResult deleteAgain() throws Exception {
    return prune().delete(run, true);
  }

  public PruneResult prunedAll() throws Exception {
    plan();
    return delete();
  }

  /** Writes down what a verification said. */
  public static void writeDown(EngineRun engine, Path folder, String backupId, Verdict verdict)
      throws Exception {
    SigningKey key = SigningKey.loadOrCreate(folder.resolve("keys"));
    String target = engine.target().name();
    new Journal(
            engine.store(),
            target,
            key,
            TrustedKeys.ofKeys(List.of(key.publicKey())),
            InstantSource.fixed(engine.now()))
        .append(
            new JournalRecord(
                target, "verify", "v-" + backupId + verdict, backupId, verdict, 1, Map.of()));
  }

  /** Holds or releases a backup. */
  public static void mark(
      EngineRun engine, Path folder, String backupId, MarkRequest.Action action, String workflow)
      throws Exception {
    SigningKey key = SigningKey.loadOrCreate(folder.resolve("keys"));
    TrustedKeys trusted = TrustedKeys.ofKeys(List.of(key.publicKey()));
    String target = engine.target().name();
    InstantSource clock = InstantSource.fixed(engine.now());
    new Holds(engine.store(), target, trusted)
        .mark(
            new MarkRequest(target, backupId, action, "maria", "audit", null),
            workflow,
            new Journal(engine.store(), target, key, trusted, clock),
            key,
            clock);
  }

  /** Reads every byte of a backup. */
  public static VerifyReport verify(EngineRun engine, String backupId) throws Exception {
    return new BackupVerification(engine.archive(), engine.scratch(), sentence -> {})
        .verify(backupId, ANY_SIZE);
  }

  /** Restores a backup into scratch collections, checks and drops them. */
  public static Verdict drill(EngineRun engine, String backupId) throws Exception {
    RestoreRequest request =
        new RestoreRequest(
            engine.target().name(),
            backupId,
            RestoreMode.SCRATCH,
            engine.target().name(),
            null,
            null,
            null,
            false,
            false);
    TestingRestore restore = TestingRestore.restored(engine, engine, request);
    Verdict verdict = restore.verdict();
    restore.drop();
    restore.forget();
    return verdict;
  }

  /** Returns what lies below a prefix: key and size. */
  public static SortedMap<String, Long> lying(EngineRun engine, String prefix) throws Exception {
    SortedMap<String, Long> keys = new TreeMap<>();
    for (Listed listed : engine.store().list(prefix, "", 100_000)) {
      keys.put(listed.key(), listed.bytes());
    }
    return keys;
  }

  private Prune prune() {
    String target = run.request().target();
    return new Prune(
        new Archive(store, target, trusted),
        new Journal(store, target, key, trusted, InstantSource.fixed(run.at())),
        key,
        trusted,
        sentence -> {});
  }
}
