package drillbook.intake;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.engine.Engine;
import drillbook.engine.EngineAddress;
import drillbook.engine.Engines;
import drillbook.engine.LiveEngines;
import drillbook.localserver.LocalPostgres;
import drillbook.localserver.RealServers;
import drillbook.store.LocalStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that others wrote into tables that somebody made with SQL. */
class MergeIT {
  private static final String TABLE = "merge_it";

  private final LocalPostgres server = RealServers.postgres(LocalPostgres.Version.PG18);

  @TempDir private Path folder = Path.of("");

  @Test
  void numbers_of_a_table_go_on_after_the_largest_that_was_merged() throws Exception {
    query("DROP TABLE IF EXISTS " + TABLE);
    query("CREATE TABLE " + TABLE + " (id bigserial PRIMARY KEY, embedding vector(2))");
    query("INSERT INTO " + TABLE + " (embedding) VALUES ('[1,1]')");
    query("CREATE INDEX own ON " + TABLE + " USING hnsw (embedding vector_l2_ops)");
    merge("{\"id\":\"7\",\"values\":[1,2]}\n{\"id\":9,\"values\":[3,4]}\n");
    query("INSERT INTO " + TABLE + " (embedding) VALUES ('[5,6]')");
    assertThat(query("SELECT id FROM " + TABLE + " ORDER BY id"))
        .containsExactly("1", "7", "9", "10");
    assertThat(query("SELECT indexname FROM pg_indexes WHERE tablename = '" + TABLE + "'"))
        .containsExactlyInAnyOrder(TABLE + "_pkey", "own");
    query("DROP TABLE " + TABLE);
  }

  private void merge(String lines) throws Exception {
    Files.write(folder.resolve("part.jsonl.gz"), TestingIntake.compressed(lines));
    EngineAddress address = LiveEngines.start("pgvector", Map.of());
    ImportRequest request = new ImportRequest("here", folder.toString(), TABLE, "", false);
    try (Engine engine = Engines.open(address, InstantSource.system());
        LocalStore store = new LocalStore(folder)) {
      Intake intake = new Intake(store, request, folder.resolve("scratch"));
      assertThat(TestingIntake.run(intake, request, engine).created()).isFalse();
    }
  }

  private List<String> query(String sql) throws Exception {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      List<String> values = new ArrayList<>();
      if (statement.execute(sql)) {
        try (ResultSet rows = statement.getResultSet()) {
          while (rows.next()) {
            values.add(rows.getString(1));
          }
        }
      }
      return values;
    }
  }
}
