package drillbook.people;

import drillbook.failure.WorkflowFailures;
import drillbook.notice.Notice;
import drillbook.notice.NoticeActivities;
import drillbook.notice.NoticeActivities.NoticePost;
import drillbook.notice.NoticeRoute;
import drillbook.policy.ActivityPolicies;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Tells people, from within a workflow: on each route all that one run says is one thread. */
public final class NoticeThreads {
  private final List<NoticeRoute> routes;
  private final List<String> threads;
  private final List<String> untold = new ArrayList<>();

  /** Begins no thread yet. */
  public NoticeThreads(List<NoticeRoute> routes) {
    this.routes = List.copyOf(routes);
    this.threads = new ArrayList<>(Collections.nCopies(routes.size(), ""));
  }

  /** Tells people on every route; one that cannot be reached is noted and fails nothing. */
  public void tell(Notice notice) {
    for (int i = 0; i < routes.size(); i++) {
      NoticeRoute route = routes.get(i);
      try {
        String thread =
            Workflow.newActivityStub(
                    NoticeActivities.class, ActivityPolicies.message("Tell " + route.words()))
                .post(new NoticePost(route, notice, threads.get(i)));
        if (threads.get(i).isEmpty()) {
          threads.set(i, thread);
        }
      } catch (ActivityFailure failure) {
        if (failure.getCause() instanceof CanceledFailure cancelled) {
          throw cancelled;
        }
        untold.add(route.words() + ": " + WorkflowFailures.message(failure));
      }
    }
  }

  /** Returns the routes that could not be reached so far, each with the reason. */
  public List<String> untold() {
    return List.copyOf(untold);
  }
}
