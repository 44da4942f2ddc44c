package drillbook.engine.pgvector;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.engine.Capture;
import drillbook.engine.CaptureToken;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.EngineAddress;
import drillbook.engine.Mark;
import drillbook.engine.SeenRecords;
import drillbook.engine.pgvector.session.ServerOptions;
import drillbook.engine.pgvector.session.Session;
import drillbook.localserver.LocalPostgres;
import drillbook.localserver.RealServers;
import drillbook.record.RecordId;
import drillbook.secret.SecretReference;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What PostgreSQL does to rows and tables, and what a mark makes of it: never too few changes. */
class PgvectorChangesIT {
  private static final String DOCS =
      "CREATE TABLE docs (id text PRIMARY KEY, embedding vector(3), price int)";
  private static final String ROWS =
      "INSERT INTO docs SELECT 'r' || g, ARRAY[g, 1, 2]::vector, g FROM generate_series(1, 200) g";

  @TempDir Path folder;

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
  void rows_that_were_updated_inserted_or_deleted_are_told_from_all_others() throws Exception {
    tables.execute(DOCS, ROWS);
    List<Mark> marks = marks("docs");
    tables.execute(
        "UPDATE docs SET price = 0 WHERE id = 'r1'",
        "DELETE FROM docs WHERE id = 'r2'",
        "INSERT INTO docs VALUES ('r2', '[9,9,9]', 9), ('new', '[1,1,1]', 1)",
        "UPDATE docs SET id = 'renamed' WHERE id = 'r3'",
        "DELETE FROM docs WHERE id = 'r4'",
        "SELECT * FROM docs WHERE id = 'r5' FOR UPDATE",
        "DO $$ BEGIN UPDATE docs SET price = -6 WHERE id = 'r6';"
            + " BEGIN UPDATE docs SET price = 1/0 WHERE id = 'r7';"
            + " EXCEPTION WHEN division_by_zero THEN"
            + " UPDATE docs SET price = -8 WHERE id = 'r8'; END; END $$");

    Told told = told("docs", marks);

    assertThat(told.changed).containsExactlyInAnyOrder("r1", "r2", "new", "renamed", "r6", "r8");
    assertThat(told.unchanged).hasSize(194).contains("r5", "r7").doesNotContain("r3", "r4");
  }

  @Test
  void freezing_rows_changes_none() throws Exception {
    tables.execute(DOCS, ROWS);
    List<Mark> marks = marks("docs");
    tables.execute("UPDATE docs SET price = 0 WHERE id IN ('r1', 'r100')");
    tables.execute("VACUUM (FREEZE, ANALYZE) docs");

    Told told = told("docs", marks);

    assertThat(told.changed).containsExactlyInAnyOrder("r1", "r100");
    assertThat(told.unchanged).hasSize(198);
  }

  @Test
  void rows_that_were_copied_back_are_read_again() throws Exception {
    tables.execute(DOCS, ROWS);
    List<Mark> marks = marks("docs");
    tables.execute(
        "CREATE TABLE kept AS SELECT * FROM docs",
        "DELETE FROM docs",
        "INSERT INTO docs SELECT * FROM kept");

    Told told = told("docs", marks);

    assertThat(told.changed).hasSize(200);
    assertThat(told.unchanged).isEmpty();
  }

  @Test
  void what_is_committed_after_the_next_capture_comes_in_the_one_after() throws Exception {
    tables.execute(DOCS, ROWS);
    List<Mark> marks = marks("docs");
    try (Connection first = server().connect();
        Connection second = server().connect()) {
      begin(first, "UPDATE " + table("docs") + " SET price = -1 WHERE id = 'r1'");
      tables.execute("UPDATE docs SET price = -2 WHERE id = 'r2'");
      begin(second, "INSERT INTO " + table("docs") + " VALUES ('late', '[1,2,3]', 1)");
      Told before = told("docs", marks);
      assertThat(before.changed).containsExactly("r2");

      first.commit();
      Told between = told("docs", before.marks);
      second.commit();
      Told after = told("docs", between.marks);

      assertThat(between.changed).contains("r1");
      assertThat(after.changed).contains("late");
      assertThat(told("docs", before.marks).changed).contains("r1", "late");
    }
    assertThat(told("docs", marks("docs")).changed).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "VACUUM FULL docs",
        "CLUSTER docs USING docs_pkey",
        "BEGIN; CREATE TEMP TABLE kept AS TABLE docs; TRUNCATE docs;"
            + " INSERT INTO docs TABLE kept; COMMIT",
        "ALTER TABLE docs ALTER price TYPE bigint",
        "ALTER TABLE docs ADD stars int DEFAULT 5",
        "ALTER TABLE docs DROP price; ALTER TABLE docs ADD price int DEFAULT 7",
        "ALTER TABLE docs RENAME price TO cost",
        "ALTER TABLE docs DROP price",
        "ALTER TABLE docs RENAME TO old; CREATE TABLE docs (LIKE old INCLUDING ALL);"
            + " INSERT INTO docs TABLE old",
        "ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'"
      })
  void a_table_that_was_rewritten_or_reads_differently_is_scanned(String change) throws Exception {
    tables.execute(
        "CREATE TYPE mood AS ENUM ('sad', 'glad')",
        DOCS.replace("price int", "price int, mood mood DEFAULT 'sad'"),
        ROWS.replace("INTO docs", "INTO docs (id, embedding, price)"));
    List<Mark> marks = marks("docs");
    assertThat(told("docs", marks).plain).isZero();
    tables.execute(change);

    Told told = told("docs", marks);

    assertThat(told.plain).isPositive();
    assertThat(told.changed).hasSize(200);
    assertThat(told("docs", told.marks).plain).as("plain ranges from the next mark on").isZero();
  }

  @Test
  void a_table_that_takes_the_place_of_another_is_scanned() throws Exception {
    tables.execute(DOCS, ROWS);
    tables.execute(DOCS.replace("docs", "fresh"), ROWS.replace("INTO docs", "INTO fresh"));
    tables.execute("UPDATE fresh SET price = -1");
    List<Mark> marks = marks("docs");
    engine.control().replace(tables.name("docs"), tables.name("fresh"), tables.name("docs_before"));

    Told told = told("docs", marks);

    assertThat(told.plain).isPositive();
    assertThat(told.changed).hasSize(200);
  }

  @Test
  void what_is_read_by_the_names_of_others_has_no_mark() throws Exception {
    tables.execute("CREATE TABLE docs (id text PRIMARY KEY, embedding vector(3), of regclass)");
    assertThat(marks("docs")).isEmpty();
    tables.execute("CREATE TYPE pair AS (a int, b int)");
    tables.execute("CREATE TABLE pairs (id text PRIMARY KEY, embedding vector(3), of pair[])");
    assertThat(marks("pairs")).isEmpty();
  }

  @Test
  void a_mark_of_another_history_is_not_compared_with() throws Exception {
    tables.execute(DOCS, ROWS);
    String mark = marks("docs").getFirst().text();
    assertThat(mark)
        .matches(
            "system=\\d+ timeline=[0-9A-F]{8} started=\\d+ database=\\d+ table=\\d+ file=\\d+"
                + " read=[0-9a-f]{32} xid=\\d+");
    List<String> others = new ArrayList<>();
    for (String name :
        List.of("system", "timeline", "started", "database", "table", "file", "read", "xid")) {
      others.add(mark.replaceAll(name + "=\\S+", name + "=1"));
    }
    long xid = Long.parseLong(mark.replaceAll(".*xid=", ""));
    others.add(mark.replaceAll("xid=.*", "xid=" + (xid + 1_000_000)));
    others.remove(mark.replaceAll("xid=.*", "xid=1"));
    assertThat(told("docs", mark(mark)).plain).isZero();
    assertThat(others).hasSize(8);
    for (String other : others) {
      assertThat(told("docs", mark(other)).plain).as(other).isPositive();
    }
  }

  @Test
  void every_type_of_column_comes_as_in_a_scan() throws Exception {
    tables.execute(
        "CREATE DOMAIN nonempty AS text NOT NULL CHECK (value <> '')",
        "CREATE TYPE mood AS ENUM ('sad', 'glad')",
        "CREATE TABLE types (a int, b uuid, embedding vector(3), half halfvec(2), bits bit(9),"
            + " s sparsevec(10), doc text, named nonempty, mood mood, moods mood[], n numeric,"
            + " c char(5), j jsonb, at timestamptz, range int4range, net inet, raw bytea,"
            + " made int GENERATED ALWAYS AS (a * 2) STORED, PRIMARY KEY (a, b))");
    String row =
        "SELECT g, gen_random_uuid(), '[1,2,3]', '[1,2]', B'101010101', '{1:2}/10', 'doc' || g,"
            + " 'x', 'sad', '{glad}', g / 7.0, 'ab', '{\"g\": 1}', now(), '[1,5)', '10.0.0.1',"
            + " '\\x00ff' FROM generate_series(";
    tables.execute("INSERT INTO types " + row + "1, 30) g");
    List<Mark> marks = marks("types");
    tables.execute(
        "UPDATE types SET doc = NULL WHERE a < 4", "INSERT INTO types " + row + "31, 33) g");

    Told told = told("types", marks);

    assertThat(told.plain).isZero();
    assertThat(told.changed).hasSize(6);
    assertThat(told.unchanged).hasSize(27);
  }

  /** Numbers of transactions are 32 bits in rows: which of them count as younger, by the server. */
  @Test
  void whole_rounds_of_transactions_make_rows_look_younger_at_most() throws Exception {
    SplittableRandom random = new SplittableRandom(1);
    List<String> questions = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      long until = 1000 + random.nextLong(5L << 32);
      long since = Math.max(3, until - random.nextLong(random.nextBoolean() ? 50 : 1L << 31));
      String changed = new TableMarks.Window(since, until).changed();
      List<Long> xids = new ArrayList<>(List.of(3L, since - 1, since, until - 1));
      xids.add(until - 1 - (1L << 32));
      xids.add(random.nextLong(until));
      xids.add(until - 1 - random.nextLong(Math.min(until - 1, 1L << 31)));
      xids.removeIf(xid -> xid < 3 || xid >= until || (xid & 0xffffffffL) < 3);
      for (long xid : xids) {
        // Of a row within the last round it is exact; of an older one it may be said in vain.
        String wanted =
            xid >= since ? "true" : xid >= until - (1L << 32) ? "false" : changed(changed, xid);
        questions.add(
            "('"
                + (since + " " + xid + " " + until)
                + "', "
                + changed(changed, xid)
                + ", "
                + wanted
                + ")");
      }
      questions.add("('frozen before 9.4', " + changed(changed, 2) + ", true)");
    }
    wrong.addAll(
        tables.query(
            "SELECT name FROM (VALUES "
                + String.join(", ", questions)
                + ") AS v(name, told, wanted) WHERE told <> wanted"));
    assertThat(questions).hasSizeGreaterThan(1500);
    assertThat(wrong).isEmpty();
  }

  private static String changed(String condition, long xid) {
    return "(" + condition.replace("xmin::text::bigint", (xid & 0xffffffffL) + "::bigint") + ")";
  }

  @Test
  void a_server_that_does_not_tell_its_history_is_scanned() throws Exception {
    String mark = UUID.randomUUID().toString().substring(0, 8);
    String database = "changes_" + mark;
    tables.execute("CREATE DATABASE " + database);
    tables.execute("CREATE ROLE " + database + " LOGIN PASSWORD 'limited'");
    Path password = Files.writeString(folder.resolve("password"), "limited");
    String place = server().url().replaceAll(".*@", "").replaceAll("/[^/]*$", "/" + database);
    try {
      EngineAddress owner =
          new EngineAddress(
              PgvectorEngine.NAME,
              URI.create(server().url().replaceAll("/[^/]*$", "/" + database)),
              server().credential(),
              Map.of());
      CollectionName docs = new CollectionName(List.of("public"), "docs");
      Session.with(
          ServerOptions.of(owner),
          "prepare",
          session -> {
            session.execute(
                "CREATE EXTENSION vector; SET search_path TO public; "
                    + DOCS
                    + "; INSERT INTO docs VALUES ('a', '[1,2,3]', 1); GRANT ALL ON docs TO "
                    + database
                    + "; REVOKE EXECUTE ON FUNCTION pg_control_system() FROM public");
            return true;
          });
      EngineAddress limited =
          new EngineAddress(
              PgvectorEngine.NAME,
              URI.create("postgresql://" + database + "@" + place),
              new SecretReference("file:" + password),
              Map.of());
      try (Engine other = new PgvectorEngine(limited, InstantSource.system())) {
        CollectionSchema schema = other.control().schema(docs);
        SeenRecords seen = new SeenRecords();
        try (Capture capture =
            other.changes().begin(List.of(schema), List.of(), TestingTables.NO_NOTES)) {
          assertThat(capture.token().marks()).isEmpty();
          CaptureToken.Range range = capture.token().ranges().getFirst();
          assertThat(range.changes()).isFalse();
          other
              .records()
              .read(
                  capture.token(),
                  range,
                  "",
                  TestingTables.NO_NOTES,
                  (batch, _) -> seen.add(batch));
        }
        assertThat(seen.size()).isEqualTo(1);
      }
    } finally {
      tables.execute("DROP DATABASE " + database + " WITH (FORCE)");
      tables.execute("DROP ROLE " + database);
    }
  }

  /** What a capture told of a table. */
  private static final class Told {
    final Set<String> changed = new TreeSet<>();
    final Set<String> unchanged = new TreeSet<>();
    final SeenRecords records = new SeenRecords();
    List<Mark> marks = List.of();
    int plain;
  }

  /** Reads what changed, and asserts that it is what a scan of the same snapshot reads. */
  private Told told(String name, List<Mark> since) throws Exception {
    Told told = new Told();
    SeenRecords whole = new SeenRecords();
    CollectionSchema schema = engine.control().schema(tables.name(name));
    try (Capture capture = engine.changes().begin(List.of(schema), since, TestingTables.NO_NOTES)) {
      CaptureToken token = capture.token();
      told.marks = token.marks();
      for (CaptureToken.Range range : token.ranges()) {
        engine
            .records()
            .read(
                token,
                range,
                "",
                TestingTables.NO_NOTES,
                (batch, _) -> {
                  whole.add(batch);
                  if (!range.changes()) {
                    told.records.add(batch);
                    for (int i = 0; i < batch.size(); i++) {
                      told.changed.add(RecordId.print(batch.ids().get(i)));
                    }
                  }
                });
        if (!range.changes()) {
          told.plain++;
          continue;
        }
        engine
            .changes()
            .read(
                token,
                range,
                "",
                TestingTables.NO_NOTES,
                (batch, same, _) -> {
                  told.records.add(batch);
                  for (int i = 0; i < batch.size(); i++) {
                    assertThat(told.changed.add(RecordId.print(batch.ids().get(i)))).isTrue();
                  }
                  for (int i = 0; i < same.size(); i++) {
                    assertThat(told.unchanged.add(RecordId.print(same.get(i)))).isTrue();
                  }
                });
      }
    }
    assertThat(told.changed.size() + told.unchanged.size()).isEqualTo(whole.size());
    told.records.requireSameContent(whole);
    return told;
  }

  private List<Mark> marks(String name) throws Exception {
    CollectionSchema schema = engine.control().schema(tables.name(name));
    try (Capture capture = engine.records().begin(List.of(schema), TestingTables.NO_NOTES)) {
      return capture.token().marks();
    }
  }

  private List<Mark> mark(String text) {
    return List.of(new Mark(tables.name("docs"), text));
  }

  private String table(String name) {
    return tables.name(name).scope().getFirst() + "." + name;
  }

  private static void begin(Connection connection, String sql) throws Exception {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SAVEPOINT behind");
      statement.execute(sql);
    }
  }
}
