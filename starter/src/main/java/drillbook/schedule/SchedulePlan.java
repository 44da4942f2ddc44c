package drillbook.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done so that the schedules are what the runbooks say. Asks nobody.
 *
 * @param steps one for each schedule, by id
 */
public record SchedulePlan(List<Step> steps) {
  /** The attribute follows what was written, and not at once: only the mark is read back. */
  private static final Duration LAG = Duration.ofMinutes(1);

  private static final int TIMES = 5;

  /** What is to happen to a schedule. */
  public enum Action {
    /** It is missing. */
    CREATE("create"),
    /** The runbook was changed since it was written. */
    UPDATE("update"),
    /** Somebody changed the schedule since it was written. */
    REPAIR("repair"),
    /** It is as it ought to be. */
    NONE("unchanged"),
    /** No runbook of this folder wants it any more. */
    ORPHAN("orphan"),
    /** Another folder's, or nobody's, has the id that a runbook of this one needs. */
    FOREIGN("foreign");

    private final String word;

    Action(String word) {
      this.word = word;
    }

    /** Returns it in a word. */
    public String word() {
      return word;
    }

    /** Tells whether a schedule is written. */
    boolean writes() {
      return switch (this) {
        case CREATE, UPDATE, REPAIR -> true;
        case NONE, ORPHAN, FOREIGN -> false;
      };
    }
  }

  /**
   * What is to happen to one schedule.
   *
   * @param id the schedule's
   * @param action what
   * @param why in a few words; an empty string where there is nothing to say
   * @param paused whether a person paused it; that stays
   * @param note what that person wrote
   * @param zone of the runbook
   * @param next when it will start runs, were it not paused
   */
  public record Step(
      String id,
      Action action,
      String why,
      boolean paused,
      String note,
      String zone,
      List<Instant> next) {
    /** Copies the times. */
    public Step {
      next = List.copyOf(next);
    }
  }

  /** Copies the steps. */
  public SchedulePlan {
    steps = List.copyOf(steps);
  }

  /**
   * Compares.
   *
   * @param desired what the runbooks say
   * @param live what is there, at least of these ids and of this owner
   * @param owner whose the runbooks are
   * @param keywords which search attributes the namespace has
   */
  static SchedulePlan of(
      List<DesiredSchedule> desired,
      List<LiveSchedule> live,
      Owner owner,
      Keywords keywords,
      Instant now) {
    Map<String, LiveSchedule> there = new HashMap<>();
    live.forEach(schedule -> there.put(schedule.id(), schedule));
    Map<String, Step> steps = new TreeMap<>();
    for (DesiredSchedule wanted : desired) {
      LiveSchedule found = there.remove(wanted.id());
      steps.put(wanted.id(), step(wanted, found, owner, keywords, now));
    }
    for (LiveSchedule left : there.values()) {
      if (owner.owns(left)) {
        steps.put(
            left.id(),
            new Step(
                left.id(),
                Action.ORPHAN,
                "no runbook wants it",
                left.paused(),
                left.note(),
                "UTC",
                left.next()));
      }
    }
    return new SchedulePlan(new ArrayList<>(steps.values()));
  }

  /** Returns the steps of an action. */
  public List<Step> of(Action action) {
    return steps.stream().filter(step -> step.action() == action).toList();
  }

  /** Tells whether all schedules that runbooks want are as they ought to be. */
  public boolean settled() {
    return steps.stream().noneMatch(step -> step.action().writes()) && of(Action.FOREIGN).isEmpty();
  }

  private static Step step(
      DesiredSchedule wanted,
      @Nullable LiveSchedule found,
      Owner owner,
      Keywords keywords,
      Instant now) {
    List<Instant> next = wanted.next(now, TIMES);
    String zone = wanted.runbook().zone();
    if (found == null) {
      return new Step(wanted.id(), Action.CREATE, "", false, "", zone, next);
    }
    Action action = Action.NONE;
    String why = "";
    if (!owner.owns(found)) {
      action = Action.FOREIGN;
      why =
          found.owner().isEmpty()
              ? "it was not made by Drillbook"
              : "it belongs to the runbooks of owner " + found.owner();
    } else if (!found.hash().equals(wanted.hash())) {
      action = Action.UPDATE;
      why = "the runbook was changed";
    } else if (found.touched()) {
      action = Action.REPAIR;
      why = "somebody changed the schedule";
    } else if (keywords.hash()
        && !found.attribute().equals(wanted.hash())
        && now.isAfter(found.writtenAt().plus(LAG))) {
      action = Action.REPAIR;
      why = "its search attribute is missing";
    } else if (keywords.search() && !found.searchable()) {
      action = Action.REPAIR;
      why = "its runs bear no search attributes";
    }
    return new Step(wanted.id(), action, why, found.paused(), found.note(), zone, next);
  }
}
