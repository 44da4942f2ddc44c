package drillbook.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.backup.BackupKind;
import drillbook.capture.EngineRun;
import drillbook.engine.LiveEngines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every pair of engines: from each one's backup into each, compared, and back. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EngineMatrixIT {
  private final Map<String, Map<String, Set<FidelityPoint>>> lost = new LinkedHashMap<>();

  static List<String> engines() {
    return LiveEngines.all();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_backup_of_this_engine_comes_back_in_every_engine(String engine, @TempDir Path folder)
      throws Exception {
    Map<String, Set<FidelityPoint>> row = new LinkedHashMap<>();
    try (EngineRun from = EngineRun.of(engine, "source", folder.resolve("source"))) {
      MatrixSample sample = MatrixSample.in(from);
      from.backup(BackupKind.FULL);
      List<String> targets = new ArrayList<>(LiveEngines.all());
      // Last, and after the source was lost: then everything has its own name again.
      targets.remove(engine);
      targets.add(engine);
      for (String target : targets) {
        if (target.equals(engine)) {
          sample.lose();
        }
        try (EngineRun into = EngineRun.of(target, "restored", folder.resolve("into-" + target))) {
          row.put(target, new MatrixPair(sample, into).lost());
        } catch (AssertionError | Exception e) {
          throw new AssertionError("from " + engine + " into " + target + ": " + e.getMessage(), e);
        }
      }
    }
    lost.put(engine, row);
    assertThat(row.get(engine)).as("lost on the way into the same engine").isEmpty();
  }

  /** Writes what was found, and compares it with what the README says. */
  @AfterAll
  void the_documents_carry_the_matrix() throws Exception {
    if (lost.size() < LiveEngines.all().size()) {
      return;
    }
    Path folder = Files.createDirectories(Path.of("target"));
    String table = MatrixTable.of(lost);
    String details = MatrixTable.details(lost);
    Files.writeString(folder.resolve("engine-matrix.md"), table);
    Files.writeString(folder.resolve("engine-matrix-details.md"), details);
    requireIn(Path.of("..", "README.md"), table);
    requireIn(Path.of("..", "docs", "matrix.md"), details);
  }

  private static void requireIn(Path document, String table) throws Exception {
    assertThat(Files.readString(document).contains(table))
        .as(document + " has not the table that this run made: see target/engine-matrix*.md")
        .isTrue();
  }
}
