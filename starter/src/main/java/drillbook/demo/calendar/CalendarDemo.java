package drillbook.demo.calendar;

import drillbook.console.Console;
import drillbook.demo.calendar.SimulatedPeople.Filed;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.notice.Figures;
import drillbook.notice.Notice;
import drillbook.temporal.Conversion;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Shows a quarter of a year of a runbook in a minute or two. */
public final class CalendarDemo {
  private final InstantSource clock;
  private final PrintWriter story;
  private final List<String> said = new ArrayList<>();

  /**
   * Prepares.
   *
   * @param story hears what happens, line by line
   */
  public CalendarDemo(InstantSource clock, PrintWriter story) {
    this.clock = clock;
    this.story = story;
  }

  /**
   * Lets the quarter pass.
   *
   * @param keep receives the report; empty: a new temporary folder does, which stays
   * @param json where to print one JSON object; empty: nowhere
   * @return the exit code: 1 when something that was planted was not noticed, or something else was
   */
  public int run(Optional<Path> keep, Optional<Console> json)
      throws DrillbookException, InterruptedException {
    Instant begun = clock.instant();
    say(
        List.of(
            "A quarter of a year of runbook '"
                + QuarterStory.TARGET
                + "', on the days it asks for.",
            QuarterOutcome.SIMULATED,
            "Temporal's service in memory has no schedules: the demo's own clock begins the runs, by"
                + " the same cron expressions. Schedules are proven on a Temporal server, by SchedulesIT.",
            "Planted: an import that writes every payload twice ("
                + QuarterText.time(QuarterStory.JUMP)
                + "), a slow restore ("
                + QuarterStory.SLOW_DRILL
                + "), a night in which nothing runs ("
                + QuarterText.time(QuarterStory.OUTAGE)
                + ").",
            ""));
    QuarterOutcome outcome;
    try (QuarterRun quarter = new QuarterRun(new Narration())) {
      outcome = quarter.run();
    }
    List<String> problems = QuarterProof.problems(outcome);
    say(List.of(""));
    say(QuarterText.report(outcome));
    Path folder = write(keep, outcome);
    double seconds = Duration.between(begun, clock.instant()).toMillis() / 1000.0;
    say(
        List.of(
            "",
            "report: " + folder + " (quarter.html, quarter.json, quarter.txt)",
            "The watchdog's rule was asked "
                + Figures.count(outcome.looks())
                + " times. The quarter took "
                + Figures.seconds(seconds)
                + "."));
    problems.forEach(problem -> say(List.of("NOT AS IT MUST BE: " + problem)));
    say(List.of(QuarterText.counts(outcome)));
    json.ifPresent(console -> console.json(outcome));
    return problems.isEmpty() ? 0 : 1;
  }

  private Path write(Optional<Path> keep, QuarterOutcome outcome) throws DrillbookException {
    try {
      Path folder =
          keep.isPresent()
              ? Files.createDirectories(keep.get().toAbsolutePath().normalize())
              : Files.createTempDirectory("drillbook-quarter-");
      Files.writeString(
          folder.resolve("quarter.json"),
          Conversion.json().writerWithDefaultPrettyPrinter().writeValueAsString(outcome));
      Files.writeString(folder.resolve("quarter.html"), new QuarterPage(outcome).render());
      Files.write(folder.resolve("quarter.txt"), said);
      return folder;
    } catch (IOException e) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          "the report could not be written: " + e.getMessage(),
          "Name a folder that can be written to, by --keep.",
          e);
    }
  }

  /** Says what people hear. */
  private final class Narration implements QuarterListener {
    @Override
    public void told(Instant at, Notice notice) {
      say(QuarterText.notice(at, notice));
    }

    @Override
    public void opened(Instant at, Filed ticket) {
      say(QuarterText.opened(at, ticket));
    }

    @Override
    public void closed(Instant at, Filed ticket, String why) {
      say(QuarterText.closed(at, ticket, why));
    }
  }

  /** Notices are said by activities, on their threads. */
  private synchronized void say(List<String> lines) {
    for (String line : lines) {
      said.add(line);
      story.println(line);
    }
    story.flush();
  }
}
