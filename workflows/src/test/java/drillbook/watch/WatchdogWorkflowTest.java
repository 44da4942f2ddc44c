package drillbook.watch;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.failure.FailureKind;
import drillbook.failure.WorkflowFailures;
import drillbook.journal.JournalActivities;
import drillbook.journal.JournalHead;
import drillbook.journal.JournalRecord;
import drillbook.notice.Notice.Level;
import drillbook.notice.NoticeActivities;
import drillbook.notice.NoticeRoute;
import drillbook.runbook.Cadence;
import drillbook.runbook.Occasion;
import drillbook.runbook.Runbook;
import io.temporal.client.WorkflowOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Looks, one after the other, at a schedule that is paused and resumed. */
final class WatchdogWorkflowTest {
  private static final Runbook RUNBOOK =
      new Runbook(
          "docs-book",
          "docs",
          null,
          null,
          List.of(Occasion.usual(Cadence.DAILY)),
          null,
          null,
          List.of(new NoticeRoute.Slack("#ops", "env:SLACK")),
          null);

  private final World world = new World();
  private final TestWorkflowEnvironment environment = TestWorkflowEnvironment.newInstance();

  WatchdogWorkflowTest() {
    var worker = environment.newWorker("watch");
    worker.registerWorkflowImplementationTypes(WatchdogWorkflowImpl.class);
    worker.registerActivitiesImplementations(world);
    environment.start();
  }

  @AfterEach
  void it_ends() {
    environment.close();
  }

  @Test
  void of_what_stays_people_hear_once_and_once_when_it_is_over() {
    assertThat(look().alarms()).isEmpty();
    assertThat(world.journal).as("nothing to remember").isEmpty();

    world.paused = true;
    assertThat(look().fresh()).containsExactly("paused/daily");
    WatchdogReport second = look();
    assertThat(second.alarms()).hasSize(1);
    assertThat(second.fresh()).isEmpty();
    assertThat(look().fresh()).isEmpty();
    assertThat(world.told).hasSize(1);
    assertThat(world.journal).hasSize(1);

    world.paused = false;
    assertThat(look().gone()).containsExactly("paused/daily");
    assertThat(look().gone()).isEmpty();
    assertThat(world.told).hasSize(2);
    assertThat(world.told.getLast().notice().level()).isEqualTo(Level.FINE);
    assertThat(world.told.getLast().notice().title())
        .isEqualTo("docs watchdog: paused daily is over");
    assertThat(world.journal).hasSize(2);
  }

  @Test
  void a_route_that_cannot_be_reached_is_named_and_fails_nothing() {
    world.paused = true;
    world.refusing = true;
    assertThat(look().untold()).containsExactly("Slack channel #ops: no such channel");
    assertThat(world.journal).hasSize(1);
  }

  private WatchdogReport look() {
    return environment
        .getWorkflowClient()
        .newWorkflowStub(
            WatchdogWorkflow.class, WorkflowOptions.newBuilder().setTaskQueue("watch").build())
        .watch(new WatchdogRequest(RUNBOOK));
  }

  /** A schedule, a journal and people. */
  static final class World implements WatchActivities, JournalActivities, NoticeActivities {
    final List<JournalRecord> journal = new CopyOnWriteArrayList<>();
    final List<NoticePost> told = new CopyOnWriteArrayList<>();
    volatile boolean paused;
    volatile boolean refusing;

    @Override
    public WatchFacts look(Runbook runbook) {
      List<WatchEvidence.Entry> entries = new ArrayList<>();
      journal.forEach(record -> entries.addFirst(new WatchEvidence.Entry(Instant.EPOCH, record)));
      return new WatchFacts(
          Instant.EPOCH,
          List.of(
              new WatchedSchedule(
                  Cadence.DAILY,
                  true,
                  paused,
                  "moving house",
                  Instant.EPOCH,
                  null,
                  null,
                  null,
                  0,
                  0)),
          null,
          false,
          new WatchEvidence(entries).memory(runbook));
    }

    @Override
    public JournalHead append(JournalRecord entry) {
      journal.add(entry);
      return new JournalHead(journal.size(), "00");
    }

    @Override
    public String post(NoticePost post) {
      if (refusing) {
        throw WorkflowFailures.of(FailureKind.NOT_FOUND, "no such channel", "");
      }
      told.add(post);
      return "thread";
    }
  }
}
