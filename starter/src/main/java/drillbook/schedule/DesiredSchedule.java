package drillbook.schedule;

import com.fasterxml.jackson.core.JsonProcessingException;
import drillbook.runbook.Cadence;
import drillbook.runbook.Occasion;
import drillbook.runbook.Runbook;
import drillbook.runbook.RunbookRequest;
import drillbook.temporal.Conversion;
import drillbook.visibility.SearchKeys;
import drillbook.watch.WatchdogRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A schedule as it ought to be.
 *
 * @param taskQueue where the workers listen that know the runbook's target
 * @param runbook what its runs are told: the whole of it
 * @param part which part of it they do; empty for the look whether the others are done
 */
public record DesiredSchedule(String taskQueue, Runbook runbook, Optional<Cadence> part) {
  /** What the ids of our schedules begin with. */
  static final String PREFIX = "drillbook/";

  /** The word of the schedule that looks after the others. */
  static final String WATCHDOG = "watchdog";

  /** Behind the hourly runs, so that what they did counts. */
  private static final String WATCHDOG_CRON = "35 * * * *";

  /** Less than the hour until the next look. */
  private static final Duration WATCHDOG_LONGEST = Duration.ofMinutes(50);

  private static final Duration WATCHDOG_CATCH_UP = Duration.ofMinutes(20);

  /** Counted up when the same runbook has to become another schedule than before. */
  private static final int FORM = 1;

  /**
   * Returns the schedules of runbooks, one for each occasion and one that looks after them, by id.
   *
   * @throws IllegalArgumentException when two runbooks have one name, or a time is none
   */
  public static List<DesiredSchedule> of(List<Runbook> runbooks, String taskQueue) {
    Map<String, DesiredSchedule> byId = new TreeMap<>();
    for (Runbook runbook : runbooks) {
      List<Optional<Cadence>> parts = new ArrayList<>();
      for (Occasion occasion : runbook.occasions()) {
        parts.add(Optional.of(occasion.cadence()));
      }
      if (runbook.watchdog() == Runbook.Watch.HOURLY) {
        parts.add(Optional.empty());
      }
      for (Optional<Cadence> part : parts) {
        DesiredSchedule wanted = new DesiredSchedule(taskQueue, runbook, part);
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
    return PREFIX + runbook.name() + "/" + word();
  }

  /** Returns what it is called among those of its runbook: a cadence's word, or watchdog. */
  String word() {
    return part.map(Cadence::word).orElse(WATCHDOG);
  }

  /** Returns the id of its runs; Temporal adds the time. */
  public String workflowId() {
    return (part.isPresent() ? "run-" : "watch-")
        + runbook.name()
        + part.map(cadence -> "-" + cadence.word()).orElse("");
  }

  /** Returns the type of its runs. */
  String workflowType() {
    return part.isPresent() ? "RunbookWorkflow" : "WatchdogWorkflow";
  }

  /** Returns the one argument of its runs. */
  Object argument() {
    return part.isPresent()
        ? new RunbookRequest(runbook, part.get())
        : new WatchdogRequest(runbook);
  }

  /** Returns when its runs begin, as five fields. */
  public String cron() {
    return part.flatMap(runbook::occasion).map(Occasion::cron).orElse(WATCHDOG_CRON);
  }

  /** Returns when its runs begin. */
  public CronTimes times() {
    return CronTimes.of(cron(), runbook.zone());
  }

  /** Returns the next times at which its runs begin. */
  List<Instant> next(Instant now, int most) {
    return times().after(now, most);
  }

  /** Returns how long a run may take. */
  public Duration longest() {
    return part.map(Cadence::longest).orElse(WATCHDOG_LONGEST);
  }

  /** Returns how late a run may start. */
  public Duration catchUp() {
    return part.map(Cadence::catchUp).orElse(WATCHDOG_CATCH_UP);
  }

  /** Returns the search attributes of its runs, where the namespace has them. */
  Map<String, String> searchedBy() {
    return SearchKeys.of(runbook.target(), runbook.name(), word());
  }

  /** Returns its runs in a few words. */
  String summary() {
    return runbook.name() + " " + word();
  }

  /** Returns what its runs do, as Markdown. */
  String details() {
    String does =
        part.flatMap(runbook::occasion).map(Occasion::steps).stream()
            .flatMap(List::stream)
            .map(step -> step.word())
            .collect(Collectors.joining(", "));
    return "Runbook **"
        + runbook.name()
        + "**, "
        + word()
        + ", on target "
        + runbook.target()
        + ": "
        + (does.isEmpty() ? "looks whether all of it is done" : does);
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
    all.put("cron", cron());
    all.put("zone", runbook.zone());
    all.put("longest", longest());
    all.put("catchUp", catchUp());
    all.put("request", argument());
    try {
      String json = Conversion.json().writeValueAsString(all);
      return Mark.digest(json.getBytes(StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("no JSON of a runbook", e);
    }
  }
}
