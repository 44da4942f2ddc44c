package drillbook.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.archive.Archive;
import drillbook.archive.ArchivedBackup;
import drillbook.archive.PartId;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.EngineAddress;
import drillbook.engine.MemoryEngine;
import drillbook.engine.MemoryServer;
import drillbook.engine.RecordWriter;
import drillbook.export.ExportReport.Status;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.format.TestingRecords;
import drillbook.manifest.SigningKey;
import drillbook.manifest.TestingBackup;
import drillbook.manifest.TrustedKeys;
import drillbook.record.ElementType;
import drillbook.record.RecordBatch;
import drillbook.record.RecordLayout;
import drillbook.record.VectorField;
import drillbook.secret.SecretReference;
import drillbook.store.StoreAddress;
import drillbook.store.TestingStore;
import drillbook.target.Target;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exports of backups and live engines: every record, whole or absent, and repeatable. */
class ExportJobTest {
  private static final Instant TIME = Instant.parse("2026-11-21T02:00:00Z");
  private static final String ID = "export-docs-20261121t020000z";

  private final TestingStore store = new TestingStore();

  @TempDir private Path folder = Path.of("");

  @Test
  void a_backup_comes_out_record_by_record() throws Exception {
    ArchivedBackup backup = backup(TestingBackup.INCREMENTAL);
    BackupRecords records =
        new BackupRecords(backup, MemoryEngine.rich(server()).profile(), List.of());
    ExportJob job = job("");
    ExportPlan plan = job.plan(records, "memory", TestingBackup.INCREMENTAL, TIME);
    assertThat(plan.items()).hasSize(2).allMatch(item -> item.folder().startsWith("docs/exports/"));
    assertThat(status().status()).isEqualTo(Status.RUNNING);
    for (int collection = 0; collection < 2; collection++) {
      ExportPlan.Item item = plan.items().get(collection);
      Exported exported = job.write(records, item, 1, _ -> {});
      RecordDigest seen = new RecordDigest();
      ExportFolder read = LinesImport.read(store, item.folder(), seen::add);
      assertThat(read.records()).isEqualTo(exported.records());
      assertThat(read.backupId()).isEqualTo(TestingBackup.INCREMENTAL);
      assertThat(seen).hasToString(digest(backup, collection, read.schema().tenants()));
    }
    job.complete(report(Status.COMPLETED));
    assertThat(status()).isEqualTo(report(Status.COMPLETED));
  }

  @Test
  void a_live_engine_comes_out_with_its_tenants() throws Exception {
    MemoryEngine engine = MemoryEngine.rich(server());
    CollectionSchema schema =
        new CollectionSchema(
            new CollectionName(List.of("main"), "docs"),
            wholeBytes(),
            "text",
            List.of(),
            List.of("acme", "zeta"),
            List.of(),
            Map.of());
    engine.create(schema);
    RecordDigest expected = new RecordDigest();
    for (String tenant : schema.tenants()) {
      RecordBatch batch = TestingRecords.random(schema.layout(), tenant.hashCode(), 300);
      expected.add(tenant, batch);
      try (RecordWriter writer = engine.records().writer(schema, tenant)) {
        writer.write(batch);
      }
    }
    LiveRecords records = new LiveRecords(target(), engine, List.of(), folder);
    ExportJob job = job("");
    ExportPlan plan = job.plan(records, "memory", "", TIME);
    assertThat(plan.items())
        .singleElement()
        .extracting(ExportPlan.Item::collection)
        .isEqualTo("main/docs");
    Exported exported = job.write(records, plan.items().getFirst(), 1, _ -> {});
    assertThat(exported.records()).isEqualTo(600);
    RecordDigest seen = new RecordDigest();
    ExportFolder read = LinesImport.read(store, exported.folder(), seen::add);
    assertThat(seen).hasToString(expected.toString());
    assertThat(read.backupId()).isEmpty();
    assertThat(folder).isEmptyDirectory();

    LiveRecords some = new LiveRecords(target(), engine, List.of("zeta"), folder);
    ExportPlan.Item other = new ExportPlan.Item("main/docs", "other-1/");
    assertThat(job.write(some, other, 1, _ -> {}).records()).isEqualTo(300);
    assertThat(ExportFolder.open(store, "other-1/").schema().tenants()).containsExactly("zeta");
  }

  @Test
  void a_repetition_begins_anew_and_a_whole_collection_is_not_written_twice() throws Exception {
    BackupRecords records = backupRecords();
    ExportJob job = job("");
    ExportPlan.Item item = job.plan(records, "memory", TestingBackup.FULL, TIME).items().getLast();
    store.putNew(item.folder() + "part-00000.jsonl.gz", new byte[] {1, 2, 3});
    Exported exported = job.write(records, item, 2, _ -> {});
    assertThat(store.list(item.folder(), "", 100))
        .extracting(listed -> listed.key().substring(item.folder().length()))
        .containsExactly("export.json", "part-00000-a2.jsonl.gz", "record.schema.json");
    assertThat(job.write(records, item, 3, _ -> {})).isEqualTo(exported);
    LinesImport.read(store, item.folder(), (_, _) -> {});
  }

  @Test
  void a_failed_export_leaves_nothing_but_its_status() throws Exception {
    BackupRecords records = backupRecords();
    ExportJob job = job("");
    ExportPlan plan = job.plan(records, "memory", TestingBackup.FULL, TIME);
    job.write(records, plan.items().getFirst(), 1, _ -> {});
    ExportRun run = new ExportRun(ExportRequest.of("docs"), ID, TIME);
    ExportEnd end = new ExportEnd(run, plan.items(), report(Status.FAILED));
    job.abandon(end);
    job.abandon(end);
    assertThat(status().status()).isEqualTo(Status.FAILED);
    assertThat(store.list("docs/exports/", "", 100))
        .extracting(listed -> listed.key())
        .allMatch(key -> key.startsWith("docs/exports/status/" + ID));
  }

  @Test
  void what_is_there_is_not_written_over() throws Exception {
    BackupRecords records = backupRecords();
    ExportJob job = job("");
    ExportPlan plan = job.plan(records, "memory", TestingBackup.FULL, TIME);
    job.write(records, plan.items().getFirst(), 1, _ -> {});
    assertKind(FailureKind.CONFLICT, () -> job.plan(records, "memory", TestingBackup.FULL, TIME));
    assertKind(FailureKind.NOT_FOUND, () -> records.collections(List.of("nothing")));
    assertKind(
        FailureKind.NOT_FOUND, () -> new ExportStatus(store, "docs/exports/", "export-x").read());
  }

  private static void assertKind(
      FailureKind kind, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            DrillbookException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }

  private BackupRecords backupRecords() throws Exception {
    return new BackupRecords(
        backup(TestingBackup.FULL), MemoryEngine.rich(server()).profile(), List.of());
  }

  private ArchivedBackup backup(String id) throws Exception {
    SigningKey key = SigningKey.loadOrCreate(folder.resolve("key"));
    new TestingBackup(store, key).write();
    return new Archive(store, TestingBackup.TARGET, TrustedKeys.ofKeys(List.of(key.publicKey())))
        .open(id);
  }

  private static String digest(ArchivedBackup backup, int collection, List<String> tenants)
      throws Exception {
    RecordDigest digest = new RecordDigest();
    for (PartId part : backup.parts().keySet()) {
      if (part.collection() != backup.catalog().collections().get(collection).number()) {
        continue;
      }
      String tenant = backup.tenant(part);
      if (!tenants.contains(tenant)) {
        // These backups are made by hand: one tenant is in no schema.
        continue;
      }
      var live = backup.liveRows(part);
      for (Long number : live.keySet()) {
        backup.readSegment(
            part,
            number,
            live,
            (batch, firstRow, rows) -> {
              RecordBatch kept = new RecordBatch(batch.layout());
              for (int i = 0; i < batch.size(); i++) {
                if (rows.get(firstRow + i)) {
                  kept.append(batch, i);
                }
              }
              digest.add(tenant, kept);
            });
      }
    }
    return digest.toString();
  }

  private ExportJob job(String to) throws Exception {
    return new ExportJob(
        store, ExportPlace.of(target(), to), new ExportRun(ExportRequest.of("docs"), ID, TIME));
  }

  private ExportReport status() throws Exception {
    return new ExportStatus(store, "docs/exports/", ID).read();
  }

  private static ExportReport report(Status status) {
    return new ExportReport(
        ID, status, "docs", "", "jsonl.gz", "drillbook", "memory", 0, List.of(), 0, 0, "", 1);
  }

  /** The random bits of the layout with everything would fill the padding of its bit vector. */
  private static RecordLayout wholeBytes() {
    return new RecordLayout(
        TestingRecords.EVERYTHING.vectors().stream()
            .map(field ->
                field.elementType() == ElementType.BIT
                    ? new VectorField(field.name(), field.elementType(), 24, false)
                    : field)
            .toList(),
        TestingRecords.EVERYTHING.sparse());
  }

  private static MemoryServer server() {
    return new MemoryServer();
  }

  private static Target target() {
    return new Target(
        "docs",
        new EngineAddress("memory", URI.create("http://here"), SecretReference.NONE, Map.of()),
        List.of(),
        List.of(),
        StoreAddress.folder(Path.of("/backups")));
  }
}
