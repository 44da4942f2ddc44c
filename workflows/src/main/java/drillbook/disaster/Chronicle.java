package drillbook.disaster;

import drillbook.check.Check;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What happened in a drill, and what was asked: what its report is written from. */
final class Chronicle {
  private final List<Milestone> milestones = new ArrayList<>();
  private final List<Check> checks = new ArrayList<>();

  /** Writes down what was reached, and shows it on the page of the live run. */
  Instant reach(String what, String words) {
    Instant at = now();
    milestones.add(new Milestone(at, what, words));
    StringBuilder page = new StringBuilder();
    for (Milestone milestone : milestones) {
      page.append("- ")
          .append(milestone.at())
          .append(" **")
          .append(milestone.what())
          .append("** ")
          .append(milestone.words())
          .append('\n');
    }
    Workflow.setCurrentDetails(page.toString());
    return at;
  }

  void add(Check check) {
    checks.add(check);
  }

  void addAll(List<Check> more) {
    checks.addAll(more);
  }

  List<Milestone> milestones() {
    return List.copyOf(milestones);
  }

  List<Check> checks() {
    return List.copyOf(checks);
  }

  static Instant now() {
    return Instant.ofEpochMilli(Workflow.currentTimeMillis());
  }

  static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toMillis() / 1000.0;
  }
}
