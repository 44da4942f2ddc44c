package drillbook.engine.pgvector;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.engine.Engine;
import drillbook.engine.EngineAddress;
import drillbook.engine.Requirement;
import drillbook.engine.Requirement.Standing;
import drillbook.engine.pgvector.session.ServerOptions;
import drillbook.engine.pgvector.session.Session;
import drillbook.localserver.LocalPostgres;
import drillbook.localserver.RealServers;
import drillbook.secret.SecretReference;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a PostgreSQL is asked before a backup rests on it. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
final class PgvectorRequirementsIT {
  private static final LocalPostgres SERVER = RealServers.postgres(LocalPostgres.Version.PG18);

  @TempDir Path folder;

  @Test
  void an_owner_lacks_nothing_but_what_the_server_does_not_tell() throws Exception {
    try (TestingTables tables = new TestingTables(SERVER);
        Engine engine = PgvectorContract.open(SERVER, Map.of())) {
      tables.execute("CREATE TABLE docs (id int PRIMARY KEY, v vector(2))");
      Map<String, Requirement> asked = asked(engine);
      assertThat(asked.values()).extracting(Requirement::standing).doesNotContain(Standing.MISSING);
      assertThat(asked.get("pgvector")).isEqualTo(Requirement.met("pgvector", "0.8.5"));
      assertThat(one(asked, "free space").standing()).isEqualTo(Standing.UNKNOWN);
      assertThat(asked.keySet())
          .contains(
              "PostgreSQL", "read all tables", "all rows", "drills and restores", "connections");
    }
  }

  @Test
  void a_reader_is_told_what_it_may_not_and_which_rows_it_would_not_see() throws Exception {
    try (TestingTables tables = new TestingTables(SERVER)) {
      String schema = tables.name("x").scope().getFirst();
      String role = "role_" + schema;
      tables.execute(
          "CREATE TABLE open (id int PRIMARY KEY, v vector(1))",
          "CREATE TABLE closed (id int PRIMARY KEY, v halfvec(1))",
          "CREATE TABLE guarded (id int PRIMARY KEY, v vector(1))",
          "ALTER TABLE guarded ENABLE ROW LEVEL SECURITY",
          "CREATE POLICY first_only ON guarded USING (id = 1)",
          "CREATE MATERIALIZED VIEW derived AS SELECT * FROM open",
          "CREATE ROLE " + role + " LOGIN PASSWORD 'reader' CONNECTION LIMIT 3",
          "GRANT USAGE ON SCHEMA " + schema + " TO " + role,
          "GRANT SELECT ON open, guarded TO " + role);
      Path secret = Files.writeString(folder.resolve("secret"), "reader");
      try (Engine reader =
          new PgvectorEngine(
              new EngineAddress(
                  "pgvector",
                  URI.create(SERVER.url().replace("drillbook@", role + "@")),
                  new SecretReference("file:" + secret),
                  Map.of("schemas", "elsewhere")),
              InstantSource.system())) {
        Map<String, Requirement> asked = asked(reader);
        assertMissing(asked, "read all tables", schema + "/closed");
        assertThat(one(asked, "read all tables").found()).doesNotContain(schema + "/open");
        assertMissing(asked, "all rows", schema + "/guarded");
        assertThat(one(asked, "all rows").advice()).contains("BYPASSRLS");
        assertMissing(asked, "drills and restores", schema);
        assertMissing(asked, "restore in place", schema + "/open");
        assertMissing(asked, "connections", "the role may have 3");
        assertMissing(asked, "schemas covered", schema);
        assertMissing(asked, "tables only", schema + "/derived");
      } finally {
        tables.execute("DROP OWNED BY " + role, "DROP ROLE " + role);
      }
    }
  }

  @Test
  void timeouts_of_a_role_do_not_end_a_capture() throws Exception {
    try (TestingTables tables = new TestingTables(SERVER)) {
      String role = "hurried_" + tables.name("x").scope().getFirst();
      tables.execute(
          "CREATE ROLE " + role + " LOGIN PASSWORD 'hurried'",
          "ALTER ROLE " + role + " SET transaction_timeout TO '300ms'",
          "ALTER ROLE " + role + " SET idle_session_timeout TO '300ms'",
          "ALTER ROLE " + role + " SET idle_in_transaction_session_timeout TO '300ms'");
      Path secret = Files.writeString(folder.resolve("hurried"), "hurried");
      EngineAddress address =
          new EngineAddress(
              "pgvector",
              URI.create(SERVER.url().replace("drillbook@", role + "@")),
              new SecretReference("file:" + secret),
              Map.of());
      try {
        assertThat(
                Session.<String>with(
                    ServerOptions.of(address),
                    "could not wait",
                    session -> session.queryOne("SELECT pg_sleep(1)::text", row -> "done")))
            .isEqualTo("done");
      } finally {
        tables.execute("DROP ROLE " + role);
      }
    }
  }

  @Test
  void an_extension_with_known_damage_is_missing_its_repair() throws Exception {
    LocalPostgres old = RealServers.postgres(LocalPostgres.Version.OLD);
    try (TestingTables tables = new TestingTables(old);
        Engine engine = PgvectorContract.open(old, Map.of())) {
      tables.execute("CREATE TABLE docs (id int PRIMARY KEY, v vector(2))");
      Requirement pgvector = one(asked(engine), "pgvector");
      assertThat(pgvector.standing()).isEqualTo(Standing.MISSING);
      assertThat(pgvector.advice()).contains("ALTER EXTENSION vector UPDATE");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0.6.2, false",
    "0.7.4, false",
    "0.8.0, false",
    "0.8.3, false",
    "0.8.4, true",
    "0.8.10, true",
    "0.9, true",
    "0.8, false",
    "1.0.0, true"
  })
  void the_gate_is_the_version_with_all_repairs_of_hnsw(String version, boolean fixed) {
    assertThat(PgvectorRequirements.fixed(version)).isEqualTo(fixed);
  }

  private static void assertMissing(Map<String, Requirement> asked, String subject, String words) {
    Requirement requirement = one(asked, subject);
    assertThat(requirement.standing()).as(subject).isEqualTo(Standing.MISSING);
    assertThat(requirement.found()).contains(words);
  }

  private static Map<String, Requirement> asked(Engine engine) throws Exception {
    List<Requirement> requirements = engine.control().requirements();
    return requirements.stream()
        .collect(Collectors.toMap(Requirement::subject, Function.identity()));
  }

  private static Requirement one(Map<String, Requirement> asked, String subject) {
    Requirement found = asked.get(subject);
    if (found == null) {
      throw new AssertionError("nothing was said of '" + subject + "': " + asked.keySet());
    }
    return found;
  }
}
