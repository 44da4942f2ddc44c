package drillbook.console;

import drillbook.check.Finding;
import drillbook.console.Table.Fact;
import drillbook.notice.Figures;
import drillbook.runbook.RunbookReport;
import drillbook.runbook.StepReport;
import drillbook.schedule.CalendarStatus;
import drillbook.schedule.CalendarStatus.CadenceStatus;
import drillbook.schedule.CalendarStatus.RunbookStatus;
import drillbook.schedule.SchedulePlan;
import drillbook.schedule.SchedulePlan.Action;
import drillbook.schedule.SchedulePlan.Step;
import drillbook.schedule.Standing.Promise;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Runbooks and their schedules as a person reads them on a terminal. */
public final class RunbookText {
  private static final DateTimeFormatter LOCAL =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm xxx", Locale.ROOT);

  private RunbookText() {}

  /** Returns what would be done. */
  public static List<String> plan(SchedulePlan plan) {
    if (plan.steps().isEmpty()) {
      return List.of("no runbooks, and no schedules of theirs");
    }
    Table table = new Table("SCHEDULE", "ACTION", "STATE", "WHY");
    for (Step step : plan.steps()) {
      table.row(step.id(), word(step.action()), state(step), dash(step.why()));
    }
    List<String> lines = new ArrayList<>(table.lines());
    for (Step step : plan.steps()) {
      if (step.action() != Action.ORPHAN) {
        lines.add("");
        lines.add("next of " + step.id() + (step.paused() ? ", were it not paused:" : ":"));
        step.next().forEach(time -> lines.add("  " + local(time, step.zone())));
      }
    }
    return lines;
  }

  /** Returns what was done. */
  public static List<String> applied(SchedulePlan done, boolean prune) {
    if (done.steps().isEmpty()) {
      return List.of("no runbooks, and no schedules of theirs");
    }
    Table table = new Table("SCHEDULE", "DONE", "STATE", "NEXT");
    for (Step step : done.steps()) {
      String next =
          step.next().stream().findFirst().map(time -> local(time, step.zone())).orElse("-");
      boolean orphan = step.action() == Action.ORPHAN;
      table.row(
          step.id(),
          orphan && prune ? "deleted" : word(step.action()),
          state(step),
          orphan && prune ? "-" : next);
    }
    List<String> lines = new ArrayList<>(table.lines());
    if (!prune && !done.of(Action.ORPHAN).isEmpty()) {
      lines.add("no runbook wants the orphans; they go with: drillbook runbook apply --prune");
    }
    return lines;
  }

  /** Returns how runbooks are doing. */
  public static List<String> status(CalendarStatus status, Instant now) {
    if (status.runbooks().isEmpty()) {
      return List.of("no runbooks yet");
    }
    Table runs =
        new Table(
            "RUNBOOK", "CADENCE", "STATE", "LAST RUN", "OUTCOME", "NEXT RUN", "MISSED", "SKIPPED");
    Table promises =
        new Table("RUNBOOK", "TARGET", "RECOVERY POINT", "RPO", "RECOVERY TIME", "RTO");
    List<String> notes = new ArrayList<>();
    for (RunbookStatus runbook : status.runbooks()) {
      for (CadenceStatus cadence : runbook.cadences()) {
        runs.row(
            runbook.runbook(),
            cadence.cadence(),
            cadence.state().words(),
            cadence.lastRun() == null ? "-" : Figures.age(Duration.between(cadence.lastRun(), now)),
            cadence.lastOutcome().isEmpty() ? "-" : cadence.lastOutcome(),
            cadence.nextRun() == null ? "-" : local(cadence.nextRun(), runbook.zone()),
            Long.toString(cadence.missed()),
            Long.toString(cadence.skipped()));
        if (!cadence.note().isEmpty()) {
          notes.add(
              "note on " + runbook.runbook() + " " + cadence.cadence() + ": " + cadence.note());
        }
      }
      promises.row(
          runbook.runbook(),
          runbook.target(),
          held(runbook.standing().recoveryPoint(), " old"),
          promised(runbook.standing().recoveryPoint()),
          held(runbook.standing().recoveryTime(), ""),
          promised(runbook.standing().recoveryTime()));
    }
    List<String> lines = new ArrayList<>(runs.lines());
    lines.add("");
    lines.addAll(promises.lines());
    lines.addAll(notes);
    status.orphans().forEach(orphan -> lines.add("no runbook wants " + orphan));
    status.problems().forEach(problem -> lines.add("problem: " + problem));
    return lines;
  }

  /** Returns a run's lines. */
  public static List<String> of(RunbookReport report) {
    List<String> lines =
        new ArrayList<>(
            Table.facts(
                List.of(
                    new Fact("verdict", report.verdict().words()),
                    new Fact("runbook", report.runbook() + " " + report.cadence().word()),
                    new Fact("target", report.target()),
                    new Fact("not begun", String.join(", ", report.notBegun())),
                    new Fact("took", Figures.seconds(report.seconds())))));
    for (StepReport step : report.steps()) {
      lines.add("");
      lines.add(
          step.step() + ": " + step.outcome().name().toLowerCase(Locale.ROOT).replace('_', ' '));
      Table.facts(step.facts().stream().map(fact -> new Fact(fact.name(), fact.value())).toList())
          .forEach(line -> lines.add("  " + line));
      for (Finding finding : step.findings()) {
        lines.add("  finding " + finding.code() + ": " + finding.message());
        if (!finding.advice().isEmpty()) {
          lines.add("    " + finding.advice());
        }
      }
    }
    report.untold().forEach(route -> lines.add("could not be told: " + route));
    return lines;
  }

  private static String word(Action action) {
    return action == Action.FOREIGN ? "FOREIGN" : action.word();
  }

  private static String state(Step step) {
    if (!step.paused()) {
      return "-";
    }
    return step.note().isEmpty() ? "paused" : "paused: " + step.note();
  }

  private static String held(Promise promise, String suffix) {
    return promise.proof().isEmpty() ? "none" : Figures.seconds(promise.seconds()) + suffix;
  }

  private static String promised(Promise promise) {
    String within = Figures.seconds(promise.promisedSeconds());
    return switch (promise.state()) {
      case NONE -> "-";
      case KEPT -> within + ", kept";
      case BROKEN -> within + ", BROKEN";
      case UNPROVEN -> within + ", NOT PROVEN";
    };
  }

  private static String local(Instant time, String zone) {
    return LOCAL.format(time.atZone(ZoneId.of(zone)));
  }

  private static String dash(String words) {
    return words.isEmpty() ? "-" : words;
  }
}
