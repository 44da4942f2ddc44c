package drillbook.demo;

import drillbook.console.Console;
import drillbook.demo.calendar.CalendarDemo;
import drillbook.failure.DrillbookException;
import drillbook.temporal.Parts;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the whole product in a minute, on real databases that it brings along. */
@Command(
    name = "demo",
    description = {
      "Back up a real Chroma, prove the backup, restore it into PostgreSQL, and find a planted"
          + " fault.",
      "Needs Python 3 and, the first time, the Python Package Index. Touches nothing of yours:"
          + " databases, settings and backups are its own, on loopback and in a temporary folder.",
      "Exit code 1 when anything is not as it must be."
    },
    footer = {
      "",
      "Examples:",
      "  drillbook demo",
      "  drillbook demo --calendar",
      "  drillbook demo --json --keep /tmp/demo"
    })
public final class DemoCommand implements Callable<Integer> {
  private static final int INTERRUPTED = 130;
  private static final long PATIENCE_SECONDS = 10;

  private final Parts parts;
  private final InstantSource clock;
  private final PrintWriter out;
  private final PrintWriter err;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean stopped;

  @Option(
      names = "--calendar",
      description =
          "Show a quarter of a year of a runbook instead, on simulated databases; needs nothing.")
  private boolean calendar;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description =
          "Leave the backups in DIR/store, logs in DIR/logs, the demo's keys in DIR/home; with"
              + " --calendar, its report in DIR.")
  private @Nullable Path keep;

  @Option(
      names = "--json",
      description = "Print one JSON object, and nothing else, to standard output.")
  private boolean json;

  @Option(names = "--debug", description = "Print the stack trace of a failure.")
  boolean debug;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  /**
   * Creates the command.
   *
   * @param parts what touches the world
   * @param out receives the story, or the one JSON object
   * @param err receives the story where {@code out} receives JSON
   */
  public DemoCommand(Parts parts, InstantSource clock, PrintWriter out, PrintWriter err) {
    this.parts = parts;
    this.clock = clock;
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() throws DrillbookException, InterruptedException {
    if (calendar) {
      return new CalendarDemo(clock, json ? err : out)
          .run(
              Optional.ofNullable(keep),
              json ? Optional.of(new Console(out, err, clock)) : Optional.empty());
    }
    Narrator narrator = new Narrator(json ? err : out, clock);
    DemoOutcome outcome = prove(narrator);
    if (json) {
      new Console(out, err, clock).json(outcome);
    }
    return outcome.problems().isEmpty() ? 0 : 1;
  }

  private DemoOutcome prove(Narrator narrator) throws DrillbookException, InterruptedException {
    try (DemoSite site = DemoSite.open(Optional.ofNullable(keep), clock)) {
      Thread demo = Thread.currentThread();
      Thread onExit = Thread.ofPlatform().name("demo-on-exit").unstarted(() -> stop(demo, site));
      Runtime.getRuntime().addShutdownHook(onExit);
      try {
        return new DemoRun(site, parts, narrator, clock).run();
      } finally {
        site.keepStory(narrator.said());
        forget(onExit);
      }
    } finally {
      ended.countDown();
      awaitHalt();
    }
  }

  /** Says nothing of the failures that a stop brings about: the process is about to end. */
  private void awaitHalt() {
    while (stopped) {
      LockSupport.park(this);
    }
  }

  /**
   * Ends a demo that somebody stops. Nothing of it is worth finishing, so the process ends as soon
   * as its children and its folder are gone; a procedure's own clean-up would wait for servers that
   * Ctrl-C has stopped as well.
   */
  private void stop(Thread demo, DemoSite site) {
    stopped = true;
    PrintWriter story = json ? err : out;
    story.println();
    story.println("Stopping: databases are shut down, the temporary folder is deleted.");
    story.flush();
    demo.interrupt();
    site.close();
    try {
      boolean unwound = ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (!unwound) {
        err.println("drillbook: the demo does not end by itself");
        err.flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(INTERRUPTED);
  }

  private static void forget(Thread onExit) {
    try {
      Runtime.getRuntime().removeShutdownHook(onExit);
    } catch (IllegalStateException e) {
      // The process is ending, and the hook runs: it is needed.
      return;
    }
  }
}
