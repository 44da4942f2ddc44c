package drillbook.schedule;

import drillbook.check.Verdict;
import drillbook.runbook.Cadence;
import drillbook.runbook.Runbook;
import drillbook.schedule.LiveSchedule.Run;
import drillbook.schedule.SchedulePlan.Action;
import drillbook.schedule.SchedulePlan.Step;
import drillbook.schedule.Standing.Promise;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the runbooks are doing. Asks nobody.
 *
 * @param runbooks in the order of their folder
 * @param orphans schedules of ours that no runbook wants
 */
public record CalendarStatus(List<RunbookStatus> runbooks, List<String> orphans) {
  /** Outcomes that somebody has to look at. */
  private static final List<String> BAD = List.of("FAILED", "COULD NOT VERIFY", "broke off");

  /** Copies the lists. */
  public CalendarStatus {
    runbooks = List.copyOf(runbooks);
    orphans = List.copyOf(orphans);
  }

  /**
   * One runbook.
   *
   * @param standing how its target stands to what was promised
   */
  public record RunbookStatus(
      String runbook, String target, String zone, Standing standing, List<CadenceStatus> cadences) {
    /** Copies the cadences. */
    public RunbookStatus {
      cadences = List.copyOf(cadences);
    }

    /** Returns what somebody has to look at. */
    public List<String> problems() {
      List<String> problems = new ArrayList<>();
      for (Promise promise : List.of(standing.recoveryPoint(), standing.recoveryTime())) {
        if (!promise.fine()) {
          problems.add(runbook + ": " + promise.reason());
        }
      }
      cadences.forEach(cadence ->
          cadence
              .problems()
              .forEach(
                  problem -> problems.add(runbook + " " + cadence.cadence() + ": " + problem)));
      return problems;
    }
  }

  /**
   * One cadence of a runbook.
   *
   * @param cadence its word
   * @param schedule the schedule's id
   * @param state what the schedule does
   * @param note what the person wrote who paused or resumed it
   * @param lastRun when the last run was begun; absent where there was none
   * @param lastOutcome how it went, in words
   * @param lastWorkflow its workflow's id; an empty string where there was none
   * @param nextRun when the next one begins; absent where none will
   * @param missed how many runs were too late to be begun, ever
   * @param skipped how many were not begun since the one before still ran, ever
   * @param problems what somebody has to look at
   */
  public record CadenceStatus(
      String cadence,
      String schedule,
      State state,
      String note,
      @Nullable Instant lastRun,
      String lastOutcome,
      String lastWorkflow,
      @Nullable Instant nextRun,
      long missed,
      long skipped,
      List<String> problems) {
    /** Copies the problems. */
    public CadenceStatus {
      problems = List.copyOf(problems);
    }
  }

  /** What a schedule does. */
  public enum State {
    /** It waits for its time. */
    SCHEDULED("scheduled"),
    /** A run of it is at work. */
    RUNNING("running"),
    /** A person paused it. */
    PAUSED("paused"),
    /** There is none. */
    NOT_APPLIED("NOT APPLIED"),
    /** It is not what the runbook says. */
    DIFFERS("DIFFERS"),
    /** Somebody else's has its id. */
    FOREIGN("FOREIGN");

    private final String words;

    State(String words) {
      this.words = words;
    }

    /** Returns it in words. */
    public String words() {
      return words;
    }
  }

  /**
   * Puts together what is known.
   *
   * @param standings by the runbook's name
   * @param verdicts what the journals say of runs, by their run ids
   */
  public static CalendarStatus of(
      List<Runbook> runbooks,
      List<DesiredSchedule> desired,
      List<LiveSchedule> live,
      Owner owner,
      Map<String, Standing> standings,
      Map<String, Verdict> verdicts,
      Instant now) {
    SchedulePlan plan = SchedulePlan.of(desired, live, owner, Keywords.NONE, now);
    Map<String, LiveSchedule> there = new HashMap<>();
    live.forEach(schedule -> there.put(schedule.id(), schedule));
    Map<String, Step> steps = new HashMap<>();
    plan.steps().forEach(step -> steps.put(step.id(), step));
    List<RunbookStatus> all = new ArrayList<>();
    for (Runbook runbook : runbooks) {
      List<CadenceStatus> cadences = new ArrayList<>();
      for (Optional<Cadence> part : parts()) {
        desired.stream()
            .filter(wanted -> wanted.runbook().equals(runbook) && wanted.part().equals(part))
            .map(wanted ->
                cadence(
                    wanted,
                    Objects.requireNonNull(steps.get(wanted.id())),
                    Optional.ofNullable(there.get(wanted.id())),
                    verdicts,
                    now))
            .forEach(cadences::add);
      }
      all.add(
          new RunbookStatus(
              runbook.name(),
              runbook.target(),
              runbook.zone(),
              Objects.requireNonNull(standings.get(runbook.name())),
              cadences));
    }
    return new CalendarStatus(all, plan.of(Action.ORPHAN).stream().map(Step::id).toList());
  }

  /** Returns cadences in their order, and behind them the look after them. */
  private static List<Optional<Cadence>> parts() {
    List<Optional<Cadence>> parts = new ArrayList<>();
    for (Cadence cadence : Cadence.values()) {
      parts.add(Optional.of(cadence));
    }
    parts.add(Optional.empty());
    return parts;
  }

  /** Returns what somebody has to look at. */
  public List<String> problems() {
    return runbooks.stream().flatMap(runbook -> runbook.problems().stream()).toList();
  }

  private static CadenceStatus cadence(
      DesiredSchedule wanted,
      Step step,
      Optional<LiveSchedule> found,
      Map<String, Verdict> verdicts,
      Instant now) {
    if (found.isEmpty() || step.action() == Action.FOREIGN) {
      State state = found.isEmpty() ? State.NOT_APPLIED : State.FOREIGN;
      String problem =
          found.isEmpty() ? "nothing is scheduled; see drillbook runbook apply" : step.why();
      return new CadenceStatus(
          wanted.word(), wanted.id(), state, "", null, "", "", null, 0, 0, List.of(problem));
    }
    LiveSchedule live = found.get();
    Optional<Run> last = live.runs().stream().findFirst();
    List<String> problems = new ArrayList<>();
    if (step.action() != Action.NONE) {
      problems.add(step.why() + "; see drillbook runbook apply");
    }
    missed(wanted, live, last, now)
        .ifPresent(due -> problems.add("the run of " + due + " was missed, and none came since"));
    String outcome = last.map(run -> outcome(run, live, verdicts)).orElse("never");
    if (BAD.contains(outcome)) {
      problems.add("the last run: " + outcome);
    }
    return new CadenceStatus(
        wanted.word(),
        wanted.id(),
        state(step, live),
        live.note(),
        last.map(Run::startedAt).orElse(null),
        outcome,
        last.map(Run::workflowId).orElse(""),
        live.paused() ? null : live.next().stream().findFirst().orElse(null),
        live.missed(),
        live.skipped(),
        problems);
  }

  private static State state(Step step, LiveSchedule live) {
    if (live.paused()) {
      return State.PAUSED;
    }
    if (step.action() != Action.NONE) {
      return State.DIFFERS;
    }
    return live.running().isEmpty() ? State.SCHEDULED : State.RUNNING;
  }

  /**
   * Returns the first run that should have begun since the last one did. The server's count alone
   * never goes down, and the times alone would count a pause: it takes both.
   */
  private static Optional<Instant> missed(
      DesiredSchedule wanted, LiveSchedule live, Optional<Run> last, Instant now) {
    if (live.missed() == 0 || live.paused()) {
      return Optional.empty();
    }
    Instant since =
        last.map(Run::due).filter(due -> due.isAfter(live.createdAt())).orElse(live.createdAt());
    return wanted.times().between(since, now.minus(wanted.catchUp()), 1).stream().findFirst();
  }

  private static String outcome(Run run, LiveSchedule live, Map<String, Verdict> verdicts) {
    Verdict verdict = verdicts.get(run.runId());
    if (verdict != null) {
      return switch (verdict) {
        case PASSED -> "passed";
        case FAILED -> "FAILED";
        case COULD_NOT_VERIFY -> "COULD NOT VERIFY";
      };
    }
    return switch (run.outcome()) {
      case RUNNING -> "running";
      case COMPLETED -> "ended";
      case BROKEN_OFF -> "broke off";
      case UNKNOWN -> live.running().contains(run.workflowId()) ? "running" : "ended";
    };
  }
}
