package drillbook.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.store.ArtifactStore.Listed;
import drillbook.store.MemoryArtifactStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup is readable without the product: by a short Python program, written from the docs. */
class PythonReaderIT {
  private static final Path READER = Path.of("../docs/reader").toAbsolutePath().normalize();
  private static final Path VENV = Path.of("target/reader-venv").toAbsolutePath().normalize();
  private static final Path PYTHON = VENV.resolve("bin/python");

  private final MemoryArtifactStore store = new MemoryArtifactStore();

  @TempDir private Path folder = Path.of("");

  @BeforeAll
  static void installPackages() throws Exception {
    if (!Files.exists(PYTHON)) {
      run("python3", "-m", "venv", VENV.toString());
    }
    Result installed =
        run(
            PYTHON.toString(),
            "-m",
            "pip",
            "install",
            "--quiet",
            "-r",
            READER.resolve("requirements.txt").toString());
    assertThat(installed.exitCode()).as(installed.output()).isZero();
  }

  @BeforeEach
  void writeBackups() throws Exception {
    new TestingBackup(store, SigningKey.loadOrCreate(folder.resolve("key"))).write();
    for (Listed listed : store.list("", "", Integer.MAX_VALUE)) {
      restore(listed.key());
    }
  }

  @Test
  void the_reader_is_short() throws Exception {
    assertThat(Files.readAllLines(READER.resolve("drillbook_reader.py")).size()).isLessThan(201);
  }

  @Test
  void proves_and_prints_a_full_backup_and_an_incremental_one() throws Exception {
    Result full = read(TestingBackup.FULL, "key");
    assertThat(full.exitCode()).as(full.output()).isZero();
    assertThat(full.output()).contains("\"records\": 293, \"verdict\": \"passed\"");
    assertThat(full.lines()).hasSize(294);

    Result incremental = read(TestingBackup.INCREMENTAL, "key");
    assertThat(incremental.exitCode()).as(incremental.output()).isZero();
    assertThat(incremental.lines()).hasSize(291);
    long common = incremental.lines().stream().filter(full.lines()::contains).count();
    assertThat(common).isEqualTo(293 - 3 - (30 + 1 + 66));
  }

  @Test
  void a_flipped_byte_in_any_artifact_is_found() throws Exception {
    Map<String, Integer> places = new TreeMap<>();
    Random random = new Random(1);
    for (Listed listed : store.list("", "", Integer.MAX_VALUE)) {
      places.put(listed.key(), random.nextInt((int) listed.bytes()));
    }
    String ownManifest = "docs/backups/" + TestingBackup.FULL + "/manifest.json";
    String ownCatalog = "docs/backups/" + TestingBackup.FULL + "/catalog.json";
    // The parent's manifest and catalog are not needed to read the incremental backup.
    places.keySet().removeAll(List.of(ownManifest, ownCatalog));
    assertThat(places).hasSizeGreaterThan(20);
    for (Map.Entry<String, Integer> place : places.entrySet()) {
      byte[] bytes = store.bytes(place.getKey());
      bytes[place.getValue()] ^= 0x10;
      Files.write(folder.resolve(place.getKey()), bytes);
      Result result = read(TestingBackup.INCREMENTAL, "key");
      assertThat(result.exitCode()).as(place.toString()).isEqualTo(1);
      assertThat(result.output()).contains("\"verdict\": \"failed\"");
      restore(place.getKey());
    }
  }

  @Test
  void another_key_and_another_backup_are_refused() throws Exception {
    SigningKey.loadOrCreate(folder.resolve("other"));
    Result other = read(TestingBackup.FULL, "other");
    assertThat(other.exitCode()).isEqualTo(1);
    assertThat(other.output()).contains("signed by another key");

    Path manifest = folder.resolve("docs/backups/" + TestingBackup.FULL + "/manifest.json");
    Files.write(
        manifest, store.bytes("docs/backups/" + TestingBackup.INCREMENTAL + "/manifest.json"));
    assertThat(read(TestingBackup.FULL, "key").output()).contains("another backup");
  }

  private void restore(String key) throws IOException {
    Path file = folder.resolve(key);
    Files.createDirectories(file.getParent());
    Files.write(file, store.bytes(key));
  }

  private Result read(String backup, String key) throws Exception {
    return run(
        PYTHON.toString(),
        READER.resolve("drillbook_reader.py").toString(),
        folder.toString(),
        TestingBackup.TARGET,
        backup,
        folder.resolve(key).resolve("signing.pub.pem").toString());
  }

  private static Result run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), output);
  }

  private record Result(int exitCode, String output) {
    List<String> lines() {
      return output.lines().collect(Collectors.toList());
    }
  }
}
