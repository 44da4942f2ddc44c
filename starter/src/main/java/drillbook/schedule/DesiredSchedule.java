package drillbook.schedule;

import com.fasterxml.jackson.core.JsonProcessingException;
import drillbook.runbook.Cadence;
import drillbook.runbook.Occasion;
import drillbook.runbook.Runbook;
import drillbook.runbook.RunbookRequest;
import drillbook.temporal.Conversion;
import drillbook.visibility.SearchKeys;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A schedule as it ought to be.
 *
 * @param taskQueue where the workers listen that know the runbook's target
 * @param request what each of its runs is asked for: the whole runbook, and which part of it
 */
public record DesiredSchedule(String taskQueue, RunbookRequest request) {
  /** What the ids of our schedules begin with. */
  static final String PREFIX = "drillbook/";

  /** Counted up when the same runbook has to become another schedule than before. */
  private static final int FORM = 1;

  /**
   * Returns the schedules of runbooks, one for each occasion, by id.
   *
   * @throws IllegalArgumentException when two runbooks have one name, or a time is none
   */
  public static List<DesiredSchedule> of(List<Runbook> runbooks, String taskQueue) {
    Map<String, DesiredSchedule> byId = new TreeMap<>();
    for (Runbook runbook : runbooks) {
      for (Occasion occasion : runbook.occasions()) {
        DesiredSchedule wanted =
            new DesiredSchedule(taskQueue, new RunbookRequest(runbook, occasion.cadence()));
        wanted.times();
        if (byId.put(wanted.id(), wanted) != null) {
          throw new IllegalArgumentException("two runbooks are called '" + runbook.name() + "'");
        }
      }
    }
    return new ArrayList<>(byId.values());
  }

  /** Returns its id. */
  public String id() {
    return PREFIX + runbook().name() + "/" + cadence().word();
  }

  /** Returns the runbook. */
  public Runbook runbook() {
    return request.runbook();
  }

  /** Returns which part of it. */
  public Cadence cadence() {
    return request.cadence();
  }

  /** Returns the id of its runs; Temporal adds the time. */
  public String workflowId() {
    return "run-" + runbook().name() + "-" + cadence().word();
  }

  /** Returns when its runs begin. */
  public CronTimes times() {
    return CronTimes.of(request.occasion().cron(), runbook().zone());
  }

  /** Returns the next times at which its runs begin. */
  List<Instant> next(Instant now, int most) {
    return times().after(now, most);
  }

  /** Returns how long a run may take. */
  Duration longest() {
    return cadence().longest();
  }

  /** Returns how late a run may start. */
  Duration catchUp() {
    return cadence().catchUp();
  }

  /** Returns the search attributes of its runs, where the namespace has them. */
  Map<String, String> searchedBy() {
    return SearchKeys.of(runbook().target(), runbook().name(), cadence().word());
  }

  /** Returns its runs in a few words. */
  String summary() {
    return runbook().name() + " " + cadence().word();
  }

  /** Returns what its runs do, as Markdown. */
  String details() {
    return "Runbook **"
        + runbook().name()
        + "**, "
        + cadence().word()
        + ", on target "
        + runbook().target()
        + ": "
        + request.occasion().steps().stream()
            .map(step -> step.word())
            .collect(Collectors.joining(", "));
  }

  /**
   * Returns a digest of all that makes this schedule what it is. The specs of two schedules cannot
   * be compared, since the server rewrites them; digests can.
   */
  public String hash() {
    Map<String, Object> all = new TreeMap<>();
    all.put("form", FORM);
    all.put("id", id());
    all.put("workflowId", workflowId());
    all.put("taskQueue", taskQueue);
    all.put("cron", request.occasion().cron());
    all.put("zone", runbook().zone());
    all.put("longest", longest());
    all.put("catchUp", catchUp());
    all.put("request", request);
    try {
      String json = Conversion.json().writeValueAsString(all);
      return Mark.digest(json.getBytes(StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("no JSON of a runbook", e);
    }
  }
}
