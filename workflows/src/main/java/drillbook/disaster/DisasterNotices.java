package drillbook.disaster;

import drillbook.check.Finding;
import drillbook.check.Verdict;
import drillbook.notice.Figures;
import drillbook.notice.Notice;
import drillbook.notice.Notice.Fact;
import drillbook.notice.Notice.Level;
import drillbook.people.Approval;
import drillbook.region.ReplicaReport;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What people are told of a disaster drill. */
public final class DisasterNotices {
  private DisasterNotices() {}

  /** Returns what is told while approvals are waited for. */
  static Notice asking(DisasterDrillRequest request, ReplicaReport replica, boolean again) {
    String title =
        request.target()
            + ": a disaster drill "
            + (again ? "STILL waits for approval" : "waits for approval");
    String loss =
        switch (request.loss()) {
          case FENCE -> "fenced, where the target has a hook for it; simulated otherwise";
          case DELETE -> "DELETED where every approver says so, fenced otherwise";
        };
    return new Notice(
        again ? Level.PROBLEM : Level.WARNING,
        title,
        List.of(
            new Fact("The primary will be", loss),
            new Fact("Comes up in", request.region()),
            new Fact("From backup", replica.backupId()),
            new Fact("Approvals needed", Integer.toString(request.approvals().needed())),
            new Fact(
                "Approvers",
                request.approvals().approvers().isEmpty()
                    ? "anybody"
                    : String.join(", ", request.approvals().approvers())),
            new Fact("Within", Figures.seconds(request.approvals().within().toMillis() / 1000.0)),
            new Fact("Approve", "drillbook approve " + request.target() + " --who NAME"),
            new Fact("Stop", "drillbook approve " + request.target() + " --who NAME --stop WHY")),
        List.of(),
        Workflow.getInfo().getWorkflowId(),
        Workflow.getInfo().getRunId());
  }

  /** Returns what is told at the end of a drill that no runbook started. */
  static Notice ended(DisasterReport report) {
    return new Notice(
        report.verdict() == Verdict.PASSED ? Level.FINE : Level.PROBLEM,
        report.target() + " disaster drill: " + report.verdict().words(),
        facts(report),
        findings(report),
        Workflow.getInfo().getWorkflowId(),
        Workflow.getInfo().getRunId());
  }

  /** Returns a drill's figures, in the order in which people read them. */
  public static List<Fact> facts(DisasterReport report) {
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("Disaster drill", report.verdict().words()));
    facts.add(new Fact("Condition", report.condition()));
    facts.add(new Fact("Primary", report.loss()));
    facts.add(new Fact("From backup", report.replica().backupId()));
    if (!report.approvals().isEmpty()) {
      facts.add(
          new Fact(
              "Approved by",
              report.approvals().stream().map(Approval::who).collect(Collectors.joining(", "))
                  + " (claimed)"));
    }
    if (report.recoverySeconds() > 0) {
      facts.add(new Fact("Recovery time", Figures.seconds(report.recoverySeconds())));
      facts.add(
          new Fact("Recovery point", Figures.seconds(report.recoveryPointAgeSeconds()) + " old"));
    }
    facts.add(new Fact("Report", report.reportKey()));
    return facts;
  }

  /** Returns what is wrong. */
  public static List<Finding> findings(DisasterReport report) {
    return report.checks().stream().flatMap(check -> check.findings().stream()).toList();
  }
}
