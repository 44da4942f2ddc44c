package drillbook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.EngineAddress;
import drillbook.engine.Engines;
import drillbook.engine.RecordWriter;
import drillbook.engine.SampleRecords;
import drillbook.engine.VectorIndex;
import drillbook.localserver.RealServers;
import drillbook.record.ElementType;
import drillbook.record.RecordLayout;
import drillbook.record.VectorField;
import drillbook.setting.Home;
import drillbook.temporal.WorkerParts;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Export, its status and import as they are typed, on a real Chroma and Temporal in this process.
 */
class ExportIT {
  private static final RecordLayout LAYOUT =
      RecordLayout.dense(new VectorField("", ElementType.F32, 8, false));

  @TempDir private Path folder = Path.of("");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void a_backup_and_a_live_target_come_out_and_go_in_again() throws Exception {
    String url = RealServers.chroma().url();
    try (Engine engine = Engines.open(EngineAddress.of("chroma", url), InstantSource.system())) {
      CollectionName name = new CollectionName(engine.profile().defaultScope(), "exported");
      CollectionName copy = name.named("imported");
      engine.control().drop(name);
      engine.control().drop(copy);
      fill(engine, name);
      run(
          "connect",
          "docs",
          "--engine",
          "chroma",
          "--url",
          url,
          "--collections",
          "exported",
          "--store",
          folder.resolve("store").toString());
      run("backup", "docs");
      JsonNode backup = run("export", "docs", "--format", "arrow");
      assertThat(backup.path("status").asText()).isEqualTo("COMPLETED");
      assertThat(backup.path("backupId").asText()).isNotEmpty();
      JsonNode status = run("export", "status", backup.path("id").asText());
      assertThat(status.path("status").asText()).isEqualTo("COMPLETED");
      assertThat(status.path("records").asLong()).isEqualTo(200);

      String place = folder.resolve("exports").toString();
      JsonNode live = run("export", "docs", "--live", "--format", "parquet", "--to", place);
      assertThat(live.path("records").asLong()).isEqualTo(200);
      String from = place + "/" + live.path("exported").get(0).path("folder").asText();
      JsonNode first = run("import", "docs", "--from", from, "--collection", "imported");
      assertThat(first.path("created").asBoolean()).isTrue();
      JsonNode again = run("import", "docs", "--from", from, "--collection", "imported");
      assertThat(again.path("created").asBoolean()).isFalse();
      assertThat(engine.control().count(copy, "")).isEqualTo(200);

      assertThat(
              execute(
                  "export",
                  "status",
                  live.path("id").asText(),
                  "--to",
                  place,
                  "--links",
                  "1h",
                  "--json"))
          .isEqualTo(2);
      assertThat(err.toString()).contains("is a folder: there are no links to it");
      assertThat(
              execute("import", "docs", "--from", folder.resolve("nothing").toString(), "--json"))
          .isEqualTo(2);
      engine.control().drop(name);
      engine.control().drop(copy);
    }
  }

  private static void fill(Engine engine, CollectionName name) throws Exception {
    engine
        .control()
        .create(
            new CollectionSchema(
                name,
                LAYOUT,
                "text",
                List.of(new VectorIndex("", "hnsw", VectorIndex.Metric.COSINE, Map.of())),
                List.of(""),
                List.of(),
                Map.of()));
    CollectionSchema schema = engine.control().schema(name);
    try (RecordWriter writer = engine.records().writer(schema, "")) {
      writer.write(SampleRecords.records(LAYOUT, 0, 200, i -> SampleRecords.id("text", i)));
    }
  }

  private JsonNode run(String... arguments) throws Exception {
    String[] asked = Arrays.copyOf(arguments, arguments.length + 1);
    asked[arguments.length] = "--json";
    assertThat(execute(asked)).as("%s", err).isZero();
    return new ObjectMapper().readTree(out.toString());
  }

  private int execute(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    InstantSource clock = InstantSource.system();
    return DrillbookMain.commandLine(
            new Installation(
                new Home(folder.resolve("home")),
                folder,
                new WorkerParts(clock),
                clock,
                new PrintWriter(out, true),
                new PrintWriter(err, true)))
        .execute(arguments);
  }
}
