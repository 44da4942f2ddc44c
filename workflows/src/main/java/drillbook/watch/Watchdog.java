package drillbook.watch;

import drillbook.check.Finding;
import drillbook.check.FindingCode;
import drillbook.notice.Figures;
import drillbook.notice.Notice.Level;
import drillbook.runbook.Cadence;
import drillbook.runbook.Occasion;
import drillbook.runbook.Runbook;
import drillbook.runbook.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Judges what a look found. Asks nobody. */
public final class Watchdog {
  /** How much of the rpo may be used up before people hear of it. */
  static final double EARLY = 0.75;

  /** A run that was due this short a time ago may just be beginning. */
  private static final Duration BEGIN_WITHIN = Duration.ofMinutes(5);

  /** After how many periods without a passed drill one is overdue. */
  static final double OVERDUE = 1.5;

  private Watchdog() {}

  /** Returns what somebody has to know. */
  public static List<Alarm> alarms(Runbook runbook, WatchFacts facts) {
    List<Alarm> alarms = new ArrayList<>();
    for (WatchedSchedule schedule : facts.schedules()) {
      if (!schedule.there()) {
        alarms.add(missing(schedule.cadence()));
        continue;
      }
      if (schedule.paused()) {
        alarms.add(paused(schedule));
      }
      addPassing(alarms, schedule, facts.last());
      if (drills(runbook, schedule.cadence())) {
        addOverdue(alarms, schedule, facts.at());
      }
    }
    addRecoveryPoint(alarms, runbook, facts);
    return alarms;
  }

  /** Returns what is to be remembered for the next look. */
  public static WatchMemory memory(WatchFacts facts, List<Alarm> alarms) {
    Map<String, Long> missed = new TreeMap<>();
    Map<String, Long> skipped = new TreeMap<>();
    for (WatchedSchedule schedule : facts.schedules()) {
      if (schedule.missed() > 0) {
        missed.put(schedule.cadence().word(), schedule.missed());
      }
      if (schedule.skipped() > 0) {
        skipped.put(schedule.cadence().word(), schedule.skipped());
      }
    }
    return new WatchMemory(alarms.stream().map(Alarm::key).toList(), missed, skipped);
  }

  /** Returns the alarms that people do not know of yet. */
  public static List<Alarm> fresh(WatchFacts facts, List<Alarm> alarms) {
    return alarms.stream().filter(alarm -> !facts.last().open().contains(alarm.key())).toList();
  }

  /** Returns the keys of what people know of and is no longer so. */
  public static List<String> gone(WatchFacts facts, List<Alarm> alarms) {
    List<String> open = alarms.stream().map(Alarm::key).toList();
    return facts.last().open().stream()
        .filter(key -> !open.contains(key) && !isPassing(key))
        .toList();
  }

  /** Tells whether a look changed anything that the next one must know. */
  public static boolean isNews(WatchFacts facts, List<Alarm> alarms) {
    return !memory(facts, alarms).equals(facts.last());
  }

  private static boolean isPassing(String key) {
    return key.startsWith("missed/") || key.startsWith("skipped/");
  }

  private static boolean drills(Runbook runbook, Cadence cadence) {
    return has(runbook, cadence, Step.Drill.class)
        || has(runbook, cadence, Step.RegionDrill.class)
        || has(runbook, cadence, Step.DisasterDrill.class);
  }

  private static boolean has(Runbook runbook, Cadence cadence, Class<? extends Step> kind) {
    return runbook.occasion(cadence).map(Occasion::steps).orElse(List.of()).stream()
        .anyMatch(kind::isInstance);
  }

  private static Alarm missing(Cadence cadence) {
    return new Alarm(
        "missing/" + cadence.word(),
        Level.PROBLEM,
        new Finding(
            FindingCode.SCHEDULE_MISSING,
            "nothing is scheduled " + cadence.word(),
            "Apply the runbooks: drillbook runbook apply"),
        false);
  }

  private static Alarm paused(WatchedSchedule schedule) {
    String note = schedule.note().isBlank() ? "" : ": " + schedule.note();
    return new Alarm(
        "paused/" + schedule.cadence().word(),
        Level.WARNING,
        new Finding(
            FindingCode.SCHEDULE_PAUSED,
            "the " + schedule.cadence().word() + " schedule is paused" + note,
            "Nothing of it runs until somebody resumes it, in the Temporal UI or with"
                + " temporal schedule toggle --unpause."),
        false);
  }

  private static void addPassing(List<Alarm> alarms, WatchedSchedule schedule, WatchMemory last) {
    String word = schedule.cadence().word();
    long missed = last.newlyMissed(schedule.cadence(), schedule.missed());
    if (missed > 0) {
      alarms.add(
          new Alarm(
              "missed/" + word,
              Level.PROBLEM,
              new Finding(
                  FindingCode.RUN_MISSED,
                  Figures.counted(missed, word + " run") + " could not be started in time",
                  "Find out why Temporal stood still. What was missed can be made up for with"
                      + " temporal schedule backfill."),
              true));
    }
    long skipped = last.newlySkipped(schedule.cadence(), schedule.skipped());
    if (skipped > 0) {
      alarms.add(
          new Alarm(
              "skipped/" + word,
              Level.WARNING,
              new Finding(
                  FindingCode.RUN_SKIPPED,
                  Figures.counted(skipped, word + " run")
                      + " not started, since the one before still ran",
                  "See in the Temporal UI what the running one waits for; where runs have become"
                      + " that long, begin them less often."),
              true));
    }
  }

  private static void addOverdue(List<Alarm> alarms, WatchedSchedule schedule, Instant now) {
    Instant proven = schedule.provenAt();
    Instant since = proven == null ? schedule.since() : proven;
    Duration allowed = Duration.ofMillis((long) (schedule.cadence().period().toMillis() * OVERDUE));
    if (Duration.between(since, now).compareTo(allowed) <= 0) {
      return;
    }
    String word = schedule.cadence().word();
    alarms.add(
        new Alarm(
            "overdue/" + word,
            Level.PROBLEM,
            new Finding(
                FindingCode.DRILL_OVERDUE,
                proven == null
                    ? "no " + word + " drill has passed yet, since " + since
                    : "the last "
                        + word
                        + " drill that passed was "
                        + Figures.age(Duration.between(proven, now)),
                "See how the last runs ended: drillbook runbook status"),
            false));
  }

  private static void addRecoveryPoint(List<Alarm> alarms, Runbook runbook, WatchFacts facts) {
    double promised = runbook.objectives().rpo().toMillis() / 1000.0;
    if (promised <= 0) {
      return;
    }
    Instant point = facts.recoveryPoint();
    if (point == null) {
      alarms.add(
          recoveryPoint(
              "none",
              "there is no recovery point, and " + Figures.seconds(promised) + " are promised"));
      return;
    }
    double age = Duration.between(point, facts.at()).toMillis() / 1000.0;
    String words =
        "the newest recovery point is "
            + Figures.seconds(age)
            + " old, promised are "
            + Figures.seconds(promised);
    if (age > promised) {
      alarms.add(recoveryPoint("broken", words));
    } else if (age > promised * EARLY && !facts.backupRunning() && isInDanger(runbook, facts)) {
      alarms.add(recoveryPoint("soon", words + ", and no backup is on its way"));
    }
  }

  /**
   * Tells whether a backup that was due since the newest recovery point made no newer one, or none
   * will begin before the rpo is broken. A daily backup is old every evening, and all is well.
   */
  private static boolean isInDanger(Runbook runbook, WatchFacts facts) {
    Instant point = Objects.requireNonNull(facts.recoveryPoint());
    Instant broken = point.plus(runbook.objectives().rpo());
    boolean left = false;
    for (WatchedSchedule schedule : facts.schedules()) {
      if (!has(runbook, schedule.cadence(), Step.Backup.class)) {
        continue;
      }
      Instant last = schedule.lastDue();
      if (last != null && last.isAfter(point) && last.plus(BEGIN_WITHIN).isBefore(facts.at())) {
        return true;
      }
      Instant next = schedule.nextDue();
      left |= next != null && next.isBefore(broken);
    }
    return !left;
  }

  private static Alarm recoveryPoint(String key, String words) {
    return new Alarm(
        "recovery-point/" + key,
        Level.PROBLEM,
        new Finding(
            FindingCode.RECOVERY_POINT_TOO_OLD,
            words,
            "See why backups fail or do not run: drillbook runbook status. Make one now:"
                + " drillbook backup"),
        false);
  }
}
