package drillbook.demo;

import drillbook.console.Table;
import drillbook.notice.Figures;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Tells a person what happens, step by step, and remembers the figures for the table at the end.
 * One thread.
 */
final class Narrator {
  private static final int NAME_WIDTH = 21;
  private static final String INDENT = "      ";

  private final PrintWriter out;
  private final InstantSource clock;
  private final Instant startedAt;
  private final List<String> said = new ArrayList<>();
  private final List<Row> rows = new ArrayList<>();
  private Instant stepStartedAt;
  private int step;
  private String title = "";

  /**
   * A row of the table.
   *
   * @param step what was done
   * @param records how many records; empty where none are counted
   * @param bytes how many bytes; empty where none are counted
   * @param seconds how long it took
   * @param digest the first digits of what proves it; empty where nothing does
   */
  private record Row(String step, String records, String bytes, double seconds, String digest) {}

  /** Speaks to a stream; times run from now. */
  Narrator(PrintWriter out, InstantSource clock) {
    this.out = out;
    this.clock = clock;
    this.startedAt = clock.instant();
    this.stepStartedAt = startedAt;
  }

  /** Says a line. */
  void say(String line) {
    said.add(line);
    out.println(line);
    out.flush();
  }

  /** Says lines. */
  void say(List<String> lines) {
    lines.forEach(this::say);
  }

  /**
   * Begins a step.
   *
   * @param what what is done, at most five words
   * @param why one sentence
   */
  void begin(String what, String why) {
    step++;
    title = what;
    stepStartedAt = clock.instant();
    say("");
    say(String.format("%2d  %s", step, what));
    say(INDENT + why);
  }

  /** Says a fact of the step that goes on. */
  void fact(String name, String value) {
    say(INDENT + name + " ".repeat(Math.max(1, NAME_WIDTH - name.length())) + value);
  }

  /** Says how an installation goes on. */
  void progress(String line) {
    say(INDENT + line);
  }

  /** Ends the step, with what goes into the table. */
  double end(String records, String bytes, String digest) {
    double seconds = secondsSince(stepStartedAt);
    fact("took", Figures.seconds(seconds));
    rows.add(new Row(title, records, bytes, seconds, digest));
    return seconds;
  }

  /** Adds a part of the step that ended last to the table. */
  void part(String what, double seconds) {
    rows.add(new Row("   " + what, "", "", seconds, ""));
  }

  /** Returns the table of all steps. */
  List<String> table() {
    Table table = new Table("STEP", "RECORDS", "BYTES", "SECONDS", "DIGEST");
    for (Row row : rows) {
      table.row(
          row.step(),
          row.records(),
          row.bytes(),
          String.format(Locale.ROOT, "%.1f", row.seconds()),
          row.digest());
    }
    return table.lines();
  }

  /** Returns the seconds since the demo began. */
  double total() {
    return secondsSince(startedAt);
  }

  /** Returns everything that was said. */
  List<String> said() {
    return List.copyOf(said);
  }

  private double secondsSince(Instant start) {
    return Duration.between(start, clock.instant()).toMillis() / 1000.0;
  }
}
