package drillbook.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * A command of the target's owner. It is started without a shell, gets one JSON object on its
 * standard input, says what came of it on its standard output, and ends with 0 when it is done. It
 * may be started again with the same object, since whether it ended well may have got lost; then it
 * has to find what is done already.
 *
 * @param purpose what it is, for messages: "the hook 'fence' of 'docs'"
 * @param words the program and its arguments; a relative program is looked up as usual
 * @param timeout after which it is stopped, with all that it started
 */
public record OwnerCommand(String purpose, List<String> words, Duration timeout) {
  /** What a command may print; more is cut off. */
  static final int MOST_OUTPUT = 64 << 10;

  private static final int QUOTED = 300;
  private static final JsonMapper JSON = new JsonMapper();

  /** Copies the words; rejects a command of none. */
  public OwnerCommand {
    words = List.copyOf(words);
    if (words.isEmpty() || words.getFirst().isBlank()) {
      throw new IllegalArgumentException(purpose + " is empty: name a program");
    }
  }

  /**
   * Runs the command.
   *
   * @param question what it is told, as one JSON object
   * @return the last line of its standard output, or an empty string
   * @throws DrillbookException CONFIGURATION when it cannot be started, UNAVAILABLE with the last
   *     line of its standard error when it fails or takes too long
   * @throws InterruptedException when interrupted; the command is stopped
   */
  public String run(Map<String, Object> question) throws DrillbookException, InterruptedException {
    Process process = start();
    try {
      CompletableFuture<String> output = collect(process.getInputStream());
      CompletableFuture<String> errors = collect(process.getErrorStream());
      tell(process, question);
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        throw failed("no end after " + timeout.toSeconds() + " s", "");
      }
      if (process.exitValue() != 0) {
        throw failed("exit code " + process.exitValue(), lastLine(errors.get()));
      }
      return lastLine(output.get());
    } catch (ExecutionException e) {
      throw failed("its output could not be read: " + e.getCause(), "");
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private Process start() throws DrillbookException {
    try {
      return new ProcessBuilder(words).start();
    } catch (IOException e) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          purpose + " could not be started: " + e.getMessage(),
          "It stands in the target's file; the program must be there for the worker.",
          e);
    }
  }

  private static void tell(Process process, Map<String, Object> question) {
    try (OutputStream in = process.getOutputStream()) {
      in.write(JSON.writeValueAsString(question).getBytes(StandardCharsets.UTF_8));
      in.write('\n');
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON: " + question.keySet(), e);
    } catch (IOException e) {
      // It does not listen, which is its own affair: how it ends tells whether it did its work.
      return;
    }
  }

  /** Reads to the end, whatever is kept: a full pipe would stop the command. */
  private static CompletableFuture<String> collect(InputStream stream) {
    CompletableFuture<String> text = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("command-output")
        .start(() -> {
          try (stream) {
            byte[] kept = stream.readNBytes(MOST_OUTPUT);
            stream.transferTo(OutputStream.nullOutputStream());
            text.complete(new String(kept, StandardCharsets.UTF_8));
          } catch (IOException e) {
            text.completeExceptionally(new UncheckedIOException(e));
          }
        });
    return text;
  }

  private static String lastLine(String text) {
    return text.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .reduce("", (before, last) -> last);
  }

  private DrillbookException failed(String how, String words) {
    // A line only, and no address with a password: this goes into histories.
    String quoted =
        words
            .replaceAll("//[^/@\\s]*@", "//***@")
            .codePoints()
            .filter(point -> !Character.isISOControl(point))
            .limit(QUOTED)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    return new DrillbookException(
        FailureKind.UNAVAILABLE,
        purpose + " failed: " + how + (quoted.isEmpty() ? "" : ": " + quoted),
        "Run it by hand with the same JSON on its standard input.");
  }
}
