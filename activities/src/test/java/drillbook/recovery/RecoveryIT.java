package drillbook.recovery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import drillbook.archive.Keys;
import drillbook.backup.BackupKind;
import drillbook.backup.BackupReport;
import drillbook.backup.CaptureRun;
import drillbook.capture.EngineRun;
import drillbook.check.Verdict;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.SeenRecords;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.restore.RestoreMode;
import drillbook.restore.RestorePlan;
import drillbook.restore.RestoreRequest;
import drillbook.store.ArtifactStore;
import drillbook.store.LocalStore;
import drillbook.store.TestingDisk;
import drillbook.verification.BackupVerification;
import drillbook.verify.SizeRule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways back from a backup into the engine that it came from, and what each refuses. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RecoveryIT {
  private static final int DIMENSION = 16;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"chroma", "pgvector"})
  void new_collections_stand_beside_the_live_ones(String engine) throws Exception {
    try (EngineRun run = EngineRun.of(engine, folder)) {
      CollectionSchema docs = run.create("docs", DIMENSION);
      run.write(docs, "", 0, 300, 1);
      BackupReport full = run.backup(BackupKind.FULL);
      SeenRecords before = run.contents(docs.name());
      run.write(docs, "", 50, 40, 2);
      run.write(docs, "", 900, 5, 2);
      run.delete(docs.name(), 10, 15);
      BackupReport increment = run.backup(BackupKind.INCREMENTAL);
      SeenRecords after = run.contents(docs.name());
      run.write(docs, "", 0, 200, 3);
      SeenRecords live = run.contents(docs.name());

      TestingRestore newest = restored(run, RestoreMode.NEW);
      TestingRestore oldest = TestingRestore.restored(run, run, byId(run, full.backupId()));

      assertThat(newest.verdict()).isEqualTo(Verdict.PASSED);
      assertThat(newest.plan().backupId()).isEqualTo(increment.backupId());
      assertThat(newest.plan().records()).isEqualTo(290);
      assertThat(newest.destination(0).name())
          .matches(docs.name().name() + "_restored_\\d{8}t\\d{6}");
      run.contents(newest.destination(0)).requireSame(after);
      assertThat(oldest.verdict()).isEqualTo(Verdict.PASSED);
      run.contents(oldest.destination(0)).requireSame(before);
      run.contents(docs.name()).requireSame(live);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"chroma", "pgvector"})
  void another_dimension_where_the_records_should_go_is_told(String engine) throws Exception {
    try (EngineRun run = EngineRun.of(engine, folder)) {
      CollectionSchema docs = run.create("docs", DIMENSION);
      run.write(docs, "", 0, 100, 1);
      run.backup(BackupKind.FULL);
      TestingRestore restore =
          TestingRestore.planned(run, run, TestingRestore.request(run, run, RestoreMode.NEW));
      restore.create();
      CollectionName destination = restore.destination(0);
      putInTheWay(run, destination);
      SeenRecords others = run.contents(destination);

      DrillbookException refused = refusal(restore::load);

      assertThat(refused.kind()).isEqualTo(FailureKind.INCOMPATIBLE_TARGET);
      assertThat(refused).hasMessageContainingAll(destination.path(), "dimension 8", "16");
      assertThat(refused.hint()).isNotBlank();
      run.contents(destination).requireSame(others);
    }
  }

  /** Puts a collection of the dimension 8 in the place of another one. */
  static void putInTheWay(EngineRun run, CollectionName name) throws Exception {
    CollectionSchema other = run.create("of_dimension_8", 8);
    run.engine().control().drop(other.name());
    run.engine().control().drop(name);
    run.engine().control().create(other.named(name));
    run.write(other.named(name), "", 0, 20, 4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"chroma", "pgvector"})
  void a_name_that_is_taken_is_left_alone(String engine) throws Exception {
    try (EngineRun run = EngineRun.of(engine, folder)) {
      CollectionSchema docs = run.create("docs", DIMENSION);
      run.write(docs, "", 0, 100, 1);
      run.backup(BackupKind.FULL);
      RestoreRequest request = TestingRestore.request(run, run, RestoreMode.NEW);
      TestingRestore first = TestingRestore.planned(run, run, request);
      TestingRestore second = first.plannedAgain();
      first.load();
      run.write(docs.named(first.destination(0)), "", 500, 20, 5);
      SeenRecords taken = run.contents(first.destination(0));

      DrillbookException late = refusal(second::create);
      second.drop();
      DrillbookException early = refusal(first::plannedAgain);

      for (DrillbookException refused : List.of(late, early)) {
        assertThat(refused.kind()).isEqualTo(FailureKind.CONFLICT);
        assertThat(refused).hasMessageContaining(first.destination(0).path());
        assertThat(refused.hint()).isNotBlank();
      }
      run.contents(first.destination(0)).requireSame(taken);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"chroma", "pgvector"})
  void only_the_collections_that_are_named_come_back(String engine) throws Exception {
    try (EngineRun run = EngineRun.of(engine, folder)) {
      List<CollectionSchema> schemas = new ArrayList<>();
      for (String name : List.of("first", "second", "third")) {
        CollectionSchema schema = run.create(name, DIMENSION);
        run.write(schema, "", 0, 50, schemas.size());
        schemas.add(schema);
      }
      run.backup(BackupKind.FULL);
      CollectionName first = schemas.get(0).name();
      CollectionName third = schemas.get(2).name();

      TestingRestore restore =
          TestingRestore.restored(
              run, run, selective(run, run, List.of(first.name(), third.path()), List.of()));

      assertThat(restore.verdict()).isEqualTo(Verdict.PASSED);
      assertThat(restore.plan().collections())
          .extracting(RestorePlan.Destination::from)
          .containsExactly(first.path(), third.path());
      run.contents(restore.destination(0)).requireSame(run.contents(first));
      run.contents(restore.destination(1)).requireSame(run.contents(third));
      DrillbookException unknown =
          refusal(() ->
              TestingRestore.planned(run, run, selective(run, run, List.of("forth"), List.of())));
      assertThat(unknown.kind()).isEqualTo(FailureKind.NOT_FOUND);
      assertThat(unknown).hasMessageContainingAll(first.path(), third.path());
    }
  }

  @Test
  void only_the_tenants_that_are_named_come_back_from_a_table() throws Exception {
    try (EngineRun run = EngineRun.of("pgvector", folder)) {
      CollectionSchema docs = run.create("docs", DIMENSION, "acme", "beta", "core");
      run.write(docs, "acme", 0, 40, 1);
      run.write(docs, "beta", 0, 50, 2);
      run.write(docs, "core", 20, 60, 3);
      run.backup(BackupKind.FULL);

      TestingRestore restore =
          TestingRestore.restored(
              run, run, selective(run, run, List.of(), List.of("acme", "core")));

      assertThat(restore.verdict()).isEqualTo(Verdict.PASSED);
      CollectionName restored = restore.destination(0);
      assertThat(run.engine().control().schema(restored).tenants()).containsExactly("acme", "core");
      for (String tenant : List.of("acme", "core")) {
        assertThat(run.engine().control().count(restored, tenant))
            .isEqualTo(run.engine().control().count(docs.name(), tenant));
      }
      assertThat(run.engine().control().count(restored, "beta")).isZero();
      DrillbookException inPlace =
          refusal(() ->
              TestingRestore.planned(
                  run,
                  run,
                  selective(run, run, List.of(), List.of("acme")).in(RestoreMode.IN_PLACE)));
      assertThat(inPlace.kind()).isEqualTo(FailureKind.CONFIGURATION);
      assertThat(inPlace).hasMessageContaining("would drop the others");
    }
  }

  @Test
  void only_the_tenants_that_are_named_come_back_from_chroma() throws Exception {
    String acme = "acme_" + UUID.randomUUID();
    Map<String, String> options = Map.of("tenants", "default_tenant," + acme);
    try (EngineRun run = EngineRun.of("chroma", folder, options)) {
      CollectionSchema docs = run.create("docs", DIMENSION);
      run.write(docs, "", 0, 40, 1);
      CollectionSchema others =
          docs.named(new CollectionName(List.of(acme, "default_database"), docs.name().name()));
      run.engine().control().create(others);
      run.write(others, "", 0, 60, 2);
      run.backup(BackupKind.FULL);

      TestingRestore restore =
          TestingRestore.restored(run, run, selective(run, run, List.of(), List.of(acme)));

      assertThat(restore.verdict()).isEqualTo(Verdict.PASSED);
      assertThat(restore.plan().collections()).hasSize(1);
      assertThat(restore.destination(0).scope()).isEqualTo(others.name().scope());
      run.contents(restore.destination(0)).requireSame(run.contents(others.name()));
    }
  }

  @ParameterizedTest
  @CsvSource({"chroma, 512, x", "pgvector, 63, ä"})
  void long_names_are_shortened_and_stay_apart(String engine, int bytes, String letter)
      throws Exception {
    try (EngineRun run = EngineRun.of(engine, folder)) {
      String mark = run.name("").name();
      int letters = (bytes - mark.length() - 1) / letter.getBytes(UTF_8).length;
      List<CollectionSchema> schemas = new ArrayList<>();
      for (String last : List.of("a", "b")) {
        CollectionSchema schema = run.create(letter.repeat(letters) + last, DIMENSION);
        run.write(schema, "", 0, 50, schemas.size());
        schemas.add(schema);
      }
      assertThat(schemas.getFirst().name().name().getBytes(UTF_8)).hasSizeBetween(bytes - 1, bytes);
      run.backup(BackupKind.FULL);

      for (RestoreMode mode : RestoreMode.values()) {
        TestingRestore restore = restored(run, mode);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < schemas.size(); i++) {
          CollectionName destination = restore.destination(i);
          run.adopt(destination);
          names.add(destination.name());
          assertThat(destination.name().getBytes(UTF_8)).hasSizeLessThanOrEqualTo(bytes);
          run.contents(destination).requireSame(run.contents(schemas.get(i).name()));
        }
        assertThat(names).doesNotHaveDuplicates();
        if (mode != RestoreMode.SCRATCH) {
          assertThat(names)
              .allSatisfy(name -> assertThat(name).matches("[xä]+_[0-9a-f]{6}_restored_.*"));
        }
        if (mode == RestoreMode.IN_PLACE) {
          assertThat(restore.verdict()).isEqualTo(Verdict.PASSED);
          SeenRecords sealed = run.contents(schemas.getFirst().name());
          run.delete(schemas.getFirst().name(), 0, 20);
          restore.cutOver();
          run.contents(schemas.getFirst().name()).requireSame(sealed);
        }
      }
    }
  }

  @Test
  void a_backup_without_its_manifest_is_refused() throws Exception {
    try (EngineRun run = EngineRun.of("chroma", folder)) {
      run.write(run.create("docs", DIMENSION), "", 0, 50, 1);
      BackupReport report = run.backup(BackupKind.FULL);
      List<CollectionName> own = run.own();
      Files.delete(folder.resolve("store").resolve(report.manifestKey()));

      DrillbookException unsealed =
          refusal(() -> TestingRestore.planned(run, run, byId(run, report.backupId())));
      DrillbookException none =
          refusal(
              () -> TestingRestore.planned(run, run, byId(run, "20260101t000000z_full_000000")));

      assertThat(unsealed.kind()).isEqualTo(FailureKind.NOT_FOUND);
      assertThat(unsealed)
          .hasMessageContainingAll(report.backupId(), "on-chroma", "has no manifest");
      assertThat(unsealed.hint()).contains("drillbook backups on-chroma");
      assertThat(none).hasMessageContaining("there is no backup '20260101t000000z_full_000000'");
      assertThat(run.own()).isEqualTo(own);
    }
  }

  /** At first a few bytes are free: where an engine leaves notes, these do not fit. */
  @ParameterizedTest
  @CsvSource({"chroma, 300000", "chroma, 32000", "pgvector, 300000"})
  void a_full_disk_ends_a_backup_and_leaves_the_earlier_ones(String engine, long free)
      throws Exception {
    try (TestingDisk disk = TestingDisk.mounted(folder.resolve("disk"), "32m");
        EngineRun run =
            EngineRun.of(engine, folder, new LocalStore(disk.folder().resolve("store")))) {
      CollectionSchema docs = run.create("docs", 4 * DIMENSION);
      run.write(docs, "", 0, 100, 1);
      BackupReport first = run.backup(BackupKind.FULL);
      run.write(docs, "", 0, 3000, 2);
      CaptureRun second = run.begin(BackupKind.FULL);
      disk.fillBut(free);

      DrillbookException full = refusal(() -> run.finish(second, 0));

      assertThat(full.kind()).isEqualTo(FailureKind.EXHAUSTED);
      assertThat(full)
          .hasMessageContainingAll("could not be written", "No space left on device")
          .hasMessageContaining(run.store().location());
      assertThat(full.hint()).contains("Make room on the store's disk");
      assertThat(run.archive().ids()).containsExactly(first.backupId());
      assertThat(run.store().list(Keys.backup(run.target().name(), second.backupId()), "", 100))
          .extracting(ArtifactStore.Listed::key)
          .noneMatch(key -> key.contains("manifest"));
      assertThat(verdict(run, first)).isEqualTo(Verdict.PASSED);
      run.capture().abandon(second);
      assertThat(run.store().list("", "", 1000))
          .extracting(ArtifactStore.Listed::key)
          .allMatch(key -> key.startsWith(run.folder(first)));

      disk.makeRoom();
      BackupReport third = run.backup(BackupKind.FULL);

      assertThat(verdict(run, third)).isEqualTo(Verdict.PASSED);
      assertThat(third.records()).isEqualTo(3000);
    }
  }

  @Test
  void a_full_scratch_disk_is_told_by_the_checks() throws Exception {
    try (EngineRun run = EngineRun.of("chroma", folder)) {
      run.write(run.create("docs", DIMENSION), "", 0, 3000, 1);
      run.backup(BackupKind.FULL);
      TestingRestore restore = restored(run, RestoreMode.NEW);
      try (TestingDisk disk = TestingDisk.mounted(run.scratch(), "1m")) {
        disk.fillBut(12_000);

        DrillbookException full = refusal(restore::checks);

        assertThat(full.kind()).isEqualTo(FailureKind.EXHAUSTED);
        assertThat(full).hasMessageContaining("No space left on device");
        assertThat(full.hint()).contains("scratch");
      }
      assertThat(restore.verdict()).isEqualTo(Verdict.PASSED);
    }
  }

  static TestingRestore restored(EngineRun run, RestoreMode mode) throws Exception {
    return TestingRestore.restored(run, run, TestingRestore.request(run, run, mode));
  }

  private static RestoreRequest byId(EngineRun run, String backupId) {
    String target = run.target().name();
    return new RestoreRequest(target, backupId, null, null, null, null, null, false, false);
  }

  static RestoreRequest selective(
      EngineRun from, EngineRun into, List<String> collections, List<String> tenants) {
    return new RestoreRequest(
        from.target().name(),
        null,
        null,
        into.target().name(),
        collections,
        tenants,
        null,
        false,
        false);
  }

  static DrillbookException refusal(ThrowingCallable call) {
    DrillbookException thrown = catchThrowableOfType(DrillbookException.class, call);
    assertThat(thrown).as("a refusal").isNotNull();
    return thrown;
  }

  private static Verdict verdict(EngineRun run, BackupReport report) throws Exception {
    return new BackupVerification(run.archive(), run.scratch(), sentence -> {})
        .verify(report.backupId(), SizeRule.DEFAULT)
        .verdict();
  }
}
