package drillbook.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The packaged program as a process of its own, as people run it; killed when closed. */
final class TestingProgram implements AutoCloseable {
  private static final Path JAR = Path.of("target/drillbook-exec.jar").toAbsolutePath();
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Process process;
  private final Path out;
  private final Path err;

  private TestingProgram(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /**
   * Starts a command line.
   *
   * @param home what {@code DRILLBOOK_HOME} names; output goes to files in it
   */
  static TestingProgram start(Path home, String... arguments) throws IOException {
    assertThat(JAR).as("built by the package phase").exists();
    Files.createDirectories(home);
    Path out = Files.createTempFile(home, "out-", ".txt");
    Path err = Files.createTempFile(home, "err-", ".txt");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Duser.home=" + home,
                "-jar",
                JAR.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("DRILLBOOK_HOME", home.toString());
    return new TestingProgram(builder.start(), out, err);
  }

  /** Starts a worker; returns once it polls. */
  static TestingProgram worker(Path home, String temporal, String taskQueue) throws Exception {
    TestingProgram worker =
        start(home, "worker", "--temporal", temporal, "--task-queue", taskQueue);
    worker.awaitOrEnd(() -> worker.err().contains("worker ready: task queue '" + taskQueue + "'"));
    return worker;
  }

  /** Waits until something is so, looking every few milliseconds. */
  void awaitOrEnd(BooleanSupplier so) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!so.getAsBoolean()) {
      assertThat(process.isAlive()).as("still runs; it said: %s", err()).isTrue();
      assertThat(System.nanoTime()).as("in time; it said: %s", err()).isLessThan(deadline);
      Thread.sleep(5);
    }
  }

  /** Ends it as a crash does: nothing of it runs any more. */
  void kill() throws InterruptedException {
    assertThat(process.isAlive()).as("alive until it is killed").isTrue();
    process.destroyForcibly();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
  }

  /** Tells whether it still runs. */
  boolean isAlive() {
    return process.isAlive();
  }

  /** Asks it to end, by SIGTERM. */
  void terminate() {
    process.destroy();
  }

  /** Waits until it has ended; returns its exit code. */
  int exitCode(Duration within) throws InterruptedException {
    assertThat(process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS))
        .as("ended within %s; it said: %s", within, err())
        .isTrue();
    return process.exitValue();
  }

  String out() {
    return text(out);
  }

  String err() {
    return text(err);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new AssertionError(file.toString(), e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
