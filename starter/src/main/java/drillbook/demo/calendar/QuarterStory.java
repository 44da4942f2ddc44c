package drillbook.demo.calendar;

import drillbook.disaster.Loss;
import drillbook.notice.NoticeRoute;
import drillbook.people.ApprovalRule;
import drillbook.runbook.Cadence;
import drillbook.runbook.Objectives;
import drillbook.runbook.Occasion;
import drillbook.runbook.Runbook;
import drillbook.runbook.Step;
import drillbook.schedule.CronTimes;
import drillbook.ticket.TicketRoute;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/**
 * What happens in the quarter: the runbook that is done, the growth of the data, and three things
 * that go wrong.
 */
final class QuarterStory {
  /** The first instant of the quarter. */
  static final Instant BEGIN = Instant.parse("2027-01-01T00:00:00Z");

  /** The first instant behind it. */
  static final Instant END = Instant.parse("2027-04-01T00:00:00Z");

  /** The target that is backed up. */
  static final String TARGET = "products";

  /** The target that is its other region. */
  static final String REGION = "products-eu";

  /** An import writes every payload twice, until somebody undoes it. */
  static final Instant JUMP = Instant.parse("2027-02-08T14:20:00Z");

  /** Somebody undoes the import. */
  static final Instant JUMP_UNDONE = Instant.parse("2027-02-09T10:00:00Z");

  /** What the import makes of the size. */
  static final double JUMP_FACTOR = 1.6;

  /** On this day the scratch instance is busy. */
  static final LocalDate SLOW_DRILL = LocalDate.parse("2027-03-07");

  /** By how much that slows the restore. */
  static final double SLOWDOWN = 0.45;

  /** Nothing starts runs from here ... */
  static final Instant OUTAGE = Instant.parse("2027-02-19T20:40:00Z");

  /** ... to here. */
  static final Instant OUTAGE_OVER = Instant.parse("2027-02-20T08:40:00Z");

  private static final long RECORDS = 1_250_000;
  private static final long BYTES = 6_400_000_000L;
  private static final double DAILY_GROWTH = 0.0008;

  private QuarterStory() {}

  /** Returns the runbook. */
  static Runbook runbook() {
    List<Step> quarterly =
        List.of(
            new Step.DisasterDrill(
                REGION,
                Loss.FENCE,
                null,
                new ApprovalRule(List.of("ada", "grace"), 1, Duration.ofHours(4), null)),
            new Step.Human(
                "Read the report with the team, and ring everybody on the contact list.",
                "the on-call lead",
                Duration.ofDays(2)));
    return new Runbook(
        TARGET,
        TARGET,
        "UTC",
        new Objectives(Duration.ofHours(6), Duration.ofMinutes(45)),
        List.of(
            Occasion.usual(Cadence.HOURLY),
            Occasion.usual(Cadence.DAILY),
            Occasion.usual(Cadence.WEEKLY),
            occasion(Cadence.MONTHLY, List.of(new Step.RegionDrill(REGION, 0, 0))),
            occasion(Cadence.QUARTERLY, quarterly)),
        null,
        null,
        List.of(new NoticeRoute.Slack("#backups", "env:SIMULATED")),
        List.of(new TicketRoute.GitHub("", "simulated/operations", "env:SIMULATED")));
  }

  /** Returns when runs of a cadence are due. */
  static List<Instant> times(Cadence cadence) {
    return times(cadence, BEGIN.minusSeconds(1), END.minusSeconds(1));
  }

  /** Returns when runs of a cadence are due after an instant, up to another. */
  static List<Instant> times(Cadence cadence, Instant after, Instant until) {
    return CronTimes.of(cadence.cron(), "UTC").between(after, until, 10_000);
  }

  /** Returns how many records there are. */
  static long records(Instant at) {
    return (long) (RECORDS * grown(at));
  }

  /** Returns how many bytes of content there are. */
  static long bytes(Instant at) {
    boolean jumped = !at.isBefore(JUMP) && at.isBefore(JUMP_UNDONE);
    return (long) (BYTES * grown(at) * (jumped ? JUMP_FACTOR : 1));
  }

  /** Returns a time that is right for the size at the quarter's beginning, grown like the data. */
  static Duration grown(Duration time, Instant at) {
    return Duration.ofMillis((long) (time.toMillis() * grown(at)));
  }

  /** Tells whether restores are slow. */
  static boolean isSlow(Instant at) {
    return LocalDate.ofInstant(at, ZoneOffset.UTC).equals(SLOW_DRILL);
  }

  /** Tells whether nothing starts runs. */
  static boolean isDown(Instant at) {
    return !at.isBefore(OUTAGE) && at.isBefore(OUTAGE_OVER);
  }

  private static double grown(Instant at) {
    return 1 + Duration.between(BEGIN, at).toHours() / 24.0 * DAILY_GROWTH;
  }

  private static Occasion occasion(Cadence cadence, List<Step> steps) {
    return new Occasion(cadence, cadence.cron(), steps, cadence.notice());
  }
}
