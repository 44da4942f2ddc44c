package drillbook.restore;

import drillbook.backup.BackupId;
import drillbook.check.Check;
import drillbook.check.Verdict;
import drillbook.policy.ActivityPolicies;
import drillbook.policy.ActivityWindow;
import drillbook.visibility.SearchKeys;
import io.temporal.activity.ActivityOptions;
import io.temporal.workflow.Async;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The steps that a restore on demand and a drill have in common, in their order. */
public final class RestoreProcedure {
  /** How many loads run at a time. */
  static final int WINDOW = 2;

  private RestoreProcedure() {}

  /** Returns what this run's activities are told. */
  public static RestoreRun begin(RestoreRequest request) {
    Instant startedAt = now();
    return new RestoreRun(request, runMark(startedAt), startedAt);
  }

  /** Decides what will be done; refuses what must not be. */
  public static RestorePlan plan(RestoreRun run) {
    describe("Planning the restore of **" + run.request().target() + "**.");
    RestorePlan plan =
        activities(ActivityPolicies.preflight("Plan the restore of " + run.request().target()))
            .plan(run);
    SearchKeys.about(plan.intoEngine(), plan.backupId());
    return plan;
  }

  /** Returns the report of a run that touched nothing. */
  public static RestoreReport dryRun(RestoreRun run, RestorePlan plan) {
    return report(run, plan, List.of(), 0, 0, Phases.NONE);
  }

  /** Creates, loads, indexes and checks what the plan says; leaves clean-up to the caller. */
  public static RestoreReport restore(RestoreRun run, RestorePlan plan) {
    RestoreRequest request = run.request();

    describe("Creating collections in **" + request.into() + "**.");
    activities(ActivityPolicies.request("Create the collections")).create(run);
    Instant created = now();

    List<LoadReport> loads = loadAll(run, plan);
    Instant loaded = now();

    for (int i = 0; i < plan.collections().size(); i++) {
      String name = plan.collections().get(i).into();
      describe("Building the indexes of **" + name + "**.");
      activities(ActivityPolicies.transfer("Build the indexes of " + name)).index(new Step(run, i));
    }
    Instant indexed = now();

    List<Check> checks = new ArrayList<>();
    for (int i = 0; i < plan.collections().size(); i++) {
      String name = plan.collections().get(i).into();
      describe("Asking **" + name + "** whether everything is there.");
      checks.addAll(activities(ActivityPolicies.transfer("Check " + name)).check(new Step(run, i)));
    }
    Instant checked = now();

    double loadWall = seconds(created, loaded);
    double transferShare = transferShare(loads);
    Phases phases =
        new Phases(
            request.site().provisionSeconds() + seconds(run.startedAt(), created),
            loadWall * transferShare,
            loadWall * (1 - transferShare),
            seconds(loaded, indexed),
            seconds(indexed, checked));
    long records = loads.stream().mapToLong(LoadReport::records).sum();
    long bytes = loads.stream().mapToLong(LoadReport::bytes).sum();
    return report(run, plan, checks, records, bytes, phases);
  }

  /** Runs all loads, a bounded window at a time. */
  private static List<LoadReport> loadAll(RestoreRun run, RestorePlan plan) {
    return ActivityWindow.run(
        WINDOW,
        plan.loads(),
        load -> {
          String summary = "Load " + (load + 1) + " of " + plan.loads();
          describe(summary + " into **" + run.request().into() + "**.");
          return Async.function(
              activities(ActivityPolicies.transfer(summary))::load, new Step(run, load));
        });
  }

  private static double transferShare(List<LoadReport> loads) {
    double transfer = loads.stream().mapToDouble(LoadReport::transferSeconds).sum();
    double load = loads.stream().mapToDouble(LoadReport::loadSeconds).sum();
    return transfer + load > 0 ? transfer / (transfer + load) : 0;
  }

  private static RestoreReport report(
      RestoreRun run,
      RestorePlan plan,
      List<Check> checks,
      long records,
      long bytes,
      Phases phases) {
    RestoreRequest request = run.request();
    return new RestoreReport(
        request.target(),
        request.into(),
        request.mode(),
        plan,
        request.dryRun(),
        Verdict.of(checks),
        checks,
        records,
        bytes,
        phases,
        request.site().provisionSeconds() + seconds(run.startedAt(), now()));
  }

  /** Returns what names of this run carry: its time and six characters of its run id. */
  public static String runMark(Instant startedAt) {
    String time = BackupId.timeMark(startedAt);
    return time.substring(0, time.length() - 1)
        + "_"
        + BackupId.runMark(Workflow.getInfo().getFirstExecutionRunId());
  }

  /** Returns the restore's activities under a policy. */
  public static RestoreActivities activities(ActivityOptions options) {
    return Workflow.newActivityStub(RestoreActivities.class, options);
  }

  private static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toMillis() / 1000.0;
  }

  private static Instant now() {
    return Instant.ofEpochMilli(Workflow.currentTimeMillis());
  }

  /** Keeps the page of the live run in the Temporal UI. */
  public static void describe(String markdown) {
    Workflow.setCurrentDetails(markdown);
  }
}
