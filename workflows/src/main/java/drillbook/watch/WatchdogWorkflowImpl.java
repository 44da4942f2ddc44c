package drillbook.watch;

import drillbook.check.Verdict;
import drillbook.journal.JournalActivities;
import drillbook.people.NoticeThreads;
import drillbook.policy.ActivityPolicies;
import drillbook.runbook.Runbook;
import drillbook.visibility.SearchKeys;
import io.temporal.workflow.Workflow;
import java.util.List;

/** The procedure of a look: see, judge, tell, and remember what people know. */
public final class WatchdogWorkflowImpl implements WatchdogWorkflow {
  @Override
  public WatchdogReport watch(WatchdogRequest request) {
    Runbook runbook = request.runbook();
    WatchFacts facts =
        Workflow.newActivityStub(
                WatchActivities.class,
                ActivityPolicies.request("Look after runbook " + runbook.name()))
            .look(runbook);
    List<Alarm> alarms = Watchdog.alarms(runbook, facts);
    List<Alarm> fresh = Watchdog.fresh(facts, alarms);
    List<String> gone = Watchdog.gone(facts, alarms);
    NoticeThreads people = new NoticeThreads(runbook.notices());
    if (!fresh.isEmpty() || !gone.isEmpty()) {
      people.tell(
          WatchNotice.of(
              runbook,
              fresh,
              gone,
              Workflow.getInfo().getWorkflowId(),
              Workflow.getInfo().getRunId()));
    }
    if (Watchdog.isNews(facts, alarms)) {
      Workflow.newActivityStub(
              JournalActivities.class, ActivityPolicies.request("Write down what people know"))
          .append(
              WatchRecord.of(
                  Workflow.getInfo().getRunId(), runbook, Watchdog.memory(facts, alarms)));
    }
    SearchKeys.ended(alarms.isEmpty() ? Verdict.PASSED : Verdict.FAILED, "");
    Workflow.setCurrentDetails(
        alarms.isEmpty()
            ? "All is as it should be."
            : "**" + alarms.size() + "** to look at: " + Watchdog.memory(facts, alarms).open());
    return new WatchdogReport(
        runbook.name(),
        runbook.target(),
        facts.at(),
        alarms,
        fresh.stream().map(Alarm::key).toList(),
        gone,
        people.untold());
  }
}
