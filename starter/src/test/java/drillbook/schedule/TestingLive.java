package drillbook.schedule;

import drillbook.schedule.LiveSchedule.Outcome;
import drillbook.schedule.LiveSchedule.Run;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A schedule as a server would have it, in the making. */
final class TestingLive {
  private final DesiredSchedule desired;
  private final Instant createdAt;
  private final List<Run> runs = new ArrayList<>();
  private String owner;
  private String hash;
  private String attribute;
  private boolean touched;
  private boolean searchable = true;
  private boolean paused;
  private String note = "";
  private long missed;

  TestingLive(DesiredSchedule desired, String owner, Instant createdAt) {
    this.desired = desired;
    this.owner = owner;
    this.createdAt = createdAt;
    this.hash = desired.hash();
    this.attribute = hash;
  }

  TestingLive owner(String word) {
    owner = word;
    return this;
  }

  TestingLive hash(String words) {
    hash = words;
    return this;
  }

  TestingLive attribute(String words) {
    attribute = words;
    return this;
  }

  TestingLive touched() {
    touched = true;
    return this;
  }

  TestingLive unsearchable() {
    searchable = false;
    return this;
  }

  TestingLive paused(String why) {
    paused = true;
    note = why;
    return this;
  }

  TestingLive missed(long count) {
    missed = count;
    return this;
  }

  /** Adds a run before those that are there. */
  TestingLive ran(Instant due, String runId, Outcome outcome) {
    runs.add(
        new Run(
            due,
            due.plus(Duration.ofSeconds(1)),
            desired.workflowId() + "-" + due,
            runId,
            outcome));
    return this;
  }

  LiveSchedule build() {
    return new LiveSchedule(
        desired.id(),
        owner,
        hash,
        attribute,
        touched,
        searchable,
        paused,
        note,
        createdAt,
        createdAt,
        desired.times().after(createdAt.plus(Duration.ofDays(10)), 5),
        runs,
        runs.stream().filter(run -> run.outcome() == Outcome.RUNNING).map(Run::workflowId).toList(),
        missed,
        0);
  }
}
