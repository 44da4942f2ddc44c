package drillbook.demo.calendar;

import drillbook.demo.calendar.SimulatedStore.Sealed;
import drillbook.disaster.DisasterActivities;
import drillbook.disaster.DisasterReport;
import drillbook.disaster.DropRun;
import drillbook.disaster.HookReport;
import drillbook.disaster.HookRun;
import drillbook.disaster.ProbeReport;
import drillbook.failure.FailureKind;
import drillbook.failure.WorkflowFailures;
import drillbook.region.Provisioned;
import drillbook.region.RegionActivities;
import drillbook.region.RegionRun;
import drillbook.region.ReplicaReport;
import drillbook.region.ReplicaRequest;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Another region that is not there, and a primary that can be fenced. */
final class SimulatedRegion implements RegionActivities, DisasterActivities {
  private static final Duration PROVISION = Duration.ofMinutes(3);

  private final SimulatedStore store;
  private final SimulatedWork work;
  private final Set<String> up = ConcurrentHashMap.newKeySet();
  private final List<DisasterReport> published = new CopyOnWriteArrayList<>();
  private volatile boolean fenced;
  private volatile String clients = QuarterStory.TARGET;

  SimulatedRegion(SimulatedStore store, SimulatedWork work) {
    this.store = store;
    this.work = work;
  }

  /** Tells whether the primary is cut off. */
  boolean isFenced() {
    return fenced;
  }

  /** Returns the runs whose instances are still up. */
  Set<String> up() {
    return Set.copyOf(up);
  }

  /** Returns where clients are led. */
  String clients() {
    return clients;
  }

  /** Returns what was published. */
  List<DisasterReport> published() {
    return List.copyOf(published);
  }

  @Override
  public ReplicaReport replicate(ReplicaRequest request) {
    Duration time = Duration.ofMinutes(5);
    work.takes(time);
    Sealed backup =
        (request.proven() ? store.newestProven() : store.newest())
            .orElseThrow(() ->
                WorkflowFailures.of(FailureKind.NOT_FOUND, "there is no backup to replicate", ""));
    return new ReplicaReport(
        backup.id(),
        backup.asOf(),
        request.proven(),
        40,
        backup.size().bytes() / 2,
        backup.size().bytes() / 40,
        "simulated://" + request.region(),
        time.toSeconds());
  }

  @Override
  public Provisioned provision(RegionRun run) {
    up.add(run.mark());
    work.takes(PROVISION);
    return new Provisioned(run.mark(), "command", PROVISION.toSeconds());
  }

  @Override
  public void tearDown(RegionRun run) {
    up.remove(run.mark());
  }

  @Override
  public HookReport hook(HookRun run) {
    work.takes(Duration.ofSeconds(15));
    switch (run.hook()) {
      case FENCE -> fenced = true;
      case UNFENCE -> fenced = false;
      case CUTOVER -> clients = run.region();
      case FAILBACK -> clients = run.target();
    }
    return new HookReport(true, "simulated: " + run.hook().word(), 15);
  }

  @Override
  public ProbeReport probe(String target) {
    return new ProbeReport(!fenced, fenced ? "connection refused" : "it answers");
  }

  @Override
  public ProbeReport awaitAnswer(String target) {
    if (fenced) {
      throw WorkflowFailures.of(FailureKind.UNAVAILABLE, "connection refused", "");
    }
    return new ProbeReport(true, "it answers");
  }

  @Override
  public int drop(DropRun run) {
    throw new UnsupportedOperationException("the primary is never deleted here");
  }

  @Override
  public void publish(DisasterReport report) {
    published.add(report);
  }
}
