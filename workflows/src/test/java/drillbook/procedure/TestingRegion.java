package drillbook.procedure;

import drillbook.disaster.DisasterActivities;
import drillbook.disaster.DisasterReport;
import drillbook.disaster.DropRun;
import drillbook.disaster.Hook;
import drillbook.disaster.HookReport;
import drillbook.disaster.HookRun;
import drillbook.disaster.ProbeReport;
import drillbook.failure.FailureKind;
import drillbook.failure.WorkflowFailures;
import drillbook.notice.Notice;
import drillbook.people.Approval;
import drillbook.people.Stop;
import drillbook.region.Provisioned;
import drillbook.region.RegionActivities;
import drillbook.region.RegionRun;
import drillbook.region.ReplicaReport;
import drillbook.region.ReplicaRequest;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.client.WorkflowUpdateStage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Another region in memory: what is up there, whether the primary answers, who approves. */
public final class TestingRegion implements RegionActivities, DisasterActivities {
  /** What was published. */
  public final List<DisasterReport> published = new CopyOnWriteArrayList<>();

  /** Whether something that was brought up is up. */
  public volatile boolean up;

  /** Whether the primary's clients reach it. */
  public volatile boolean reachable = true;

  /** Whether the primary's collections are there. */
  public volatile boolean there = true;

  /** Where clients are led. */
  public volatile String clients = "docs";

  /** Whether the target has hooks. */
  public volatile boolean hooks = true;

  /** Whether the fence hook does what it says. */
  public volatile boolean fences = true;

  /** Whether the region has an instance of its own. */
  public volatile boolean existing;

  /** The recovery point of what is replicated. */
  public volatile Instant asOf = Instant.EPOCH;

  private final Consumer<String> begin;
  private volatile Optional<Approval> approval = Optional.empty();
  private volatile Optional<String> stopAt = Optional.empty();

  TestingRegion(Consumer<String> begin) {
    this.begin = begin;
  }

  /** Lets somebody approve once the drill waits for it. */
  public void approves(String who, boolean delete) {
    approval = Optional.of(new Approval(who, "docs", delete, ""));
  }

  /** Lets somebody stop the drill when a call begins. */
  public void stopsAt(String call) {
    stopAt = Optional.of(call);
  }

  /** Does what people do who were told something. */
  void told(Notice notice) {
    if (notice.title().contains("waits for approval")) {
      approval.ifPresent(given -> send("approve", given));
    }
  }

  /** Sends a message to the workflow whose activity this is, and waits until it took it. */
  private static void send(String update, Object message) {
    ActivityExecutionContext context = Activity.getExecutionContext();
    context
        .getWorkflowClient()
        .newUntypedWorkflowStub(context.getInfo().getWorkflowId())
        .startUpdate(update, WorkflowUpdateStage.ACCEPTED, Void.class, message);
  }

  private void begin(String call) {
    begin.accept(call);
    if (stopAt.filter(call::equals).isPresent()) {
      stopAt = Optional.empty();
      send("stop", new Stop("ben", "not now"));
    }
  }

  @Override
  public ReplicaReport replicate(ReplicaRequest request) {
    begin("replicate");
    return new ReplicaReport(TestingWorld.BACKUP, asOf, true, 5, 1000, 1000, "s3://docs-eu", 1);
  }

  @Override
  public Provisioned provision(RegionRun run) {
    begin("provision");
    if (existing) {
      return new Provisioned("", "existing", 0);
    }
    up = true;
    return new Provisioned(run.mark(), "command", 60);
  }

  @Override
  public void tearDown(RegionRun run) {
    begin("tear down");
    up = false;
  }

  @Override
  public HookReport hook(HookRun run) {
    begin("hook " + run.hook().word());
    if (!hooks) {
      return new HookReport(false, "", 0);
    }
    switch (run.hook()) {
      case FENCE -> reachable = !fences;
      case UNFENCE -> reachable = true;
      case CUTOVER -> clients = run.region();
      case FAILBACK -> clients = run.target();
    }
    return new HookReport(true, run.hook() == Hook.FENCE ? "cut off" : "done", 1);
  }

  @Override
  public ProbeReport probe(String target) {
    begin("probe");
    return new ProbeReport(reachable, reachable ? "version 1" : "connection refused");
  }

  @Override
  public ProbeReport awaitAnswer(String target) {
    begin("await answer");
    if (!reachable) {
      throw WorkflowFailures.of(FailureKind.UNAVAILABLE, "connection refused", "");
    }
    return new ProbeReport(true, "version 1");
  }

  @Override
  public int drop(DropRun run) {
    begin("drop primary");
    there = false;
    return 1;
  }

  @Override
  public void publish(DisasterReport report) {
    begin("publish disaster");
    published.add(report);
  }
}
