package drillbook.engine.pgvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.EngineAddress;
import drillbook.engine.IndexState;
import drillbook.engine.NamedVectors;
import drillbook.engine.RecordWriter;
import drillbook.engine.SeenRecords;
import drillbook.engine.VectorIndex;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.localserver.LocalPostgres;
import drillbook.localserver.RealServers;
import drillbook.record.ElementType;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.SparseField;
import drillbook.record.VectorField;
import drillbook.secret.SecretReference;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Users' own tables: every type of column, keys, constraints, and the same table made again. */
class PgvectorTypesIT {
  private TestingTables tables;
  private Engine engine;

  @BeforeEach
  void open() throws Exception {
    tables = new TestingTables(server());
    engine = PgvectorContract.open(server(), Map.of());
  }

  @AfterEach
  void close() throws Exception {
    engine.close();
    tables.close();
  }

  private static LocalPostgres server() {
    return RealServers.postgres(LocalPostgres.Version.PG18);
  }

  @Test
  void a_table_of_every_type_comes_back_the_same() throws Exception {
    tables.execute(
        "CREATE TYPE mood AS ENUM ('sad', 'it''s \"ok\"')",
        "CREATE TYPE pair AS (a int, b text)",
        "CREATE DOMAIN positive AS int CHECK (VALUE > 0)",
        """
        CREATE TABLE every (
          "Re""gion x" text NOT NULL, id bigint NOT NULL, PRIMARY KEY ("Re""gion x", id),
          embedding vector(3), half halfvec(3), words sparsevec(10), code bit(12), open vector,
          t text, vc varchar(10), bc char(5), cv "char", n name, b bool, i2 int2, i4 int4, i8 int8,
          f4 float4, f8 float8, num numeric, num2 numeric(10,2), bytes bytea, d date,
          tz timestamptz, ts timestamp, ti time, tzi timetz, iv interval, u uuid, j json, jb jsonb,
          ip inet, m money, o oid, p point, r int4range, tv tsvector, flag bit(1), vb varbit,
          e mood, c pair, dom positive, ai int[], at text[], an numeric[], am mood[], af float8[],
          ad date[], aj jsonb[], av vector[], l int GENERATED ALWAYS AS (length(t)) STORED)
        """,
        "INSERT INTO every (\"Re\"\"gion x\", id) VALUES ('nulls', -1)",
        """
        INSERT INTO every VALUES ('ä''\\', 9223372036854775807, '[1,-0,1e-45]', '[1,-0,6e-8]',
          '{1:0.1,10:-2}/10', B'101010101011', '[1,2,3,4,5]', E'tab\\tline\\n\\\\ "q"', 'varchar',
          'ab', 'c', 'name', true, -32768, 2147483647, -9223372036854775808, 'NaN', '-Infinity',
          '-12345678901234567890.1234567890', 1.50, '\\x00ff', '-infinity', 'infinity',
          '0044-03-15 01:02:03.000001 BC', '24:00:00', '10:00:00.5+05:30', '1 mon -2 days 03:00:00',
          '01234567-89ab-cdef-0123-456789abcdef', '{"b": 1,  "a": 1.0, "a": 2}',
          '{"float": 1.0, "decimal": 1.10, "big": 123456789012345678901234567890, "null": null,
            "tiny": 1e-20, "list": [1, "x", {}]}',
          '10.0.0.1/8', '-1234.50', 4294967295, '(1.1,-2)', '[1,5)', 'a:1 b:2', B'1',
          B'10110', 'it''s "ok"', '(1,"x y")', 5, '{1,NULL,3}', '{a,"b,c",NULL,"NULL"}',
          '{1.10,NaN}', '{sad}', '[0:1]={1.5,-0}', '{infinity}', '{"{\\"a\\": 1}"}',
          ARRAY['[1,2]'::vector])
        """,
        """
        INSERT INTO every ("Re""gion x", id, jb, num, ai, tz, d, f8) VALUES ('more', 0, 'null',
          'NaN', '{{1,2},{3,4}}', '-infinity', '4713-01-01 BC', -0.0),
          ('more', 1, '"text"', '0.00', '{}', '2026-11-01 10:00:00.123456+02', 'infinity', 'NaN')
        """);
    CollectionSchema first = engine.control().schema(tables.name("every"));
    assertThat(first.idType()).isEqualTo("text,integer");
    assertThat(first.layout().vectors())
        .containsExactly(
            new VectorField("code", ElementType.BIT, 12, false),
            new VectorField("embedding", ElementType.F32, 3, false),
            new VectorField("half", ElementType.F16, 3, false),
            new VectorField("open", ElementType.F32, 0, false));
    assertThat(first.layout().sparse())
        .containsExactly(new SparseField("words", ElementType.F32, 10));
    CollectionSchema again =
        TestingTables.restore(engine, tables.name("every"), tables.name("again"));
    assertThat(again.named(first.name())).isEqualTo(first);
    assertThat(tables.query("SELECT rec::text FROM again AS rec ORDER BY id, \"Re\"\"gion x\""))
        .hasSize(4)
        .isEqualTo(
            tables.query("SELECT rec::text FROM every AS rec ORDER BY id, \"Re\"\"gion x\""));
    assertThat(contents("again")).isEqualTo(contents("every"));
  }

  @Test
  void vectors_declared_in_no_order_of_their_names_keep_them() throws Exception {
    tables.execute(
        "CREATE TABLE unsorted (title vector(2), id bigint PRIMARY KEY, body vector(2))",
        "INSERT INTO unsorted VALUES ('[1,2]', 7, '[3,4]')");
    NamedVectors.requireCopied(engine, tables.name("unsorted"), tables.name("sorted"));
    assertThat(tables.query("SELECT rec::text FROM sorted AS rec"))
        .isEqualTo(tables.query("SELECT rec::text FROM unsorted AS rec"));
  }

  @Test
  void payload_values_have_their_types() throws Exception {
    tables.execute(
        "CREATE TABLE typed (id uuid PRIMARY KEY, v vector(1), price numeric(8,2), n int, f float4,"
            + " at timestamptz, tags text[], doc jsonb, ts timestamp)",
        "INSERT INTO typed VALUES ('01234567-89ab-cdef-0123-456789abcdef', '[1]', 1.5, 7, 0.5,"
            + " '2026-11-01 12:00+02', '{a}', '{\"x\": 1.0}', '2026-11-01 12:00')");
    List<Map<String, ?>> payloads = new ArrayList<>();
    TestingTables.capture(
        engine.records(),
        List.of(engine.control().schema(tables.name("typed"))),
        (batch, cursor) -> {
          try {
            payloads.add(Payload.decode(batch.payloads().get(0)));
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
    assertThat(payloads).hasSize(1);
    Map<String, Object> found = new HashMap<>(payloads.getFirst());
    assertThat(found)
        .containsEntry("price", new BigDecimal("1.50"))
        .containsEntry("n", 7L)
        .containsEntry("f", 0.5)
        .containsEntry("at", OffsetDateTime.parse("2026-11-01T10:00Z"))
        .containsEntry("tags", List.of("a"))
        .containsEntry("doc", Map.of("x", 1.0))
        .containsEntry("ts", "2026-11-01 12:00:00");
  }

  @Test
  void keys_constraints_defaults_and_indexes_are_made_again() throws Exception {
    tables.execute(
        """
        CREATE TABLE made (id serial PRIMARY KEY, n int GENERATED ALWAYS AS IDENTITY,
          v vector(4) NOT NULL, h halfvec(4), s sparsevec(9), b bit(16), slug text COLLATE "C"
          DEFAULT 'it''s', price numeric CONSTRAINT dear CHECK (price > 0), body text,
          created timestamptz NOT NULL DEFAULT now(),
          ts tsvector GENERATED ALWAYS AS (to_tsvector('simple', coalesce(body, ''))) STORED,
          CONSTRAINT one_slug UNIQUE (slug)) WITH (fillfactor = 70)
        """,
        "COMMENT ON TABLE made IS 'all of it''s'",
        "COMMENT ON COLUMN made.v IS 'from the model'",
        "ALTER TABLE made ALTER COLUMN v SET STORAGE PLAIN",
        "CREATE INDEX ON made USING hnsw (v vector_cosine_ops) WITH (m = 8)",
        "CREATE INDEX ON made USING ivfflat (v vector_l2_ops) WITH (lists = 3)",
        "CREATE INDEX ON made USING hnsw (h halfvec_l1_ops) WHERE price > 1",
        "CREATE INDEX ON made USING hnsw (s sparsevec_ip_ops)",
        "CREATE INDEX ON made USING hnsw (b bit_jaccard_ops)",
        "CREATE INDEX ON made USING hnsw ((binary_quantize(v)::bit(4)) bit_hamming_ops)",
        "CREATE INDEX ON made USING gin (ts)",
        "CREATE UNIQUE INDEX ON made (lower(slug), created DESC) INCLUDE (price) WHERE id > 0",
        "INSERT INTO made (v, h, s, b, slug, price) SELECT ARRAY[i,1,2,3]::vector,"
            + " ARRAY[i,1,2,3]::halfvec, '{1:1}/9', i::bit(16), 's' || i, i"
            + " FROM generate_series(1, 50) i",
        "DELETE FROM made WHERE id = 50");
    CollectionSchema first = engine.control().schema(tables.name("made"));
    assertThat(first.indexes())
        .contains(
            new VectorIndex(
                "v", "hnsw", VectorIndex.Metric.COSINE, Map.of("m", "8", "ef_construction", "64")),
            new VectorIndex("v", "ivfflat", VectorIndex.Metric.EUCLIDEAN, Map.of("lists", "3")))
        .hasSize(5);
    CollectionSchema again = TestingTables.restore(engine, first.name(), tables.name("again"));
    assertThat(again.named(first.name())).isEqualTo(first);
    assertThat(engine.control().indexState(first.named(again.name())))
        .isEqualTo(new IndexState.Ready());
    assertThat(tables.query("SELECT a::text FROM again a ORDER BY id"))
        .hasSize(49)
        .isEqualTo(tables.query("SELECT m::text FROM made m ORDER BY id"));
    tables.execute("INSERT INTO again (v) VALUES ('[1,1,1,1]')");
    assertThat(tables.query("SELECT id || '/' || n FROM again ORDER BY id DESC LIMIT 1"))
        .containsExactly("50/50");
    engine.control().buildIndexes(first.named(again.name()));
    assertThat(engine.control().schema(again.name())).isEqualTo(again);
  }

  @Test
  void texts_with_a_nul_are_carried_where_a_column_of_texts_refuses_them() throws Exception {
    CollectionSchema schema =
        new CollectionSchema(
            tables.name("nul"),
            RecordLayout.dense(new VectorField("v", ElementType.F32, 2, false)),
            "text",
            List.of(),
            List.of(""),
            List.of(),
            Map.of());
    engine.control().create(schema);
    CollectionSchema live = engine.control().schema(schema.name());
    RecordBatch written = new RecordBatch(live.layout());
    for (int i = 0; i < 4; i++) {
      written.ids().add(RecordId.of("r" + i));
      written.vectors().getFirst().add(new float[] {i, 1}, 0, 2);
      if (i % 2 == 0) {
        written.payloads().add(Payload.encode(Map.of("number", (long) i)));
      }
      written
          .documents()
          .add(("before" + (i < 2 ? "\0" : " ") + "after").getBytes(StandardCharsets.UTF_8));
      written.uris().add(("file:" + (i < 3 ? "\0" : "x")).getBytes(StandardCharsets.UTF_8));
      written.endRecord();
    }
    try (RecordWriter writer = engine.records().writer(live, "")) {
      writer.write(written);
    }
    SeenRecords expected = new SeenRecords();
    expected.add(written);
    SeenRecords seen = new SeenRecords();
    TestingTables.capture(engine.records(), List.of(live), (batch, cursor) -> seen.add(batch));
    seen.requireSame(expected);
  }

  @Test
  void tenants_are_the_values_of_their_column() throws Exception {
    tables.execute(
        "CREATE TABLE shared (id int PRIMARY KEY, v vector(1), team int NOT NULL, body text)",
        "INSERT INTO shared SELECT i, '[1]', i % 3, 'b' || i FROM generate_series(1, 30) i");
    try (Engine teams =
        PgvectorContract.open(
            server(), Map.of("tenant-column", "team", "document-column", "body"))) {
      CollectionSchema schema = teams.control().schema(tables.name("shared"));
      assertThat(schema.tenants()).containsExactly("0", "1", "2");
      assertThat(teams.control().count(schema.name(), "1")).isEqualTo(10);
      TestingTables.restore(teams, schema.name(), tables.name("again"));
      assertThat(tables.query("SELECT a::text FROM again a ORDER BY id"))
          .hasSize(30)
          .isEqualTo(tables.query("SELECT s::text FROM shared s ORDER BY id"));
      tables.execute(
          "ALTER TABLE shared ALTER team DROP NOT NULL; INSERT INTO shared VALUES (99, '[1]')");
      requireFailure(FailureKind.UNSUPPORTED, "team", () -> teams.control().schema(schema.name()));
    }
  }

  @Test
  void what_cannot_be_captured_is_refused_with_its_reason() throws Exception {
    tables.execute(
        "CREATE TABLE keyless (id int, v vector(1))",
        "CREATE TABLE dated (d date PRIMARY KEY, v vector(1))",
        "CREATE TABLE sparse (id int PRIMARY KEY, s sparsevec)",
        "CREATE TABLE parts (id int PRIMARY KEY, v vector(1)) PARTITION BY RANGE (id)",
        "CREATE TABLE part_1 PARTITION OF parts FOR VALUES FROM (1) TO (9)",
        "CREATE TABLE ordinary (id int PRIMARY KEY, flags bit(8))",
        "INSERT INTO parts VALUES (1, '[1]')");
    for (String table : List.of("keyless", "dated", "sparse", "parts")) {
      requireFailure(
          FailureKind.UNSUPPORTED, table, () -> engine.control().schema(tables.name(table)));
    }
    assertThat(engine.control().count(tables.name("part_1"), "")).isEqualTo(1);
    assertThat(engine.control().collections())
        .contains(tables.name("part_1"), tables.name("keyless"))
        .doesNotContain(tables.name("parts"), tables.name("ordinary"));
  }

  @Test
  void rows_that_a_policy_hides_are_a_failure_not_a_smaller_backup() throws Exception {
    tables.execute(
        "CREATE TABLE guarded (id int PRIMARY KEY, v vector(1))",
        "INSERT INTO guarded VALUES (1, '[1]'), (2, '[2]')",
        "ALTER TABLE guarded ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY first_only ON guarded USING (id = 1)",
        "DROP ROLE IF EXISTS drillbook_reader",
        "CREATE ROLE drillbook_reader LOGIN PASSWORD 'reader'",
        "GRANT USAGE ON SCHEMA " + tables.name("x").scope().getFirst() + " TO drillbook_reader",
        "GRANT SELECT ON guarded TO drillbook_reader");
    Path secret = Files.createTempFile("drillbook", "secret");
    Files.writeString(secret, "reader");
    try (Engine reader =
        new PgvectorEngine(
            new EngineAddress(
                "pgvector",
                URI.create(server().url().replace("drillbook@", "drillbook_reader@")),
                new SecretReference("file:" + secret),
                Map.of()),
            InstantSource.system())) {
      requireFailure(
          FailureKind.DENIED,
          "row-level security",
          () -> reader.control().count(tables.name("guarded"), ""));
    } finally {
      Files.delete(secret);
      tables.execute("DROP OWNED BY drillbook_reader", "DROP ROLE drillbook_reader");
    }
  }

  @Test
  void a_record_that_a_column_cannot_hold_is_refused_by_its_id() throws Exception {
    tables.execute("CREATE TABLE strict (id text PRIMARY KEY, v vector(1), body text, n int2)");
    CollectionSchema schema = engine.control().schema(tables.name("strict"));
    for (Map<String, Object> payload :
        List.<Map<String, Object>>of(
            Map.of("body", "a\0b"), Map.of("n", 70_000L), Map.of("n", "7"), Map.of("more", 1L))) {
      RecordBatch batch = new RecordBatch(schema.layout());
      batch.ids().add(RecordId.of("fine"));
      batch.endRecord();
      batch.ids().add(RecordId.of("culprit"));
      batch.payloads().add(Payload.encode(payload));
      batch.endRecord();
      requireFailure(FailureKind.INCOMPATIBLE_TARGET, "culprit", () -> write(schema, batch));
    }
    RecordBatch batch = new RecordBatch(schema.layout());
    batch.ids().add(RecordId.of("culprit"));
    batch.documents().add("text".getBytes(StandardCharsets.UTF_8));
    batch.endRecord();
    requireFailure(FailureKind.INCOMPATIBLE_TARGET, "culprit", () -> write(schema, batch));
    assertThat(engine.control().count(schema.name(), "")).isZero();
  }

  @Test
  void replacing_keeps_names_and_grants_and_refuses_what_would_stay_behind() throws Exception {
    tables.execute(
        "CREATE TABLE live (id int PRIMARY KEY, v vector(1))",
        "CREATE INDEX fast ON live USING hnsw (v vector_l2_ops)",
        "GRANT SELECT ON live TO PUBLIC",
        "INSERT INTO live VALUES (1, '[1]')",
        "CREATE VIEW seen AS SELECT id FROM live");
    TestingTables.restore(engine, tables.name("live"), tables.name("fresh"));
    requireFailure(
        FailureKind.CONFLICT,
        "seen",
        () ->
            engine
                .control()
                .replace(tables.name("live"), tables.name("fresh"), tables.name("old")));
    tables.execute("DROP VIEW seen", "INSERT INTO fresh VALUES (2, '[2]')");
    engine.control().replace(tables.name("live"), tables.name("fresh"), tables.name("old"));
    assertThat(tables.query("SELECT count(*) FROM live")).containsExactly("2");
    assertThat(
            tables.query(
                "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
                    + " WHERE i.indrelid = 'live'::regclass ORDER BY 1"))
        .containsExactly("fast", "live_pkey");
    assertThat(tables.query("SELECT relacl FROM pg_class WHERE oid = 'live'::regclass").getFirst())
        .contains("=r/");
  }

  private void write(CollectionSchema schema, RecordBatch batch) throws Exception {
    try (RecordWriter writer = engine.records().writer(schema, "")) {
      writer.write(batch);
    }
  }

  /** Returns each record's bytes, by id, every column of it. */
  private Map<String, List<String>> contents(String table) throws Exception {
    Map<String, List<String>> contents = new HashMap<>();
    HexFormat hex = HexFormat.of();
    TestingTables.capture(
        engine.records(),
        List.of(engine.control().schema(tables.name(table))),
        (batch, cursor) -> {
          for (int i = 0; i < batch.size(); i++) {
            List<String> parts = new ArrayList<>();
            parts.add(hex.formatHex(batch.payloads().get(i)));
            for (var column : batch.vectors()) {
              parts.add(column.isPresent(i) + hex.formatHex(column.bits().get(i)));
            }
            for (var column : batch.sparse()) {
              parts.add(
                  hex.formatHex(column.positions().get(i)) + hex.formatHex(column.values().get(i)));
            }
            contents.put(RecordId.print(batch.ids().get(i)), parts);
          }
        });
    return contents;
  }

  private static void requireFailure(FailureKind kind, String word, ThrowingCallable call) {
    assertThatThrownBy(call)
        .hasMessageContaining(word)
        .isInstanceOfSatisfying(
            DrillbookException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }
}
