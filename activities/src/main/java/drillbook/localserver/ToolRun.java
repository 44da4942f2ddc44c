package drillbook.localserver;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One run of a command that ends by itself, its output in a file.
 *
 * @param kind who has to act when it fails
 * @param purpose what fails when the command does, as in "Chroma 1.5.9 could not be installed"
 * @param directory where it runs
 * @param environment added to ours; an empty value removes the variable
 * @param output receives what the command prints, appended
 * @param hint what a person should do when it fails
 */
record ToolRun(
    FailureKind kind,
    String purpose,
    List<String> command,
    Path directory,
    Map<String, String> environment,
    Path output,
    Duration timeout,
    String hint) {
  private static final long PROGRESS_SECONDS = 20;

  /**
   * Runs the command and waits for its end.
   *
   * @param progress receives a line now and then while it runs
   * @throws DrillbookException CONFIGURATION when the command is not there, or the given kind with
   *     its last lines when it fails or takes too long
   */
  void run(Consumer<String> progress) throws DrillbookException, InterruptedException {
    long from = LogTail.length(output);
    Process process = start();
    // Orphaned, an installer would go on writing where the next one begins.
    Thread stopAtExit = Thread.ofPlatform().unstarted(() -> stop(process));
    try {
      Runtime.getRuntime().addShutdownHook(stopAtExit);
      long waited = 0;
      while (!process.waitFor(PROGRESS_SECONDS, TimeUnit.SECONDS)) {
        waited += PROGRESS_SECONDS;
        if (waited >= timeout.toSeconds()) {
          throw failure("no end after " + waited + " s", from);
        }
        progress.accept(command.getFirst() + " is still at work after " + waited + " s");
      }
      if (process.exitValue() != 0) {
        throw failure("exit code " + process.exitValue(), from);
      }
    } finally {
      stop(process);
      remove(stopAtExit);
    }
  }

  /** A compiler or a pip has children of its own, which outlive it when it is killed. */
  private static void stop(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private static void remove(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is exiting and runs it.
      return;
    }
  }

  private Process start() throws DrillbookException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    environment.forEach((name, value) -> {
      if (value.isEmpty()) {
        builder.environment().remove(name);
      } else {
        builder.environment().put(name, value);
      }
    });
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      return process;
    } catch (IOException e) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION, purpose + ": " + e.getMessage(), hint, e);
    }
  }

  private DrillbookException failure(String how, long from) {
    return new DrillbookException(
        kind, purpose + ": " + how + "; its last lines:\n" + LogTail.lastLines(output, from), hint);
  }
}
