package drillbook.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import drillbook.temporal.Conversion;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;

/**
 * Where a command speaks. Results go to standard output; progress and failures to standard error,
 * so that with {@code --json} standard output holds one JSON object and nothing else.
 */
public final class Console {
  private final PrintWriter out;
  private final PrintWriter err;
  private final InstantSource clock;
  private final Instant startedAt;

  /** Speaks to two streams; progress carries the time since now. */
  public Console(PrintWriter out, PrintWriter err, InstantSource clock) {
    this.out = out;
    this.err = err;
    this.clock = clock;
    this.startedAt = clock.instant();
  }

  /** Prints lines of a result. */
  public void print(List<String> lines) {
    lines.forEach(out::println);
    out.flush();
  }

  /** Prints a value as the one JSON object. */
  public void json(Object value) {
    try {
      out.println(Conversion.json().writerWithDefaultPrettyPrinter().writeValueAsString(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("no JSON of a " + value.getClass().getSimpleName(), e);
    }
    out.flush();
  }

  /** Prints one step with the time since the start. */
  public void progress(String step) {
    double seconds = Duration.between(startedAt, clock.instant()).toMillis() / 1000.0;
    err.println(String.format(Locale.ROOT, "%7.1f s  %s", seconds, step));
    err.flush();
  }

  /** Prints a remark. */
  public void remark(String text) {
    err.println(text);
    err.flush();
  }
}
