package drillbook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.MemoryEngine;
import drillbook.failure.DrillbookException;
import drillbook.record.ElementType;
import drillbook.record.RecordLayout;
import drillbook.record.VectorField;
import drillbook.setting.Home;
import drillbook.temporal.TestingParts;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A command line on targets in memory, and what it printed. */
abstract class CommandLineSession {
  static final Instant NOW = Instant.parse("2026-11-21T03:00:00Z");

  final TestingParts parts = new TestingParts();
  final StringWriter out = new StringWriter();
  final StringWriter err = new StringWriter();

  @TempDir Path folder;
  Home home = new Home(Path.of("/nowhere"));

  @BeforeEach
  void home() {
    home = new Home(folder.resolve("home"));
  }

  void connected() {
    assertThat(connect("docs")).isZero();
    out.getBuffer().setLength(0);
  }

  int connect(String name) {
    return run(
        "connect",
        name,
        "--engine",
        "memory",
        "--url",
        "http://up:1",
        "--store",
        "/backups",
        "--credential",
        "env:TOKEN");
  }

  int run(String... arguments) {
    if (arguments.length > 0 && List.of(arguments).contains("--json")) {
      out.getBuffer().setLength(0);
    }
    return DrillbookMain.commandLine(installation()).execute(arguments);
  }

  Installation installation() {
    return new Installation(
        home, folder, parts, () -> NOW, new PrintWriter(out), new PrintWriter(err));
  }

  void holdCollection(String name) {
    try {
      MemoryEngine.rich(parts.server)
          .create(
              new CollectionSchema(
                  new CollectionName(List.of("main"), name),
                  new RecordLayout(
                      List.of(new VectorField("", ElementType.F32, 4, false)), List.of()),
                  "text",
                  List.of(),
                  List.of(""),
                  List.of(),
                  Map.of()));
    } catch (DrillbookException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
