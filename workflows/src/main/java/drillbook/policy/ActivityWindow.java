package drillbook.policy;

import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Runs many activities, a bounded number at a time. */
public final class ActivityWindow {
  private ActivityWindow() {}

  /**
   * Runs activities and returns their results in the order in which they ended. As soon as one
   * fails, those beside it are cancelled and waited for, so that nothing goes on writing behind a
   * clean-up; then its failure is thrown.
   *
   * @param width how many run at a time
   * @param count how many there are
   * @param start starts one by number; the activity must be one that is waited for when cancelled
   */
  public static <R> List<R> run(int width, int count, IntFunction<Promise<R>> start) {
    List<R> results = new ArrayList<>();
    List<Promise<R>> running = new ArrayList<>();
    CancellationScope scope =
        Workflow.newCancellationScope(() -> {
          for (int number = 0; number < count; number++) {
            if (running.size() == width) {
              takeEnded(running, results);
            }
            running.add(start.apply(number));
          }
          while (!running.isEmpty()) {
            takeEnded(running, results);
          }
        });
    try {
      scope.run();
    } catch (ActivityFailure failure) {
      scope.cancel("another one failed");
      for (Promise<R> promise : running) {
        promise.handle((result, error) -> 0).get();
      }
      throw failure;
    }
    return results;
  }

  /** Waits for whichever ends first: waiting in order would overlook a failure for hours. */
  private static <R> void takeEnded(List<Promise<R>> running, List<R> results) {
    Promise.anyOf(running).get();
    for (int i = running.size() - 1; i >= 0; i--) {
      if (running.get(i).isCompleted()) {
        results.add(running.remove(i).get());
      }
    }
  }
}
