package drillbook.bisect;

import drillbook.bisect.BisectActivities.Candidates;
import drillbook.bisect.BisectActivities.DifferenceQuestion;
import drillbook.bisect.BisectReport.Probe;
import drillbook.check.Verdict;
import drillbook.difference.BackupDifference;
import drillbook.drill.DrillRequest;
import drillbook.drill.DrillWorkflow;
import drillbook.failure.FailureKind;
import drillbook.failure.WorkflowFailures;
import drillbook.journal.JournalActivities;
import drillbook.journal.JournalRecord;
import drillbook.policy.ActivityPolicies;
import drillbook.policy.ChildProcedures;
import io.temporal.activity.ActivityOptions;
import io.temporal.client.WorkflowExecutionAlreadyStarted;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.ChildWorkflowFailure;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The procedure of a bisection. */
public final class BisectWorkflowImpl implements BisectWorkflow {
  /** How many records of each kind are named. */
  private static final int EXAMPLES = 3;

  private final List<Probe> probes = new ArrayList<>();
  private String note = "";

  @Override
  public BisectReport bisect(BisectRequest request) {
    long startedAt = Workflow.currentTimeMillis();
    Workflow.setCurrentDetails("Looking for backups before **" + request.backup() + "**.");
    Candidates candidates =
        activities(ActivityPolicies.request("Look for earlier backups")).candidates(request);
    List<String> earlier = candidates.earlier();
    Bisection search = new Bisection(earlier.size());
    while (probes.size() < request.most() && search.next().isPresent()) {
      int position = search.next().getAsInt();
      Optional<Probe> probe = probe(request, earlier.get(position), search.untried());
      if (probe.isEmpty()) {
        break;
      }
      probes.add(probe.get());
      search.tried(position, probe.get().verdict() == Verdict.PASSED);
    }
    String good = named(search.good(), earlier, "");
    String bad = named(search.bad(), earlier, candidates.failed());
    List<BackupDifference> difference =
        good.isEmpty() ? List.of() : difference(request.target(), good, bad);
    BisectReport report =
        new BisectReport(
            request.target(),
            good,
            bad,
            search.untried(),
            probes,
            difference,
            note,
            (Workflow.currentTimeMillis() - startedAt) / 1000.0);
    Workflow.newActivityStub(
            JournalActivities.class, ActivityPolicies.request("Write the bisection down"))
        .append(JournalRecord.bisected(Workflow.getInfo().getRunId(), report));
    Workflow.setCurrentDetails(report.finding().message());
    return report;
  }

  /** Drills a backup; empty where that says nothing of the backup, so that the search must end. */
  private Optional<Probe> probe(BisectRequest request, String backupId, int untried) {
    Workflow.setCurrentDetails(
        "Drilling **" + backupId + "**, one of " + untried + " that nothing is known of.");
    try {
      return Optional.of(
          new Probe(
              backupId,
              drill(request.target(), backupId)
                  .drill(DrillRequest.probe(request.target(), backupId, request.into()))
                  .verdictBesideTime(),
              ""));
    } catch (ChildWorkflowFailure failure) {
      if (failure.getCause() instanceof CanceledFailure cancelled) {
        throw cancelled;
      }
      if (failure.getCause() instanceof WorkflowExecutionAlreadyStarted) {
        note = "another drill of the target runs at this moment";
        return Optional.empty();
      }
      String reason = WorkflowFailures.message(failure);
      FailureKind kind = WorkflowFailures.kind(failure);
      if (kind == FailureKind.CORRUPT || kind == FailureKind.NOT_FOUND) {
        return Optional.of(new Probe(backupId, Verdict.FAILED, reason));
      }
      note = "the drill of " + backupId + " could not be made: " + reason;
      return Optional.empty();
    }
  }

  /** The id is that of every drill of the target, so that two never share its scratch. */
  private static DrillWorkflow drill(String target, String backupId) {
    return ChildProcedures.stub(DrillWorkflow.class, "drill-" + target, "Try " + backupId);
  }

  /** What differs is told where it can be: a backup that does not restore may not be readable. */
  private List<BackupDifference> difference(String target, String good, String bad) {
    try {
      return List.of(
          activities(ActivityPolicies.transfer("Compare " + good + " with " + bad))
              .difference(new DifferenceQuestion(target, good, bad, EXAMPLES)));
    } catch (ActivityFailure failure) {
      if (failure.getCause() instanceof CanceledFailure) {
        throw failure;
      }
      note = "what differs cannot be told: " + WorkflowFailures.message(failure);
      return List.of();
    }
  }

  private static String named(OptionalInt position, List<String> ids, String none) {
    return position.isPresent() ? ids.get(position.getAsInt()) : none;
  }

  private static BisectActivities activities(ActivityOptions options) {
    return Workflow.newActivityStub(BisectActivities.class, options);
  }
}
