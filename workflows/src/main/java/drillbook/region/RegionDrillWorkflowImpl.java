package drillbook.region;

import drillbook.check.Check;
import drillbook.check.Verdict;
import drillbook.drill.DrillReport;
import drillbook.drill.DrillRequest;
import drillbook.drill.DrillWorkflow;
import drillbook.policy.ChildProcedures;
import drillbook.restore.Site;
import drillbook.visibility.SearchKeys;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.List;

/** The procedure of a drill in another region. */
public final class RegionDrillWorkflowImpl implements RegionDrillWorkflow {
  @Override
  public RegionDrillReport drill(RegionDrillRequest request) {
    Workflow.setCurrentDetails("Replicating a backup to **" + request.region() + "**.");
    ReplicaReport replica =
        RegionProcedure.replicate(
            new ReplicaRequest(request.target(), request.region(), request.backup(), false));

    RegionRun run = RegionProcedure.begin(request.target(), request.region());
    Provisioned provisioned;
    DrillReport drill;
    List<Check> tornDown;
    try {
      Workflow.setCurrentDetails("Bringing an instance up in **" + request.region() + "**.");
      provisioned = RegionProcedure.provision(run);
      Workflow.setCurrentDetails("Drilling in **" + request.region() + "**.");
      drill = drill(request, replica, provisioned);
      tornDown = RegionProcedure.tearDown(run);
    } catch (TemporalFailure failure) {
      throw RegionProcedure.tearDownAfter(run, failure);
    }

    List<Check> all = new ArrayList<>(drill.checks());
    all.addAll(tornDown);
    Verdict verdict = Verdict.of(all);
    SearchKeys.ended(verdict, replica.backupId());
    Workflow.setCurrentDetails("**" + verdict + "** in " + drill.recoverySeconds() + " s.");
    return new RegionDrillReport(
        request.target(), request.region(), verdict, replica, provisioned, drill, tornDown);
  }

  private static DrillReport drill(
      RegionDrillRequest request, ReplicaReport replica, Provisioned provisioned) {
    return ChildProcedures.stub(
            DrillWorkflow.class,
            "drill-" + request.target() + "-in-" + request.region(),
            "Drill " + request.target() + " in " + request.region())
        .drill(
            new DrillRequest(
                request.target(),
                replica.backupId(),
                request.region(),
                List.of(),
                List.of(),
                request.maxRegression(),
                request.floorSeconds(),
                new Site(request.region(), provisioned.mark(), provisioned.seconds())));
  }
}
