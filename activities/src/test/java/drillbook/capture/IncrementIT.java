package drillbook.capture;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.archive.Keys;
import drillbook.backup.BackupKind;
import drillbook.backup.BackupReport;
import drillbook.check.Verdict;
import drillbook.engine.Capability;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.format.MultisetSum;
import drillbook.format.RecordHasher;
import drillbook.manifest.Manifest;
import drillbook.record.RecordId;
import drillbook.verification.BackupVerification;
import drillbook.verify.SizeRule;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What increments add to a store, told by listing the store, and what they fold to. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class IncrementIT {
  private static final Logger LOG = LoggerFactory.getLogger(IncrementIT.class);
  private static final int DIMENSION = 128;

  /** The share of a stored record that may come on top of its bytes: frames, hashes, addresses. */
  private static final double SHARE = 1.3;

  /** What an increment may add whatever changed. */
  private static final long PROMISED = 1_000_000;

  /**
   * What it does add: manifest, catalog, lists, recall set. Else the promise would hide the share.
   */
  private static final long USUAL = 100_000;

  /** What an increment without changes may add. */
  private static final long NOTHING_CHANGED = 64 << 10;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"chroma", "pgvector"})
  void a_hundredth_changed_in_scattered_places_adds_little_more_than_itself(String engine)
      throws Exception {
    try (EngineRun run = EngineRun.of(engine, folder)) {
      CollectionSchema docs = create(run, "docs");
      run.write(docs, "", 0, 20_000, 1);
      BackupReport full = run.backup(BackupKind.FULL);
      long whole = stored(run);
      assertThat(full.addedBytes()).isEqualTo(whole);
      int[] scattered = IntStream.range(0, 200).map(i -> 100 * i + i * 37 % 100).toArray();

      run.write(docs, "", scattered, 2);
      BackupReport report = run.backup(BackupKind.INCREMENTAL);

      long added = stored(run) - whole;
      double changed = (double) report.logicalBytes() * report.changed() / report.records();
      LOG.info(
          "{}: {} of {} records changed, {} bytes; the store grew by {} from {}",
          engine,
          report.changed(),
          report.records(),
          (long) changed,
          added,
          whole);
      assertThat(report.kind()).isEqualTo(BackupKind.INCREMENTAL);
      assertThat(report.changed()).isEqualTo(200);
      assertThat(report.addedBytes()).as("what the report says").isEqualTo(added);
      assertThat((double) added).isLessThan(SHARE * changed + PROMISED);
      assertThat((double) added).isLessThan(SHARE * changed + USUAL);
      assertFolded(run, report, docs.name());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"chroma", "pgvector"})
  void deleted_records_become_tombstones_and_may_come_back(String engine) throws Exception {
    try (EngineRun run = EngineRun.of(engine, folder)) {
      CollectionSchema docs = create(run, "docs");
      run.write(docs, "", 0, 3000, 1);
      run.backup(BackupKind.FULL);
      long before = stored(run);
      int[] gone = IntStream.range(0, 150).map(i -> 20 * i + i * 7 % 20).toArray();

      run.delete(docs.name(), gone);
      BackupReport deleted = run.backup(BackupKind.INCREMENTAL);

      assertThat(deleted.deleted()).isEqualTo(150);
      assertThat(deleted.changed()).isZero();
      assertThat(deleted.records()).isEqualTo(2850);
      assertThat(segments(run, deleted)).isEmpty();
      assertThat(stored(run) - before).isLessThan(150 * 72 + USUAL);
      assertFolded(run, deleted, docs.name());

      // One as it was, one with other content, one that was never there; one more is deleted.
      run.write(docs, "", new int[] {gone[0]}, 1);
      run.write(docs, "", new int[] {gone[1], 9000}, 2);
      run.delete(docs.name(), new int[] {2999});
      BackupReport again = run.backup(BackupKind.INCREMENTAL);

      assertThat(again.changed()).isEqualTo(3);
      assertThat(again.deleted()).isEqualTo(1);
      assertThat(again.records()).isEqualTo(2852);
      assertFolded(run, again, docs.name());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"chroma", "pgvector"})
  void the_same_records_in_another_order_add_no_record_bytes(String engine) throws Exception {
    try (EngineRun run = EngineRun.of(engine, folder)) {
      CollectionSchema docs = create(run, "docs");
      run.write(docs, "", 0, 4000, 1);
      BackupReport full = run.backup(BackupKind.FULL);
      List<String> order = order(run, docs.name());
      long before = stored(run);

      reorder(run, docs);
      List<String> other = order(run, docs.name());
      assertThat(other).as("the same records").containsExactlyInAnyOrderElementsOf(order);
      assertThat(moved(order, other)).as("records read at another place").isGreaterThan(3000);
      BackupReport report = run.backup(BackupKind.INCREMENTAL);

      long added = stored(run) - before;
      LOG.info("{}: {} records moved; the store grew by {}", engine, moved(order, other), added);
      assertThat(report.changed()).isZero();
      assertThat(report.deleted()).isZero();
      assertThat(report.digest()).isEqualTo(full.digest());
      assertThat(segments(run, report)).isEmpty();
      assertThat(added).isLessThanOrEqualTo(NOTHING_CHANGED);
      assertFolded(run, report, docs.name());
    }
  }

  @Test
  void where_the_engine_tells_what_changed_only_that_is_read() throws Exception {
    try (EngineRun run = EngineRun.of("pgvector", folder)) {
      CollectionSchema docs = create(run, "docs");
      run.write(docs, "", 0, 20_000, 1);
      BackupReport first = run.backup(BackupKind.FULL);
      int[] scattered = IntStream.range(0, 200).map(i -> 100 * i + i * 37 % 100).toArray();
      run.write(docs, "", scattered, 2);
      run.write(docs, "", 30_000, 20, 2);
      run.delete(docs.name(), 5000, 30);

      BackupReport increment = run.backup(BackupKind.INCREMENTAL);
      BackupReport nothing = run.backup(BackupKind.INCREMENTAL);
      BackupReport full = run.backup(BackupKind.FULL);

      assertThat(run.manifest(first).read()).isEqualTo(20_000);
      assertThat(run.manifest(increment).read()).isBetween(220L, 260L);
      assertThat(increment.changed()).isEqualTo(220);
      assertThat(increment.deleted()).isEqualTo(30);
      assertThat(run.manifest(nothing).read()).isLessThan(40);
      assertThat(run.manifest(full).read()).isEqualTo(19_990);
      assertThat(full.changed() + full.deleted()).as("what a scan finds beside it").isZero();
      assertThat(increment.digest()).isEqualTo(full.digest()).isEqualTo(nothing.digest());
      assertThat(run.manifest(increment).parts())
          .extracting(Manifest.Part::sum)
          .isEqualTo(run.manifest(full).parts().stream().map(Manifest.Part::sum).toList());
      assertFolded(run, increment, docs.name());
    }
  }

  @Test
  void a_transaction_that_is_open_across_backups_is_in_the_one_after_its_commit() throws Exception {
    try (EngineRun run = EngineRun.of("pgvector", folder)) {
      CollectionSchema docs = create(run, "docs");
      run.write(docs, "", 0, 1000, 1);
      run.backup(BackupKind.FULL);
      String table = EngineRun.quoted(docs.name());
      try (Connection open = EngineRun.connect();
          Statement statement = open.createStatement()) {
        open.setAutoCommit(false);
        statement.execute("SAVEPOINT behind");
        statement.execute(
            "UPDATE " + table + " SET payload = '{\"late\": 1}' WHERE id = 'record-17'");
        run.write(docs, "", 100, 5, 2);
        BackupReport before = run.backup(BackupKind.INCREMENTAL);
        run.write(docs, "", 200, 5, 2);
        open.commit();

        BackupReport after = run.backup(BackupKind.INCREMENTAL);

        assertThat(before.changed()).isEqualTo(5);
        assertThat(after.changed()).isEqualTo(6);
        assertFolded(run, after, docs.name());
        assertThat(run.backup(BackupKind.FULL).digest()).isEqualTo(after.digest());
      }
    }
  }

  @Test
  void a_table_restored_under_the_same_name_is_scanned() throws Exception {
    try (EngineRun run = EngineRun.of("pgvector", folder)) {
      CollectionSchema docs = create(run, "docs");
      run.write(docs, "", 0, 1000, 1);
      String table = EngineRun.quoted(docs.name());
      CollectionName other = new CollectionName(docs.name().scope(), docs.name().name() + "_copy");
      run.engine().control().create(docs.named(other));
      String copy = EngineRun.quoted(other);
      EngineRun.sql(
          "INSERT INTO " + copy + " TABLE " + table,
          "UPDATE " + copy + " SET payload = '{\"other\": 1}' WHERE id LIKE '%7'");
      run.backup(BackupKind.FULL);
      EngineRun.sql(
          "DROP TABLE " + table,
          "ALTER TABLE " + copy + " RENAME TO " + "\"" + docs.name().name() + "\"");

      BackupReport report = run.backup(BackupKind.INCREMENTAL);

      assertThat(run.manifest(report).read()).isEqualTo(1000);
      assertThat(report.changed()).isEqualTo(100);
      assertFolded(run, report, docs.name());
    }
  }

  /** Creates a collection without an index where that is possible: writing is quicker then. */
  private static CollectionSchema create(EngineRun run, String name) throws Exception {
    CollectionSchema schema = run.create(name, DIMENSION);
    if (!run.engine().profile().has(Capability.BUILT_INDEXES)) {
      return schema;
    }
    run.engine().control().drop(schema.name());
    CollectionSchema bare =
        new CollectionSchema(
            schema.name(),
            schema.layout(),
            schema.idType(),
            List.of(),
            schema.tenants(),
            List.of(),
            schema.attributes());
    run.engine().control().create(bare);
    return run.engine().control().schema(bare.name());
  }

  /** Makes the engine hand out the same records in another order. */
  private static void reorder(EngineRun run, CollectionSchema docs) throws Exception {
    if (run.engine().profile().name().equals("pgvector")) {
      String table = EngineRun.quoted(docs.name());
      EngineRun.sql(
          "CREATE INDEX reordering ON " + table + " (md5(id))",
          "CLUSTER " + table + " USING reordering",
          "DROP INDEX " + docs.name().scope().getFirst() + ".reordering",
          "UPDATE " + table + " SET id = id WHERE id LIKE '%7'");
      return;
    }
    int[] numbers = IntStream.range(500, 2000).toArray();
    SplittableRandom random = new SplittableRandom(1);
    for (int i = numbers.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int number = numbers[i];
      numbers[i] = numbers[j];
      numbers[j] = number;
    }
    run.delete(docs.name(), numbers);
    run.write(docs, "", numbers, 1);
  }

  private static List<String> order(EngineRun run, CollectionName name) throws Exception {
    List<String> ids = new ArrayList<>();
    run.read(
        name,
        (batch, cursor) -> {
          for (int i = 0; i < batch.size(); i++) {
            ids.add(RecordId.print(batch.ids().get(i)));
          }
        });
    return ids;
  }

  private static long moved(List<String> before, List<String> after) {
    return IntStream.range(0, before.size())
        .filter(i -> !before.get(i).equals(after.get(i)))
        .count();
  }

  private static long stored(EngineRun run) throws Exception {
    return run.bytesBelow("");
  }

  /** Returns the keys of what a backup stored of records: segments and their index runs. */
  private static List<String> segments(EngineRun run, BackupReport report) throws Exception {
    String part = Keys.part(run.target().name(), report.backupId(), 0, 0);
    return run.store().list(part, "", 1000).stream()
        .map(listed -> listed.key().substring(part.length()))
        .filter(name -> !name.startsWith("index-"))
        .toList();
  }

  /** Fails unless a backup proves itself, and holds what is live now, record by record. */
  private static void assertFolded(EngineRun run, BackupReport report, CollectionName name)
      throws Exception {
    BackupVerification verification =
        new BackupVerification(run.archive(), run.scratch(), sentence -> {});
    assertThat(verification.verify(report.backupId(), SizeRule.DEFAULT).verdict())
        .isEqualTo(Verdict.PASSED);
    RecordHasher hasher = new RecordHasher(run.engine().control().schema(name).layout());
    MultisetSum live = MultisetSum.empty();
    byte[] contentHash = new byte[RecordHasher.HASH_BYTES];
    run.read(
        name,
        (batch, cursor) -> {
          for (int i = 0; i < batch.size(); i++) {
            hasher.hash(batch, i, new byte[RecordHasher.HASH_BYTES], contentHash);
            live.add(contentHash);
          }
        });
    Manifest.Part part = run.manifest(report).parts().getFirst();
    assertThat(part.count()).isEqualTo(live.count());
    assertThat(part.sum()).isEqualTo(live.hex());
  }
}
