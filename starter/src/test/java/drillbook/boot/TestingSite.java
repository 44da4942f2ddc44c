package drillbook.boot;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.check.Verdict;
import drillbook.engine.EngineAddress;
import drillbook.failure.DrillbookException;
import drillbook.runbook.Cadence;
import drillbook.runbook.Runbook;
import drillbook.schedule.DesiredSchedule;
import drillbook.schedule.LiveSchedule;
import drillbook.schedule.Owner;
import drillbook.schedule.Schedules;
import drillbook.setting.Home;
import drillbook.setting.TemporalAddress;
import drillbook.store.StoreAddress;
import drillbook.target.Target;
import drillbook.temporal.Conversion;
import drillbook.temporal.RemoteTemporal;
import drillbook.verify.VerifyReport;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.client.schedules.ScheduleClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a worker works with: settings, a store in a folder, and a task queue nobody else uses. */
final class TestingSite implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 240;

  final Path home;
  final Path store;
  final String taskQueue = "queue-" + UUID.randomUUID();
  final String temporal;
  private final RemoteTemporal client;

  TestingSite(Path folder, String temporal) throws DrillbookException, IOException {
    this.home = folder.resolve("home");
    this.store = folder.resolve("store");
    this.temporal = temporal;
    Files.createDirectories(home);
    Files.writeString(home.resolve("drillbook.yaml"), "scratch: " + folder.resolve("scratch"));
    this.client =
        RemoteTemporal.connect(
            new TemporalAddress(
                temporal, TemporalAddress.NAMESPACE, taskQueue, TemporalAddress.Tls.OFF));
  }

  /** Writes a target down. */
  void connect(String target, EngineAddress engine, String collection) throws DrillbookException {
    new Home(home)
        .targets()
        .write(
            new Target(target, engine, List.of(collection), List.of(), StoreAddress.folder(store)),
            true);
  }

  TestingProgram worker() throws Exception {
    return TestingProgram.worker(home, temporal, taskQueue);
  }

  /** Starts a workflow by its type's name, as any client in any language can. */
  WorkflowStub start(String type, Object argument) {
    WorkflowStub stub =
        client
            .client()
            .newUntypedWorkflowStub(
                type,
                WorkflowOptions.newBuilder()
                    .setWorkflowId(type + "-" + UUID.randomUUID())
                    .setTaskQueue(taskQueue)
                    .build());
    stub.start(argument);
    return stub;
  }

  /** Writes the schedules of a runbook. */
  void apply(Runbook runbook) throws Exception {
    schedules().apply(DesiredSchedule.of(List.of(runbook), taskQueue), false);
  }

  /** Lets a schedule begin a run at once; returns the run's handle. */
  WorkflowStub trigger(Runbook runbook, Cadence cadence) throws Exception {
    List<DesiredSchedule> desired = DesiredSchedule.of(List.of(runbook), taskQueue);
    String id = "drillbook/" + runbook.name() + "/" + cadence.word();
    int before = runs(desired, id).size();
    ScheduleClient.newInstance(client.client().getWorkflowServiceStubs()).getHandle(id).trigger();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (runs(desired, id).size() == before) {
      assertThat(System.nanoTime()).as("begun in time").isLessThan(deadline);
      Thread.sleep(50);
    }
    return started(runs(desired, id).getFirst().workflowId());
  }

  private List<LiveSchedule.Run> runs(List<DesiredSchedule> desired, String id) throws Exception {
    return schedules().live(desired).stream()
        .filter(live -> live.id().equals(id))
        .findFirst()
        .orElseThrow()
        .runs();
  }

  private Schedules schedules() throws DrillbookException {
    return new Schedules(client, new Owner("testing"), InstantSource.system(), remark -> {});
  }

  /** Returns the handle of a workflow that somebody else started. */
  WorkflowStub started(String workflowId) {
    return client.client().newUntypedWorkflowStub(workflowId);
  }

  static <T> T result(WorkflowStub workflow, Class<T> type) throws Exception {
    return workflow.getResult(PATIENCE_SECONDS, TimeUnit.SECONDS, type);
  }

  /** Verifies a target's newest backup: every record is read and hashed. */
  void assertVerified(String target, long records) throws Exception {
    VerifyReport verified =
        result(start("VerifyBackupWorkflow", Map.of("target", target)), VerifyReport.class);
    assertThat(verified.verdict()).as("%s", verified.checks()).isEqualTo(Verdict.PASSED);
    assertThat(verified.records()).isEqualTo(records);
  }

  /** Returns what the completed activities of a type returned, in the order of completion. */
  <T> List<T> results(WorkflowStub workflow, String activity, Class<T> type) {
    Map<Long, String> types = new HashMap<>();
    List<T> results = new ArrayList<>();
    for (HistoryEvent event : history(workflow)) {
      if (event.hasActivityTaskScheduledEventAttributes()) {
        types.put(
            event.getEventId(),
            event.getActivityTaskScheduledEventAttributes().getActivityType().getName());
      } else if (event.hasActivityTaskCompletedEventAttributes()) {
        var completed = event.getActivityTaskCompletedEventAttributes();
        if (activity.equals(types.get(completed.getScheduledEventId()))) {
          results.add(
              Conversion.dataConverter()
                  .fromPayload(completed.getResult().getPayloads(0), type, type));
        }
      }
    }
    assertThat(types).containsValue(activity);
    return results;
  }

  private List<HistoryEvent> history(WorkflowStub workflow) {
    return client
        .client()
        .fetchHistory(Objects.requireNonNull(workflow.getExecution()).getWorkflowId())
        .getHistory()
        .getEventsList();
  }

  /** Returns the finished files of the store whose key matches, sorted. */
  List<Path> stored(String pattern) {
    Pattern key = Pattern.compile(pattern);
    if (!Files.exists(store)) {
      return List.of();
    }
    while (true) {
      try (Stream<Path> files = Files.walk(store)) {
        return files
            .filter(Files::isRegularFile)
            .filter(file -> key.matcher(store.relativize(file).toString()).matches())
            .sorted()
            .toList();
      } catch (UncheckedIOException | NoSuchFileException e) {
        // Something was deleted meanwhile: look again.
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
