package drillbook.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.check.Check;
import drillbook.check.Verdict;
import drillbook.drill.Baseline;
import drillbook.drill.DrillReport;
import drillbook.drill.History;
import drillbook.drill.HistoryQuestion;
import drillbook.engine.EngineAddress;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.failure.WorkflowFailures;
import drillbook.journal.JournalRecord;
import drillbook.manifest.Manifest;
import drillbook.manifest.ManifestCodec;
import drillbook.manifest.SigningKey;
import drillbook.manifest.TrustedKeys;
import drillbook.report.DrillReports;
import drillbook.restore.Phases;
import drillbook.restore.RestorePlan;
import drillbook.store.ArtifactStore;
import drillbook.store.ArtifactStore.Stored;
import drillbook.store.StoreAddress;
import drillbook.store.Stores;
import drillbook.target.Target;
import drillbook.target.Targets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Journal and drill activities against a store in a folder. */
class DrillWorkerTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  private static final String BACKUP = "20261121t020000z_full_abcdef";

  @TempDir Path folder;
  private SigningKey key;
  private TrustedKeys trusted;
  private Surroundings surroundings;

  @BeforeEach
  void surround() throws DrillbookException {
    key = SigningKey.loadOrCreate(folder.resolve("keys"));
    trusted = TrustedKeys.ofKeys(List.of(key.publicKey()));
    surroundings =
        new Surroundings(
            new OneTarget(StoreAddress.folder(folder.resolve("store"))),
            key,
            trusted,
            folder,
            InstantSource.fixed(NOON));
  }

  @Test
  void history_holds_earlier_drills_and_the_recovery_point() throws Exception {
    putManifest();
    JournalWorker journal = new JournalWorker(surroundings);
    assertThat(journal.append(drill("r1", 40)).number()).isEqualTo(1);
    assertThat(journal.append(drill("r2", 42)).number()).isEqualTo(2);
    assertThat(journal.append(drill("r2", 42)).number()).isEqualTo(2);

    assertThat(new DrillWorker(surroundings).history(new HistoryQuestion("docs", BACKUP, "fp")))
        .isEqualTo(new History(NOON, List.of(42.0, 40.0)));
  }

  @Test
  void failures_carry_their_kind() {
    HistoryQuestion question = new HistoryQuestion("docs", BACKUP, "fp");
    assertThatThrownBy(() -> new DrillWorker(surroundings).history(question))
        .satisfies(e -> assertThat(WorkflowFailures.kind(e)).isEqualTo(FailureKind.NOT_FOUND));
    assertThatThrownBy(
            () -> new DrillWorker(surroundings).history(new HistoryQuestion("no", BACKUP, "fp")))
        .satisfies(e -> assertThat(WorkflowFailures.kind(e)).isEqualTo(FailureKind.CONFIGURATION));
  }

  @Test
  void a_published_report_is_in_the_store_and_signed() throws Exception {
    DrillReport report =
        new DrillReport(
            "docs",
            "docs",
            BACKUP,
            "20261121t120000_abcdef",
            NOON,
            Verdict.PASSED,
            List.of(Check.passed("count", "c", "1 of 1")),
            new RestorePlan(
                BACKUP, "newest", "chroma", "chroma", List.of(), 1, 1, List.of(), List.of(), "fp"),
            1,
            1,
            new Phases(1, 1, 1, 1, 1),
            5,
            60,
            new Baseline(0, 0),
            false,
            "fp",
            "docs/drills/20261121t120000_abcdef/report.json");
    DrillWorker worker = new DrillWorker(surroundings);
    worker.publish(report);
    worker.publish(report);
    try (ArtifactStore store = open()) {
      assertThat(DrillReports.read(store, "docs", report.run(), trusted)).isEqualTo(report);
    }
  }

  private void putManifest() throws Exception {
    String zeros = "0".repeat(64);
    Manifest manifest =
        new Manifest(
            Manifest.FORMAT,
            BACKUP,
            "docs",
            Manifest.FULL,
            "",
            NOON,
            NOON,
            NOON,
            "SNAPSHOT",
            NOON,
            "chroma",
            "1.3.5",
            List.of(),
            List.of(),
            new Stored("docs/catalog", 1, zeros),
            List.of(),
            List.of(),
            0,
            0,
            0,
            0,
            0,
            0,
            "drillbook test");
    try (ArtifactStore store = open()) {
      store.putNew("docs/backups/" + BACKUP + "/manifest.json", ManifestCodec.seal(manifest, key));
    }
  }

  private ArtifactStore open() throws DrillbookException {
    return Stores.open(StoreAddress.folder(folder.resolve("store")));
  }

  private static JournalRecord drill(String run, double seconds) {
    return new JournalRecord(
        "docs",
        "drill",
        run,
        BACKUP,
        Verdict.PASSED,
        seconds,
        Map.of("fingerprint", "fp", "regressed", "false"));
  }

  private record OneTarget(StoreAddress store) implements Targets {
    @Override
    public Target named(String name) throws DrillbookException {
      if (!name.equals("docs")) {
        throw new DrillbookException(FailureKind.CONFIGURATION, "no target '" + name + "'");
      }
      return new Target(
          name, EngineAddress.of("chroma", "http://127.0.0.1:1"), List.of(), List.of(), store);
    }

    @Override
    public List<String> names() {
      return List.of("docs");
    }
  }
}
