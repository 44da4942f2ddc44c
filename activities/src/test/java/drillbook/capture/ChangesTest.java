package drillbook.capture;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.archive.ArchivedBackup;
import drillbook.archive.PartId;
import drillbook.backup.BackupKind;
import drillbook.backup.BackupReport;
import drillbook.backup.CaptureRun;
import drillbook.backup.RangeReport;
import drillbook.backup.RangeRun;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.format.RecordHasher;
import drillbook.index.IndexCursor;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Increments of engines that tell what changed: they read little, and fold to the truth. */
class ChangesTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void an_increment_reads_what_changed_and_sees_what_was_deleted(boolean snapshots)
      throws Exception {
    MemoryRun run = run(snapshots);
    CollectionSchema docs = run.create("docs");
    run.write(docs, "", 0, 5000, 1);
    run.backup(BackupKind.FULL);
    run.write(docs, "", 100, 40, 2);
    run.write(docs, "", 200, 10, 1);
    run.write(docs, "", 9000, 7, 2);
    run.server()
        .delete(docs.name(), "", List.of(RecordId.of("record-300"), RecordId.of("record-1")));

    BackupReport report = run.backup(BackupKind.INCREMENTAL);

    assertThat(run.manifest(report).read()).isEqualTo(57);
    assertThat(report.changed()).as("those written again as they were are not").isEqualTo(47);
    assertThat(report.deleted()).isEqualTo(2);
    assertThat(report.records()).isEqualTo(5005);
    assertThat(run.manifest(report).deletesSeenAt()).isEqualTo(report.asOf());
    assertThat(stored(run, report)).isEqualTo(truth(run, docs.name()));
  }

  @Test
  void a_full_reads_everything_whatever_the_engine_tells() throws Exception {
    MemoryRun run = run(true);
    CollectionSchema docs = run.create("docs");
    run.write(docs, "", 0, 300, 1);
    run.backup(BackupKind.FULL);

    assertThat(run.manifest(run.backup(BackupKind.FULL)).read()).isEqualTo(300);
    assertThat(run.manifest(run.backup(BackupKind.INCREMENTAL)).read()).isZero();
  }

  @Test
  void a_collection_made_anew_is_scanned_and_then_told_of_again() throws Exception {
    MemoryRun run = run(true);
    CollectionSchema docs = run.create("docs");
    run.write(docs, "", 0, 300, 1);
    run.backup(BackupKind.FULL);
    run.engine().control().drop(docs.name());
    CollectionSchema again = run.create("docs");
    run.write(again, "", 0, 200, 1);
    run.write(again, "", 50, 10, 2);

    BackupReport scan = run.backup(BackupKind.INCREMENTAL);
    BackupReport next = run.backup(BackupKind.INCREMENTAL);

    assertThat(run.manifest(scan).read()).isEqualTo(200);
    assertThat(scan.changed()).isEqualTo(10);
    assertThat(scan.deleted()).isEqualTo(100);
    assertThat(stored(run, scan)).isEqualTo(truth(run, docs.name()));
    assertThat(run.manifest(next).read()).isZero();
    assertThat(next.digest()).isEqualTo(scan.digest());
  }

  @Test
  void a_tenant_that_the_parent_does_not_hold_is_read_whole() throws Exception {
    MemoryRun run = run(true);
    CollectionSchema docs = run.create("docs", "acme", "beta");
    run.write(docs, "acme", 0, 100, 1);
    run.write(docs, "beta", 0, 60, 1);
    run.tenants("acme");
    run.backup(BackupKind.FULL);
    run.tenants("acme", "beta");

    BackupReport report = run.backup(BackupKind.INCREMENTAL);

    assertThat(run.manifest(report).read()).isEqualTo(60);
    assertThat(report.records()).isEqualTo(160);
  }

  @Test
  void a_tenant_that_was_left_out_for_a_while_is_read_whole() throws Exception {
    MemoryRun run = run(true);
    CollectionSchema docs = run.create("docs", "acme", "beta");
    run.write(docs, "acme", 0, 100, 1);
    run.write(docs, "beta", 0, 60, 1);
    run.backup(BackupKind.FULL);
    run.tenants("acme");
    run.write(docs, "beta", 0, 20, 2);
    run.backup(BackupKind.INCREMENTAL);
    run.tenants();

    BackupReport report = run.backup(BackupKind.INCREMENTAL);

    assertThat(run.manifest(report).read()).isEqualTo(60);
    assertThat(report.changed()).as("stored, or known and stored anew").isGreaterThanOrEqualTo(20);
    assertThat(report.records()).isEqualTo(160);
    assertThat(stored(run, report, new PartId(0, 1))).isEqualTo(truth(run, docs, "beta"));
  }

  @Test
  void an_engine_that_names_a_record_nobody_holds_is_read_whole() throws Exception {
    MemoryRun run = run(true);
    CollectionSchema docs = run.create("docs");
    run.write(docs, "", 0, 300, 1);
    // Written before the mark and not there when the backup was made: a lie of the engine.
    RecordBatch lost = record(docs, 299, 1);
    run.server().delete(docs.name(), "", List.of(lost.ids().get(0)));
    run.backup(BackupKind.FULL);
    run.write(docs, "", 0, 10, 2);
    run.server().forge(docs.name(), "", lost);

    BackupReport report = run.backup(BackupKind.INCREMENTAL);

    assertThat(report.records()).isEqualTo(300);
    assertThat(report.changed()).isEqualTo(11);
    assertThat(stored(run, report)).isEqualTo(truth(run, docs.name()));
  }

  /**
   * Random writes, deletions, transactions that stay open across backups, attempts that die,
   * snapshots that are lost: what a backup folds to is what the engine had.
   */
  @ParameterizedTest
  @CsvSource({"true, 1", "true, 2", "true, 3", "true, 4", "false, 5", "false, 6", "false, 7"})
  void whatever_happens_a_backup_folds_to_the_truth(boolean snapshots, long seed) throws Exception {
    MemoryRun run = run(snapshots);
    SplittableRandom random = new SplittableRandom(seed);
    CollectionSchema docs = run.create("docs");
    run.write(docs, "", 0, 600, 1);
    run.backup(BackupKind.FULL);
    List<Runnable> open = new ArrayList<>();
    long told = 0;
    for (int round = 0; round < 12; round++) {
      docs = change(run, docs, random, open);
      boolean full = random.nextInt(6) == 0;
      CaptureRun backup = run.begin(full ? BackupKind.FULL : BackupKind.INCREMENTAL);
      int generation = 0;
      if (snapshots && random.nextInt(4) == 0) {
        try (TargetCapture.Held held = ticking(run).hold(backup, generation++)) {
          ticking(run).captureRange(new RangeRun(backup, 0, 0), (read, stored, segments) -> {});
          held.touch();
        }
        docs = change(run, docs, random, open);
      }
      try (TargetCapture.Held held = ticking(run).hold(backup, generation)) {
        Map<String, String> truth = truth(run, docs.name());
        long records = 0;
        for (int range = 0; range < held.opened().ranges(); range++) {
          records += capture(run, new RangeRun(backup, generation, range), random).records();
          if (snapshots) {
            change(run, docs, random, open);
          }
        }
        BackupReport report = run.seal(backup, held.opened(), records);
        assertThat(stored(run, report)).as("seed %d round %d", seed, round).isEqualTo(truth);
        told += report.records() - run.manifest(report).read();
      }
    }
    assertThat(told).as("records that were told by their ids").isPositive();
  }

  /** Captures a range; now and then an attempt dies, and the next one goes on. */
  private static RangeReport capture(MemoryRun run, RangeRun range, SplittableRandom random)
      throws Exception {
    AtomicLong left = new AtomicLong(random.nextInt(5));
    try {
      return ticking(run)
          .captureRange(
              range,
              (read, stored, segments) -> {
                if (left.decrementAndGet() == 0) {
                  throw new IllegalStateException("killed");
                }
              });
    } catch (IllegalStateException e) {
      assertThat(e).hasMessage("killed");
    }
    return ticking(run).captureRange(range, (read, stored, segments) -> {});
  }

  /** A capture whose clock runs so fast that each batch is checkpointed. */
  private static TargetCapture ticking(MemoryRun run) {
    AtomicLong seconds = new AtomicLong();
    InstantSource clock = () -> Instant.EPOCH.plusSeconds(60 * seconds.incrementAndGet());
    return new TargetCapture(
        run.target(), run.engine(), run.archive(), new SharedIndexes(), run.scratch(), clock);
  }

  private static CollectionSchema change(
      MemoryRun run, CollectionSchema docs, SplittableRandom random, List<Runnable> open)
      throws Exception {
    for (int action = random.nextInt(4); action >= 0; action--) {
      switch (random.nextInt(5)) {
        case 0 -> run.write(docs, "", numbers(random, 60), random.nextInt(3));
        case 1 -> {
          List<byte[]> gone = new ArrayList<>();
          for (int number : numbers(random, 15)) {
            gone.add(RecordId.of("record-" + number));
          }
          run.server().delete(docs.name(), "", gone);
        }
        case 2 ->
            open.add(
                run.server().writeLater(docs.name(), "", record(docs, random.nextInt(900), 5)));
        case 3 -> {
          if (!open.isEmpty()) {
            open.remove(random.nextInt(open.size())).run();
          }
        }
        default -> run.write(docs, "", random.nextInt(600), 3, 9);
      }
    }
    return docs;
  }

  private static int[] numbers(SplittableRandom random, int most) {
    return random.ints(1 + random.nextInt(most), 0, 900).distinct().toArray();
  }

  private static RecordBatch record(CollectionSchema docs, int number, long seed) {
    SplittableRandom random = new SplittableRandom(1000 * seed + number);
    float[] vector = new float[MemoryRun.DIMENSION];
    for (int d = 0; d < vector.length; d++) {
      vector[d] = (float) random.nextDouble(-1, 1);
    }
    RecordBatch batch = new RecordBatch(docs.layout());
    batch.ids().add(RecordId.of("record-" + number));
    batch.vectors().getFirst().add(vector, 0, vector.length);
    batch.payloads().add(Payload.encode(Map.of("seed", seed)));
    batch.endRecord();
    return batch;
  }

  private MemoryRun run(boolean snapshots) throws Exception {
    return snapshots ? new MemoryRun(folder) : MemoryRun.telling(folder);
  }

  /** Returns what a backup holds of its only part: content hashes by id hash. */
  private static Map<String, String> stored(MemoryRun run, BackupReport report) throws Exception {
    return stored(run, report, run.archive().open(report.backupId()).parts().firstKey());
  }

  private static Map<String, String> stored(MemoryRun run, BackupReport report, PartId part)
      throws Exception {
    ArchivedBackup backup = run.archive().open(report.backupId());
    Map<String, String> records = new TreeMap<>();
    try (IndexCursor cursor = backup.liveCursor(part)) {
      while (cursor.next()) {
        records.put(hex(cursor.idHash()), hex(cursor.contentHash()));
      }
    }
    return records;
  }

  /** Returns what the engine has. */
  private static Map<String, String> truth(MemoryRun run, CollectionName name) throws Exception {
    return truth(run, run.engine().control().schema(name), "");
  }

  private static Map<String, String> truth(MemoryRun run, CollectionSchema schema, String tenant)
      throws Exception {
    RecordHasher hasher = new RecordHasher(schema.layout());
    byte[] idHash = new byte[RecordHasher.HASH_BYTES];
    byte[] contentHash = new byte[RecordHasher.HASH_BYTES];
    Map<String, String> records = new TreeMap<>();
    run.readTenant(
        schema,
        tenant,
        (batch, cursor) -> {
          for (int i = 0; i < batch.size(); i++) {
            hasher.hash(batch, i, idHash, contentHash);
            records.put(hex(idHash), hex(contentHash));
          }
        });
    return records;
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
