package drillbook.schedule;

import drillbook.notice.NoticeRoute;
import drillbook.runbook.Cadence;
import drillbook.runbook.Objectives;
import drillbook.runbook.Occasion;
import drillbook.runbook.Runbook;
import drillbook.runbook.Step;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** Runbooks to schedule. */
public final class TestingRunbooks {
  private static final String ZONE = "Europe/Zurich";

  private static final Objectives PROMISED =
      new Objectives(Duration.ofHours(26), Duration.ofMinutes(30));

  private TestingRunbooks() {}

  /** Returns a runbook with the usual occasions, in a zone whose clocks change. */
  public static Runbook usual(String name, Cadence... cadences) {
    return of(name, ZONE, PROMISED, Arrays.stream(cadences).map(Occasion::usual).toList());
  }

  /** Returns a runbook that does what the day usually asks for, at a time. */
  public static Runbook daily(String name, String cron) {
    return daily(name, cron, ZONE);
  }

  /** Returns the same of another zone. */
  public static Runbook daily(String name, String cron, String zone) {
    return of(name, zone, PROMISED, at(cron));
  }

  /** Returns a daily runbook that promises nothing. */
  public static Runbook unpromised(String name, String cron) {
    return of(name, ZONE, Objectives.NONE, at(cron));
  }

  private static List<Occasion> at(String cron) {
    return List.of(
        new Occasion(Cadence.DAILY, cron, Cadence.DAILY.steps(), Occasion.Notify.ALWAYS));
  }

  private static Runbook of(
      String name, String zone, Objectives promised, List<Occasion> occasions) {
    return of(name, zone, promised, occasions, List.of(), Runbook.Watch.NEVER);
  }

  /** Returns a runbook that is looked after, whose daily run waits for somebody. */
  public static Runbook watched(String name, NoticeRoute route) {
    Step waiting = new Step.Human("Wait.", "nobody", Duration.ofHours(1));
    Occasion daily =
        new Occasion(Cadence.DAILY, "0 2 * * *", List.of(waiting), Occasion.Notify.ALWAYS);
    return of(name, ZONE, Objectives.NONE, List.of(daily), List.of(route), Runbook.Watch.HOURLY);
  }

  private static Runbook of(
      String name,
      String zone,
      Objectives promised,
      List<Occasion> occasions,
      List<NoticeRoute> notices,
      Runbook.Watch watch) {
    return new Runbook(
        name, "docs", zone, promised, occasions, null, null, notices, null, watch, null);
  }
}
