package drillbook.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import drillbook.check.Verdict;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.MemoryEngine;
import drillbook.engine.RecordWriter;
import drillbook.journal.JournalRecord;
import drillbook.record.ElementType;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.VectorField;
import drillbook.runbook.Objectives;
import drillbook.runbook.Retention;
import drillbook.runbook.Runbook;
import drillbook.setting.Home;
import drillbook.temporal.TestingParts;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AdviseCommandTest {
  private final TestingParts parts = new TestingParts();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private List<Runbook> runbooks = List.of();

  @TempDir Path folder;

  @Test
  void the_worked_example_needs_no_target() throws Exception {
    assertThat(run("advise", "--records", "12000000", "--dimension", "1024", "--rto", "5h"))
        .isZero();
    assertThat(out.toString())
        .contains("advice: rebuild from the source")
        .contains("embedding everything again takes 4.5 h and costs $14")
        .contains("5.0 h, of which embedding 4.5 h")
        .contains("by size 60.0 min to 2.0 h")
        .contains("assumed: one A10G with bge-large-en-v1.5");
    assertThat(
            run("advise", "--records", "12000000", "--dimension", "1024", "--rto", "5h", "--json"))
        .isZero();
    JsonNode json = json();
    assertThat(json.get("recommendation").asText()).isEqualTo("REBUILD");
    assertThat(json.get("rebuild").get("embeddingSeconds").asLong()).isEqualTo(16_200);
    assertThat(json.get("rebuild").get("dollars").asDouble()).isCloseTo(14, within(0.01));
    assertThat(json.get("backup").get("expectedMostSeconds").asLong()).isEqualTo(7200);
  }

  @Test
  void storage_of_a_hundred_gigabytes_is_told_by_class() throws Exception {
    assertThat(
            run(
                "advise",
                "--records",
                "50000000",
                "--bytes-per-record",
                "2000",
                "--rpo",
                "1h",
                "--json"))
        .isZero();
    JsonNode storage = json().get("backup").get("storage");
    assertThat(storage.get("indexBytes").asDouble()).isEqualTo(100e9);
    double all =
        storage.get("standardBytes").asDouble() + storage.get("infrequentBytes").asDouble();
    assertThat(all).isBetween(400e9, 500e9);
    assertThat(json().get("recommendation").asText()).isEqualTo("BACK_UP");
  }

  @Test
  void a_target_is_counted_its_runbook_and_journal_are_asked_and_each_figure_says_so()
      throws Exception {
    hold(40);
    runbooks =
        List.of(
            new Runbook(
                "nightly",
                "docs",
                null,
                new Objectives(Duration.ofMinutes(30), Duration.ofHours(1)),
                List.of(),
                null,
                new Retention(Duration.ofDays(10), 0, 0, 0, 0, 0),
                null,
                null));
    parts.journal =
        List.of(
            entry("drill", 300, Map.of("fingerprint", "a")),
            entry("drill", 9999, Map.of("fingerprint", "another")),
            entry("drill", 100, Map.of("fingerprint", "a")),
            entry("backup", 1, Map.of("asOf", "2026-11-20T00:00:00Z", "addedBytes", "1000")),
            entry("backup", 1, Map.of("asOf", "2026-11-18T00:00:00Z", "addedBytes", "777777")));
    assertThat(run("advise", "docs")).isZero();
    assertThat(out.toString())
        .contains("advice: back up")
        .contains("the recovery point objective of 30.0 min is small")
        .containsPattern("records +40 +counted by the engine")
        .containsPattern("recovery time +3.3 min +measured: median of 2 drills in the journal")
        .containsPattern("rto +60.0 min +runbook nightly")
        .containsPattern("retention +all for 10 days +runbook nightly")
        .containsPattern("daily change +1\\.0 % +measured: 1 backup in the journal");
  }

  @Test
  void an_engine_that_is_down_is_told_and_options_stand_in_for_it() throws Exception {
    assertThat(
            run(
                "connect",
                "docs",
                "--engine",
                "memory",
                "--url",
                "http://down:1",
                "--store",
                "/b",
                "--offline"))
        .isZero();
    assertThat(run("advise", "docs")).isEqualTo(2);
    assertThat(err.toString()).contains("records are not known", "--records N");
    assertThat(run("advise", "docs", "--records", "1000", "--dimension", "8")).isZero();
    assertThat(out.toString()).containsPattern("records +1,000 +given");
  }

  @Test
  void what_belongs_together_is_asked_for_together() {
    assertThat(run("advise", "--records", "10")).isEqualTo(2);
    assertThat(err.toString()).contains("the size of records is not known");
    assertThat(run("advise", "--records", "10", "--dimension", "8", "--price-per-1k-tokens", "0.1"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("--tokens-per-record N");
    assertThat(run("advise", "--records", "10", "--dimension", "8", "--rto", "soon")).isEqualTo(2);
  }

  private void hold(int count) throws Exception {
    CollectionSchema schema =
        new CollectionSchema(
            new CollectionName(List.of("main"), "docs"),
            RecordLayout.dense(new VectorField("", ElementType.F32, 12, false)),
            "integer",
            List.of(),
            List.of(""),
            List.of(),
            Map.of());
    MemoryEngine engine = MemoryEngine.rich(parts.server);
    engine.control().create(schema);
    RecordBatch batch = new RecordBatch(schema.layout());
    for (int i = 0; i < count; i++) {
      batch.ids().add(RecordId.of((long) i));
      batch.vectors().getFirst().add(new float[12], 0, 12);
      batch.endRecord();
    }
    try (RecordWriter writer = engine.records().writer(schema, "")) {
      writer.write(batch);
    }
    assertThat(
            run("connect", "docs", "--engine", "memory", "--url", "http://up:1", "--store", "/b"))
        .isZero();
  }

  private static JournalRecord entry(String kind, double seconds, Map<String, String> figures) {
    return new JournalRecord(
        "docs", kind, kind + seconds + figures, "b", Verdict.PASSED, seconds, figures);
  }

  private JsonNode json() throws Exception {
    return new ObjectMapper().readTree(out.toString());
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    Installation installation =
        new Installation(
            new Home(folder.resolve("home")),
            folder,
            parts,
            () -> Instant.parse("2026-11-21T03:00:00Z"),
            new PrintWriter(out),
            new PrintWriter(err));
    return DrillbookMain.commandLine(
            installation, new RunbookSource(() -> runbooks, folder.resolve("runbooks")))
        .execute(arguments);
  }
}
