package drillbook.demo.calendar;

import drillbook.inmemory.CancelGuard;
import drillbook.runbook.Cadence;
import drillbook.runbook.Runbook;
import drillbook.runbook.RunbookRequest;
import drillbook.setting.TemporalAddress;
import drillbook.temporal.Workers;
import drillbook.watch.WatchFacts;
import drillbook.watch.Watchdog;
import drillbook.watch.WatchdogRequest;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowUpdateStage;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.WorkerOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Lets a quarter of a year pass on Temporal's service in memory, which skips time in which nothing
 * is done. That service has no schedules: the runs are begun by this class, by the same cron
 * expressions and with the same catch-up windows.
 */
final class QuarterRun implements AutoCloseable {
  private static final String QUEUE = TemporalAddress.TASK_QUEUE;
  private static final Duration WATCH_MINUTE = Duration.ofMinutes(35);
  private static final int PATIENCE = 600;

  private final Runbook runbook = QuarterStory.runbook();
  private final SimulatedStore store = new SimulatedStore();
  private final TestWorkflowEnvironment environment;
  private final SimulatedRegion region;
  private final SimulatedProcedures procedures;
  private final SimulatedPeople people;
  private final SimulatedCalendar calendar;
  private final List<Due> late = new ArrayList<>();
  private int looks;

  /**
   * Something that is due.
   *
   * @param at when
   * @param cadence which run; empty for a look of the watchdog
   */
  private record Due(Instant at, Optional<Cadence> cadence) {}

  /** Prepares the quarter; nothing passes yet. */
  QuarterRun(QuarterListener listener) {
    environment =
        TestWorkflowEnvironment.newInstance(
            TestEnvironmentOptions.newBuilder()
                .setInitialTime(QuarterStory.BEGIN)
                .setWorkflowServiceStubsOptions(new CancelGuard().stubs())
                .setWorkflowClientOptions(Workers.clientOptions(TemporalAddress.NAMESPACE))
                .build());
    SimulatedWork work = new SimulatedWork(this::now);
    region = new SimulatedRegion(store, work);
    procedures = new SimulatedProcedures(store, region, work);
    people = new SimulatedPeople(work, listener);
    calendar = new SimulatedCalendar(store, work);
    Workers.register(
        environment.newWorker(
            QUEUE,
            // Few runs are at work at a time: more who wait for work would only get in each
            // other's way.
            WorkerOptions.newBuilder(Workers.options())
                .setMaxConcurrentWorkflowTaskPollers(2)
                .setMaxConcurrentActivityTaskPollers(1)
                .build()),
        List.of(procedures, new SimulatedRetention(store), region, people, calendar));
  }

  /** Lets the quarter pass. */
  QuarterOutcome run() throws InterruptedException {
    environment.start();
    for (Due due : dues()) {
      until(due.at());
      if (QuarterStory.isDown(due.at())) {
        late.add(due);
        continue;
      }
      catchUp(due.at());
      if (due.cadence().isPresent()) {
        begin(due.cadence().get(), due.at());
      } else {
        look(due.at());
      }
    }
    until(QuarterStory.END);
    for (int i = 0; i < PATIENCE && store.count("run") < calendar.begun(); i++) {
      until(now().plus(Duration.ofMinutes(1)));
    }
    return QuarterOutcome.of(store, procedures, region, people, calendar, looks);
  }

  @Override
  public void close() {
    environment.close();
  }

  private List<Due> dues() {
    List<Due> dues = new ArrayList<>();
    for (Cadence cadence : Cadence.values()) {
      QuarterStory.times(cadence).forEach(at -> dues.add(new Due(at, Optional.of(cadence))));
    }
    for (Instant hour = QuarterStory.BEGIN;
        hour.isBefore(QuarterStory.END);
        hour = hour.plus(Duration.ofHours(1))) {
      dues.add(new Due(hour.plus(WATCH_MINUTE), Optional.empty()));
    }
    dues.sort(Comparator.comparing(Due::at));
    return dues;
  }

  /** Lets time pass, in which people do what they were asked to. */
  private void until(Instant time) {
    for (Optional<SimulatedPeople.Answer> answer = people.answerBefore(time);
        answer.isPresent();
        answer = people.answerBefore(time)) {
      sleepUntil(answer.get().at());
      environment
          .getWorkflowClient()
          .newUntypedWorkflowStub(answer.get().workflowId())
          .startUpdate(
              answer.get().update(),
              WorkflowUpdateStage.ACCEPTED,
              Void.class,
              answer.get().message());
    }
    sleepUntil(time);
  }

  private void sleepUntil(Instant time) {
    Duration rest = Duration.between(now(), time);
    if (rest.isPositive()) {
      environment.sleep(rest);
    }
  }

  /**
   * Does what a schedule does after an outage: begins what is not too late, and counts the rest.
   */
  private void catchUp(Instant now) {
    for (Due due : late) {
      if (due.cadence().isEmpty()) {
        continue;
      }
      Cadence cadence = due.cadence().get();
      if (due.at().plus(cadence.catchUp()).isBefore(now)) {
        calendar.miss(cadence);
      } else {
        begin(cadence, due.at());
      }
    }
    late.clear();
  }

  private void begin(Cadence cadence, Instant due) {
    start(
        "RunbookWorkflow",
        "run-" + runbook.name() + "-" + cadence.word() + "-" + due,
        cadence.longest(),
        new RunbookRequest(runbook, cadence));
    calendar.begin(cadence);
  }

  /**
   * Asks the watchdog's rule every hour, as its schedule does; its workflow runs only where there
   * is something to tell or to remember, since 2,160 runs that find nothing would show nothing.
   */
  private void look(Instant due) {
    looks++;
    WatchFacts facts = calendar.look(runbook);
    if (Watchdog.isNews(facts, Watchdog.alarms(runbook, facts))) {
      start(
          "WatchdogWorkflow",
          "watch-" + runbook.name() + "-" + due,
          Duration.ofMinutes(50),
          new WatchdogRequest(runbook));
    }
  }

  private void start(String type, String id, Duration longest, Object request) {
    environment
        .getWorkflowClient()
        .newUntypedWorkflowStub(
            type,
            WorkflowOptions.newBuilder()
                .setTaskQueue(QUEUE)
                .setWorkflowId(id)
                .setWorkflowRunTimeout(longest)
                .build())
        .start(request);
  }

  private Instant now() {
    return Instant.ofEpochMilli(environment.currentTimeMillis());
  }
}
