package drillbook.disaster;

import drillbook.people.Approval;
import drillbook.people.ApprovalDesk;
import drillbook.people.NoticeThreads;
import drillbook.people.Stop;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;

/** Takes a disaster drill's messages; what is done stands in {@link DisasterDrill}. */
public final class DisasterDrillWorkflowImpl implements DisasterDrillWorkflow {
  private final ApprovalDesk desk;
  private final NoticeThreads people;

  /** Prepares a drill before the first message reaches it. */
  @WorkflowInit
  public DisasterDrillWorkflowImpl(DisasterDrillRequest request) {
    desk = new ApprovalDesk(request.target(), request.approvals(), request.loss() == Loss.DELETE);
    people = new NoticeThreads(request.notices());
  }

  @Override
  public DisasterReport drill(DisasterDrillRequest request) {
    DisasterReport report = new DisasterDrill(request, desk, people).run();
    Workflow.await(Workflow::isEveryHandlerFinished);
    return report;
  }

  @Override
  public void approve(Approval approval) {
    desk.take(approval);
  }

  @Override
  public void checkApproval(Approval approval) {
    desk.check(approval);
  }

  @Override
  public void stop(Stop stop) {
    desk.take(stop);
  }

  @Override
  public void checkStop(Stop stop) {
    desk.check(stop);
  }
}
