package drillbook.engine.pgvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.engine.Capture;
import drillbook.engine.CaptureToken;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.IndexState;
import drillbook.engine.Records;
import drillbook.engine.VectorIndex;
import drillbook.engine.VectorIndex.Metric;
import drillbook.engine.pgvector.session.ServerOptions;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.localserver.LocalPostgres;
import drillbook.localserver.RealServers;
import drillbook.record.ElementType;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.SparseField;
import drillbook.record.VectorField;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Losses that PostgreSQL does not tell of, each found or refused; named by their number. */
class PgvectorSilentLossIT {
  private static LocalPostgres server() {
    return RealServers.postgres(LocalPostgres.Version.PG18);
  }

  @Test
  void sl_03_writers_during_a_capture_change_nothing_of_it() throws Exception {
    try (TestingTables tables = new TestingTables(server());
        Engine engine = PgvectorContract.open(server(), Map.of())) {
      tables.execute(
          "CREATE TABLE busy (id int PRIMARY KEY, v vector(256), n int)",
          "INSERT INTO busy SELECT i, (SELECT array_agg(random()) FROM generate_series(1, 256))"
              + "::vector, 0 FROM generate_series(1, 4000) i");
      // Small parts, so that writers have their say between them.
      Records records =
          new PgvectorRecords(
              ServerOptions.of(PgvectorContract.address(server(), Map.of())),
              InstantSource.system(),
              256 << 10);
      CollectionSchema schema = engine.control().schema(tables.name("busy"));
      AtomicBoolean stop = new AtomicBoolean();
      FutureTask<Integer> writer = new FutureTask<>(() -> writeUntil(tables, stop));
      Thread.ofPlatform().start(writer);
      List<Object> ids = new ArrayList<>();
      long atSnapshot;
      try (Capture capture = records.begin(List.of(schema), TestingTables.NO_NOTES)) {
        atSnapshot = countIn(capture.token().snapshot(), tables.name("busy"));
        assertThat(capture.token().ranges()).hasSizeGreaterThan(5);
        for (CaptureToken.Range range : capture.token().ranges()) {
          records.read(
              capture.token(),
              range,
              "",
              TestingTables.NO_NOTES,
              (batch, cursor) -> {
                for (int i = 0; i < batch.size(); i++) {
                  ids.addAll(RecordId.parts(batch.ids().get(i)));
                }
              });
          Thread.sleep(20);
          capture.touch();
        }
      } finally {
        stop.set(true);
      }
      assertThat(writer.get()).as("rounds of the writer").isGreaterThan(3);
      Set<Object> once = new HashSet<>(ids);
      assertThat(ids).hasSize(once.size());
      assertThat((long) ids.size()).isEqualTo(atSnapshot);
      assertThat(engine.control().count(schema.name(), "")).isNotEqualTo(atSnapshot);
    }
  }

  @Test
  void sl_03_a_table_cannot_be_rewritten_under_a_capture() throws Exception {
    try (TestingTables tables = new TestingTables(server());
        Engine engine = PgvectorContract.open(server(), Map.of())) {
      tables.execute(
          "CREATE TABLE rewritten (id int PRIMARY KEY, v vector(1))",
          "INSERT INTO rewritten VALUES (1, '[1]')");
      CollectionSchema schema = engine.control().schema(tables.name("rewritten"));
      CaptureToken token;
      try (Capture capture = engine.records().begin(List.of(schema), TestingTables.NO_NOTES)) {
        token = capture.token();
        for (String sql : List.of("TRUNCATE rewritten", "VACUUM FULL rewritten")) {
          assertThatThrownBy(() -> tables.execute("SET lock_timeout TO 300", sql))
              .as(sql)
              .hasMessageContaining("lock timeout");
        }
      }
      tables.execute("VACUUM FULL rewritten");
      try (Capture other = engine.records().begin(List.of(schema), TestingTables.NO_NOTES)) {
        CaptureToken mixed =
            new CaptureToken(
                other.token().snapshot(),
                CaptureToken.Consistency.SNAPSHOT,
                token.asOf(),
                token.ranges());
        assertThatThrownBy(() ->
                engine
                    .records()
                    .read(
                        mixed,
                        token.ranges().getFirst(),
                        "",
                        TestingTables.NO_NOTES,
                        (batch, cursor) -> {}))
            .isInstanceOfSatisfying(
                DrillbookException.class,
                e -> assertThat(e.kind()).isEqualTo(FailureKind.SNAPSHOT_LOST));
      }
    }
  }

  @Test
  void sl_04_an_index_that_is_missing_or_other_is_named() throws Exception {
    try (TestingTables tables = new TestingTables(server());
        Engine engine = PgvectorContract.open(server(), Map.of())) {
      tables.execute(
          "CREATE TABLE source (id int PRIMARY KEY, v vector(4), t text)",
          "CREATE INDEX ON source USING hnsw (v vector_cosine_ops) WITH (m = 24)",
          "CREATE INDEX ON source (t)",
          "INSERT INTO source SELECT i, ARRAY[i,1,1,1]::vector FROM generate_series(1, 20) i");
      CollectionSchema source = engine.control().schema(tables.name("source"));
      CollectionName target = tables.name("target");
      TestingTables.restore(engine, source.name(), target);
      assertThat(engine.control().schema(target).named(source.name())).isEqualTo(source);
      String vectorIndex =
          tables
              .query(
                  "SELECT c.oid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid ="
                      + " i.indexrelid JOIN pg_am a ON a.oid = c.relam"
                      + " WHERE i.indrelid = 'target'::regclass AND a.amname = 'hnsw'")
              .getFirst();

      tables.execute("DROP INDEX " + vectorIndex);
      assertThat(engine.control().schema(target).indexes()).isEmpty();
      assertBroken(engine.control().indexState(source.named(target)), "hnsw", "cosine");

      tables.execute("CREATE INDEX ON target USING hnsw (v vector_cosine_ops) WITH (m = 16)");
      assertThat(engine.control().schema(target).indexes())
          .containsExactly(
              new VectorIndex(
                  "v", "hnsw", Metric.COSINE, Map.of("m", "16", "ef_construction", "64")));
      assertBroken(engine.control().indexState(source.named(target)), "hnsw", "24");

      tables.execute(
          "CREATE INDEX broken ON target USING hnsw (v vector_cosine_ops) WITH (m = 24)",
          "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'broken'::regclass");
      assertBroken(engine.control().indexState(source.named(target)), "broken", "not valid");
    }
  }

  @Test
  void sl_05_an_extension_that_is_too_old_is_refused_before_anything_is_written() throws Exception {
    LocalPostgres old = RealServers.postgres(LocalPostgres.Version.OLD);
    try (TestingTables tables = new TestingTables(old);
        Engine engine = PgvectorContract.open(old, Map.of())) {
      List<RecordLayout> layouts =
          List.of(
              RecordLayout.dense(new VectorField("v", ElementType.F16, 3, false)),
              new RecordLayout(List.of(), List.of(new SparseField("s", ElementType.F32, 9))),
              RecordLayout.dense(new VectorField("v", ElementType.BIT, 16, false)));
      CollectionName elsewhere = new CollectionName(List.of("not_there_yet"), "refused");
      for (RecordLayout layout : layouts) {
        List<VectorIndex> indexes =
            layout.vectors().isEmpty()
                    || layout.vectors().getFirst().elementType() != ElementType.BIT
                ? List.of()
                : List.of(new VectorIndex("v", "hnsw", Metric.HAMMING, Map.of()));
        for (CollectionName name : List.of(tables.name("refused"), elsewhere)) {
          CollectionSchema schema =
              new CollectionSchema(name, layout, "text", indexes, List.of(""), List.of(), Map.of());
          assertThatThrownBy(() -> engine.control().create(schema))
              .hasMessageContaining("0.6.2")
              .hasMessageContaining("0.7.0")
              .isInstanceOfSatisfying(
                  DrillbookException.class,
                  e -> {
                    assertThat(e.kind()).isEqualTo(FailureKind.INCOMPATIBLE_TARGET);
                    assertThat(e.hint()).contains("ALTER EXTENSION");
                  });
        }
      }
      assertThat(engine.control().collections()).isEmpty();
      assertThat(tables.query("SELECT nspname FROM pg_namespace WHERE nspname = 'not_there_yet'"))
          .isEmpty();
    }
  }

  @Test
  void sl_05_a_table_of_a_newer_server_is_refused_by_its_own_columns() throws Exception {
    LocalPostgres old = RealServers.postgres(LocalPostgres.Version.OLD);
    try (TestingTables tables = new TestingTables(server());
        TestingTables target = new TestingTables(old);
        Engine source = PgvectorContract.open(server(), Map.of());
        Engine engine = PgvectorContract.open(old, Map.of())) {
      tables.execute("CREATE TABLE modern (id int PRIMARY KEY, v halfvec(3))");
      CollectionSchema schema =
          source.control().schema(tables.name("modern")).named(target.name("modern"));
      assertThatThrownBy(() -> engine.control().create(schema)).hasMessageContaining("halfvec(3)");
      assertThat(engine.control().collections()).isEmpty();
    }
  }

  @Test
  void sl_28_an_index_under_way_is_not_ready() throws Exception {
    try (TestingTables tables = new TestingTables(server());
        Engine engine =
            PgvectorContract.open(
                server(), Map.of("maintenance-work-mem", "1MB", "parallel-workers", "0"))) {
      tables.execute(
          "CREATE TABLE slow (id int PRIMARY KEY, v vector(64))",
          "INSERT INTO slow SELECT i, (SELECT array_agg(random())"
              + " FROM generate_series(1, 64 + 0 * i))::vector FROM generate_series(1, 3000) i");
      CollectionSchema bare = engine.control().schema(tables.name("slow"));
      CollectionSchema wanted =
          new CollectionSchema(
              bare.name(),
              bare.layout(),
              bare.idType(),
              List.of(
                  new VectorIndex(
                      "v", "hnsw", Metric.EUCLIDEAN, Map.of("m", "16", "ef_construction", "64"))),
              bare.tenants(),
              bare.aliases(),
              bare.attributes());
      FutureTask<Boolean> build =
          new FutureTask<>(() -> {
            engine.control().buildIndexes(wanted);
            return true;
          });
      Thread.ofPlatform().start(build);
      List<IndexState> seen = new ArrayList<>();
      while (!build.isDone()) {
        IndexState state = engine.control().indexState(wanted);
        if (!build.isDone()) {
          seen.add(state);
        }
        Thread.sleep(20);
      }
      assertThat(build.get()).isTrue();
      assertThat(seen).hasAtLeastOneElementOfType(IndexState.Building.class);
      assertThat(engine.control().indexState(wanted)).isEqualTo(new IndexState.Ready());
    }
  }

  private static int writeUntil(TestingTables tables, AtomicBoolean stop) throws Exception {
    int round = 0;
    while (!stop.get()) {
      round++;
      tables.execute(
          "UPDATE busy SET n = n + 1 WHERE id % 17 = " + round % 17,
          "DELETE FROM busy WHERE id BETWEEN " + (round * 30) + " AND " + (round * 30 + 9),
          "INSERT INTO busy SELECT 100000 + "
              + round
              + " * 100 + i, v FROM busy,"
              + " generate_series(1, 50) i WHERE id = 4000 ON CONFLICT DO NOTHING");
    }
    return round;
  }

  private static long countIn(String snapshot, CollectionName name) throws Exception {
    try (Connection connection = server().connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
      statement.execute("SET TRANSACTION SNAPSHOT '" + snapshot + "'");
      try (ResultSet rows =
          statement.executeQuery("SELECT count(*) FROM " + TableDdl.qualified(name))) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }

  private static void assertBroken(IndexState state, String... words) {
    assertThat(state)
        .isInstanceOfSatisfying(
            IndexState.Broken.class, broken -> assertThat(broken.reason()).contains(words));
  }
}
