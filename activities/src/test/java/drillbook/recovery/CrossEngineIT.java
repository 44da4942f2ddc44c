package drillbook.recovery;

import static drillbook.recovery.RecoveryIT.refusal;
import static drillbook.recovery.RecoveryIT.selective;
import static org.assertj.core.api.Assertions.assertThat;

import drillbook.archive.Keys;
import drillbook.backup.BackupKind;
import drillbook.backup.BackupReport;
import drillbook.capture.EngineRun;
import drillbook.check.Check;
import drillbook.check.Verdict;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.RecordWriter;
import drillbook.engine.SampleRecords;
import drillbook.engine.SeenRecords;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.format.MultisetSum;
import drillbook.format.RecordHasher;
import drillbook.manifest.Manifest;
import drillbook.record.RecordBatch;
import drillbook.restore.RestoreMode;
import drillbook.restore.RestoreRequest;
import drillbook.translate.Translation;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways from one engine into another and back, and what is declared to be lost on them. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class CrossEngineIT {
  private static final int DIMENSION = 16;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"chroma, pgvector", "pgvector, chroma"})
  void records_cross_over_and_come_back_as_they_were(String one, String other) throws Exception {
    try (EngineRun from = EngineRun.of(one, folder);
        EngineRun into = EngineRun.of(other, folder)) {
      CollectionSchema docs = from.create("docs", DIMENSION);
      try (RecordWriter writer = from.engine().records().writer(docs, "")) {
        writer.write(
            SampleRecords.records(docs.layout(), 0, 120, i -> SampleRecords.id("text", i)));
      }
      thereAndBack(from, into, docs.name());
    }
  }

  /** Tables as applications make them: keys of every type, and columns of their own. */
  @ParameterizedTest
  @ValueSource(strings = {"bigint", "uuid", "bytea", "text, integer"})
  void keys_and_columns_of_a_table_survive_chroma(String key) throws Exception {
    try (EngineRun from = EngineRun.of("pgvector", folder);
        EngineRun into = EngineRun.of("chroma", folder)) {
      CollectionName docs = from.adopt("docs");
      String value =
          switch (key) {
            case "bigint" -> "9007199254740993 * (i - 20)";
            case "uuid" -> "md5(i::text)::uuid";
            case "bytea" -> "decode(md5(i::text), 'hex')";
            default -> "'part ' || i % 7, i";
          };
      String columns = key.contains(",") ? "a text, b integer" : "a " + key;
      String table = EngineRun.quoted(docs);
      EngineRun.sql(
          "CREATE TABLE "
              + table
              + " ("
              + columns
              + ", embedding vector(16), title varchar(40), price numeric(12,4), at timestamptz,"
              + " day date, tags text[], about jsonb, raw bytea, good boolean, share float8,"
              + " PRIMARY KEY (a"
              + (key.contains(",") ? ", b" : "")
              + "))",
          "INSERT INTO "
              + table
              + " SELECT "
              + value
              + ", (SELECT array_agg(sin(i * 16 + d)) FROM generate_series(1, 16) d)::vector,"
              + " 'títle ' || i, i / 7.0, timestamptz '2026-11-01 10:00:00.123456+02'"
              + " + i * interval '1 second', date '2026-11-01' + i,"
              + " CASE WHEN i % 3 > 0 THEN ARRAY['a', NULL, 'b' || i] END,"
              + " jsonb_build_object('n', i, 'deep', jsonb_build_array(1.50, NULL, true)),"
              + " decode('00ff', 'hex'), i % 2 = 0, 1.0 / i FROM generate_series(1, 60) i");
      thereAndBack(from, into, docs);
    }
  }

  /** Restores into another engine, backs up there, restores back, and compares each time. */
  private static void thereAndBack(EngineRun from, EngineRun into, CollectionName docs)
      throws Exception {
    SeenRecords original = from.contents(docs);
    BackupReport sealed = from.backup(BackupKind.FULL);
    RestoreRequest request = TestingRestore.request(from, into, RestoreMode.NEW);

    TestingRestore there = TestingRestore.restored(from, into, request);
    into.adopt(there.destination(0));
    assertThat(there.plan().losses()).isEmpty();
    assertPassed(there);
    BackupReport sealedThere = into.backup(BackupKind.FULL);
    Manifest.Part part = into.manifest(sealedThere).parts().getFirst();
    assertThat(part.sum()).isEqualTo(translated(from, docs, into).hex());
    assertThat(part.count()).isEqualTo(sealed.records());

    TestingRestore back =
        TestingRestore.restored(into, from, TestingRestore.request(into, from, RestoreMode.NEW));
    from.adopt(back.destination(0));
    assertPassed(back);
    from.contents(back.destination(0)).requireSame(original);
    assertThat(from.engine().control().schema(back.destination(0)).idType())
        .isEqualTo(from.engine().control().schema(docs).idType());
  }

  private static void assertPassed(TestingRestore restore) throws Exception {
    List<Check> checks = restore.checks();
    assertThat(TestingRestore.findings(checks)).isEmpty();
    assertThat(Verdict.of(checks)).isEqualTo(Verdict.PASSED);
  }

  /** Returns the digest that live records have in another engine's form. */
  private static MultisetSum translated(EngineRun from, CollectionName name, EngineRun into)
      throws Exception {
    Translation translation =
        Translation.plan(
            from.engine().control().schema(name),
            from.engine().profile(),
            into.engine().profile(),
            into.name("any"));
    RecordBatch there = new RecordBatch(translation.schema().layout());
    RecordHasher hasher = new RecordHasher(there.layout());
    byte[] contentHash = new byte[RecordHasher.HASH_BYTES];
    MultisetSum sum = MultisetSum.empty();
    from.read(
        name,
        (batch, cursor) -> {
          there.clear();
          translation.apply(batch, there);
          for (int i = 0; i < there.size(); i++) {
            hasher.hash(there, i, new byte[RecordHasher.HASH_BYTES], contentHash);
            sum.add(contentHash);
          }
        });
    return sum;
  }

  @Test
  void a_name_that_the_other_engine_has_already_is_left_alone() throws Exception {
    try (EngineRun from = EngineRun.of("chroma", folder);
        EngineRun into = EngineRun.of("pgvector", folder)) {
      CollectionSchema docs = from.create("docs", DIMENSION);
      from.write(docs, "", 0, 100, 1);
      from.backup(BackupKind.FULL);
      CollectionSchema small = into.create("small", 8);
      CollectionName taken = small.name().named(docs.name().name());
      into.adopt(taken);
      into.engine().control().create(small.named(taken));
      into.write(small.named(taken), "", 0, 20, 2);
      SeenRecords others = into.contents(taken);

      TestingRestore restore =
          TestingRestore.restored(from, into, TestingRestore.request(from, into, RestoreMode.NEW));
      into.adopt(restore.destination(0));

      assertThat(restore.verdict()).isEqualTo(Verdict.PASSED);
      assertThat(restore.destination(0).name()).startsWith(taken.name() + "_restored_");
      into.contents(taken).requireSame(others);
    }
  }

  @Test
  void names_beyond_the_other_engines_limit_stay_apart() throws Exception {
    try (EngineRun from = EngineRun.of("chroma", folder);
        EngineRun into = EngineRun.of("pgvector", folder)) {
      for (String last : List.of("a", "b")) {
        CollectionSchema schema = from.create("x".repeat(400) + last, DIMENSION);
        from.write(schema, "", 0, 20, last.equals("a") ? 1 : 2);
      }
      from.backup(BackupKind.FULL);

      TestingRestore restore =
          TestingRestore.restored(from, into, TestingRestore.request(from, into, RestoreMode.NEW));
      into.adopt(restore.destination(0));
      into.adopt(restore.destination(1));

      assertThat(restore.verdict()).isEqualTo(Verdict.PASSED);
      assertThat(restore.destination(0)).isNotEqualTo(restore.destination(1));
    }
  }

  @Test
  void a_loss_is_declared_and_needs_acceptance() throws Exception {
    try (EngineRun from = EngineRun.of("pgvector", folder);
        EngineRun into = EngineRun.of("chroma", folder)) {
      CollectionName docs = from.adopt("docs");
      EngineRun.sql(
          "CREATE TABLE "
              + EngineRun.quoted(docs)
              + " (id text PRIMARY KEY, embedding vector(3), image vector(2), words sparsevec(9))",
          "INSERT INTO "
              + EngineRun.quoted(docs)
              + " SELECT 'r' || i, ARRAY[i, 1, 2]::vector, ARRAY[i, 3]::vector, '{1:1,4:2}/9'"
              + " FROM generate_series(1, 40) i");
      from.backup(BackupKind.FULL);

      DrillbookException refused =
          refusal(() -> TestingRestore.planned(from, into, loss(from, into, false, false)));
      TestingRestore dry = TestingRestore.planned(from, into, loss(from, into, false, true));

      assertThat(refused.kind()).isEqualTo(FailureKind.INCOMPATIBLE_TARGET);
      assertThat(refused).hasMessageContainingAll(docs.path(), "vector 'image'", "'words'");
      assertThat(refused.hint()).contains("Nothing was written", "--accept-loss");
      assertThat(dry.plan().losses()).hasSize(2);
      assertThat(dry.plan().changes()).contains(docs.path() + " vector 'embedding': has no name");
      assertNothingThere(from, into);

      TestingRestore accepted = TestingRestore.restored(from, into, loss(from, into, true, false));
      into.adopt(accepted.destination(0));

      assertThat(accepted.plan().losses()).isEqualTo(dry.plan().losses());
      assertThat(accepted.verdict()).isEqualTo(Verdict.PASSED);
      BackupReport there = into.backup(BackupKind.FULL);
      assertThat(into.manifest(there).parts().getFirst().sum())
          .isEqualTo(translated(from, docs, into).hex());
    }
  }

  @Test
  void what_chroma_cannot_hold_at_all_is_refused_whoever_accepts() throws Exception {
    try (EngineRun from = EngineRun.of("pgvector", folder);
        EngineRun into = EngineRun.of("chroma", folder)) {
      CollectionName bits = from.adopt("bits");
      EngineRun.sql(
          "CREATE TABLE " + EngineRun.quoted(bits) + " (id text PRIMARY KEY, embedding bit(64))",
          "CREATE INDEX ON " + EngineRun.quoted(bits) + " USING hnsw (embedding bit_hamming_ops)");
      from.backup(BackupKind.FULL);

      DrillbookException refused =
          refusal(() -> TestingRestore.planned(from, into, loss(from, into, true, false)));

      assertThat(refused.kind()).isEqualTo(FailureKind.INCOMPATIBLE_TARGET);
      assertThat(refused).hasMessageContainingAll(bits.path(), "chroma");
      assertThat(refused.hint()).isNotBlank();
      assertNothingThere(from, into);
    }
  }

  @Test
  void tenants_become_collections_where_the_target_has_none() throws Exception {
    try (EngineRun from = EngineRun.of("pgvector", folder);
        EngineRun into = EngineRun.of("chroma", folder)) {
      CollectionSchema tenants = from.create("tenants", DIMENSION, "acme", "beta");
      // The same ids in both: in one collection one of them would be lost.
      from.write(tenants, "acme", 0, 30, 1);
      from.write(tenants, "beta", 0, 40, 2);
      from.backup(BackupKind.FULL);

      TestingRestore both = TestingRestore.restored(from, into, loss(from, into, false, false));

      assertThat(both.verdict()).isEqualTo(Verdict.PASSED);
      assertThat(both.plan().collections()).hasSize(2);
      for (int i = 0; i < 2; i++) {
        into.adopt(both.destination(i));
        String tenant = List.of("acme", "beta").get(i);
        assertThat(both.destination(i).name()).isEqualTo(tenants.name().name() + "_" + tenant);
        assertThat(into.contents(both.destination(i)).size()).isEqualTo(i == 0 ? 30 : 40);
      }

      // One of them alone becomes the whole collection.
      TestingRestore one =
          TestingRestore.restored(
              from, into, selective(from, into, List.of(tenants.name().name()), List.of("beta")));
      into.adopt(one.destination(0));
      assertThat(one.verdict()).isEqualTo(Verdict.PASSED);
      assertThat(into.contents(one.destination(0)).size()).isEqualTo(40);
    }
  }

  @Test
  void what_pgvector_cannot_hold_at_all_is_refused_before_anything_is_written() throws Exception {
    try (EngineRun from = EngineRun.of("chroma", folder);
        EngineRun into = EngineRun.of("pgvector", folder)) {
      from.write(from.create("wide", 16_001), "", 0, 2, 1);
      from.backup(BackupKind.FULL);

      DrillbookException refused =
          refusal(() -> TestingRestore.planned(from, into, loss(from, into, true, false)));

      assertThat(refused.kind()).isEqualTo(FailureKind.INCOMPATIBLE_TARGET);
      assertThat(refused).hasMessageContainingAll("dimension 16001", "16000", "pgvector");
      assertNothingThere(from, into);
    }
  }

  private static RestoreRequest loss(
      EngineRun from, EngineRun into, boolean accept, boolean dryRun) {
    return new RestoreRequest(
        from.target().name(), null, null, into.target().name(), null, null, null, accept, dryRun);
  }

  private static void assertNothingThere(EngineRun from, EngineRun into) throws Exception {
    for (CollectionName name : into.engine().control().collections()) {
      assertThat(from.own()).extracting(CollectionName::name).doesNotContain(name.name());
    }
    assertThat(from.store().list(Keys.intents(from.target().name()), "", 10)).isEmpty();
  }
}
