package drillbook.target;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.engine.Engines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TargetExamplesTest {
  private static final Path FOLDER = Path.of("..", "runbooks", "targets");

  @Test
  void every_example_is_a_target_whose_engine_knows_its_options() throws Exception {
    List<Path> examples;
    try (Stream<Path> files = Files.list(FOLDER)) {
      examples = files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
    assertThat(examples).hasSizeGreaterThanOrEqualTo(2);
    for (Path example : examples) {
      Target target = TargetFile.read(example);
      assertThat(example.getFileName().toString()).startsWith(target.address().engine());
      if (target.provisioner() instanceof Provisioner.Existing) {
        Engines.open(target.address(), InstantSource.system()).close();
      }
    }
  }
}
