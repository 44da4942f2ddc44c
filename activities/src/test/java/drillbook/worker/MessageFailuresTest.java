package drillbook.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import drillbook.failure.FailureKind;
import drillbook.failure.WorkflowFailures;
import drillbook.http.TestingSecret;
import drillbook.http.TestingWeb;
import drillbook.http.TestingWeb.Reply;
import drillbook.notice.Notice;
import drillbook.notice.NoticeActivities;
import drillbook.notice.NoticeActivities.NoticePost;
import drillbook.notice.NoticeRoute;
import drillbook.notice.Notices;
import drillbook.notice.TemporalUi;
import drillbook.policy.ActivityPolicies;
import io.temporal.client.WorkflowOptions;
import io.temporal.failure.ApplicationFailure;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How failures of messages reach Temporal. */
final class MessageFailuresTest {
  @TempDir Path folder;
  private final NoticeWorker worker =
      new NoticeWorker(new Notices(TemporalUi.NONE, InstantSource.system()));
  private TestingWeb web;
  private NoticePost post;

  @BeforeEach
  void start() throws Exception {
    web = new TestingWeb(request -> new Reply(200, ""));
    String url = new TestingSecret(folder).store(web.url() + "/hook");
    post =
        new NoticePost(
            new NoticeRoute.Webhook(url, ""),
            new Notice(Notice.Level.FINE, "docs daily", List.of(), List.of(), "w", "r"),
            "");
  }

  @AfterEach
  void stop() {
    web.close();
  }

  @Test
  void a_wait_that_was_asked_for_is_temporals_next_delay() {
    web.next(new Reply(429, "slow down", Map.of("Retry-After", "77")));
    ApplicationFailure limited =
        catchThrowableOfType(ApplicationFailure.class, () -> worker.post(post));
    assertThat(WorkflowFailures.kind(limited)).isEqualTo(FailureKind.UNAVAILABLE);
    assertThat(limited.getNextRetryDelay()).isEqualTo(Duration.ofSeconds(77));

    web.next(new Reply(500, "broken"));
    ApplicationFailure broken =
        catchThrowableOfType(ApplicationFailure.class, () -> worker.post(post));
    assertThat(broken.getNextRetryDelay()).isNull();
  }

  @Test
  void a_run_tells_people_after_the_wait_and_not_before() {
    web.next(new Reply(429, "slow down", Map.of("Retry-After", "600")));
    try (TestWorkflowEnvironment temporal = TestWorkflowEnvironment.newInstance()) {
      var queue = temporal.newWorker("q");
      queue.registerWorkflowImplementationTypes(TellingImpl.class);
      queue.registerActivitiesImplementations(worker);
      temporal.start();
      long before = temporal.currentTimeMillis();
      temporal
          .getWorkflowClient()
          .newWorkflowStub(Telling.class, WorkflowOptions.newBuilder().setTaskQueue("q").build())
          .tell(post);
      // The environment's own time, which skips over waits: the policy alone would wait 2 s.
      assertThat(Duration.ofMillis(temporal.currentTimeMillis() - before))
          .isGreaterThanOrEqualTo(Duration.ofMinutes(10));
      assertThat(web.seen()).hasSize(2);
    }
  }

  /** Tells people once. */
  @WorkflowInterface
  public interface Telling {
    @WorkflowMethod
    String tell(NoticePost post);
  }

  /** Tells people once, as patiently as runs do. */
  public static final class TellingImpl implements Telling {
    @Override
    public String tell(NoticePost post) {
      return Workflow.newActivityStub(NoticeActivities.class, ActivityPolicies.message("Tell"))
          .post(post);
    }
  }
}
