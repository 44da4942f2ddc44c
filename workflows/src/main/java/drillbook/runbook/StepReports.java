package drillbook.runbook;

import drillbook.backup.BackupReport;
import drillbook.bisect.BisectReport;
import drillbook.check.Check;
import drillbook.check.Finding;
import drillbook.check.FindingCode;
import drillbook.check.Verdict;
import drillbook.disaster.DisasterNotices;
import drillbook.disaster.DisasterReport;
import drillbook.drill.DrillReport;
import drillbook.failure.WorkflowFailures;
import drillbook.notice.Figures;
import drillbook.notice.Notice.Fact;
import drillbook.prune.PruneReport;
import drillbook.region.RegionDrillReport;
import drillbook.runbook.StepReport.Outcome;
import drillbook.verify.VerifyReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What steps report, from what their procedures returned. Asks nobody. */
final class StepReports {
  private StepReports() {}

  static StepReport of(BackupReport backup) {
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("Backup", backup.backupId()));
    facts.add(
        new Fact(
            "Records",
            Figures.count(backup.records())
                + ": "
                + Figures.count(backup.changed())
                + " stored, "
                + Figures.count(backup.deleted())
                + " deleted"));
    facts.add(
        new Fact(
            "Size",
            Figures.bytes(backup.logicalBytes())
                + " of content, "
                + Figures.bytes(backup.addedBytes())
                + " added to the store"));
    facts.add(new Fact("Duration", Figures.seconds(backup.seconds())));
    if (!backup.note().isEmpty()) {
      facts.add(new Fact("Note", backup.note()));
    }
    return new StepReport(
        "backup",
        backup.warnings().isEmpty() ? Outcome.PASSED : Outcome.WARNING,
        backup.backupId(),
        facts,
        backup.warnings(),
        backup.seconds());
  }

  static StepReport of(VerifyReport verified) {
    String words =
        verified.verdict().words()
            + ": "
            + Figures.counted(verified.records(), "record")
            + " read and hashed, "
            + Figures.bytes(verified.bytes());
    List<Finding> findings = new ArrayList<>(findings(verified.checks()));
    findings.addAll(verified.warnings());
    return new StepReport(
        "verify",
        outcome(verified.verdict(), !verified.warnings().isEmpty()),
        verified.backupId(),
        List.of(
            new Fact("Verification", words),
            new Fact("Verified in", Figures.seconds(verified.seconds()))),
        findings,
        verified.seconds());
  }

  static StepReport of(PruneReport pruned) {
    List<Fact> facts = new ArrayList<>();
    facts.add(
        new Fact(
            "Pruned",
            Figures.counted(pruned.deleted(), "backup")
                + " deleted, "
                + Figures.count(pruned.kept())
                + " kept"));
    facts.add(
        new Fact(
            "Freed",
            Figures.bytes(pruned.bytes()) + " in " + Figures.counted(pruned.objects(), "object")));
    pruned.notes().forEach(note -> facts.add(new Fact("Note", note)));
    return new StepReport(
        "prune",
        outcome(Verdict.PASSED, !pruned.findings().isEmpty()),
        "",
        facts,
        pruned.findings(),
        pruned.seconds());
  }

  static StepReport of(DrillReport drill) {
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("Drilled", drill.backupId()));
    facts.add(
        new Fact(
            "Drill",
            drill.verdict().words() + ": " + Figures.counted(drill.records(), "record") + " back"));
    facts.add(new Fact("Recovery time", recoveryTime(drill)));
    facts.add(
        new Fact(
            "Phases",
            String.join(
                ", ",
                "provision " + Figures.seconds(drill.phases().provision()),
                "transfer " + Figures.seconds(drill.phases().transfer()),
                "load " + Figures.seconds(drill.phases().load()),
                "index " + Figures.seconds(drill.phases().index()),
                "verify " + Figures.seconds(drill.phases().verify()))));
    facts.add(
        new Fact("Recovery point", Figures.seconds(drill.recoveryPointAgeSeconds()) + " old"));
    facts.add(new Fact("Report", drill.reportKey()));
    return new StepReport(
        "drill",
        outcome(drill.verdict(), false),
        drill.backupId(),
        facts,
        findings(drill.checks()),
        drill.recoverySeconds());
  }

  static StepReport of(RegionDrillReport region) {
    StepReport drill = of(region.drill());
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("Region", region.region() + ", instance: " + region.provisioned().by()));
    facts.add(
        new Fact(
            "Replica",
            Figures.bytes(region.replica().bytes())
                + " in "
                + region.replica().location()
                + ", "
                + Figures.bytes(region.replica().copiedBytes())
                + " copied in "
                + Figures.seconds(region.replica().seconds())));
    facts.addAll(drill.facts());
    List<Finding> findings = new ArrayList<>(drill.findings());
    findings.addAll(findings(region.checks()));
    return new StepReport(
        "region-drill",
        outcome(region.verdict(), false),
        drill.backupId(),
        facts,
        findings,
        drill.seconds());
  }

  static StepReport of(DisasterReport report) {
    return new StepReport(
        "disaster-drill",
        outcome(report.verdict(), false),
        report.replica().backupId(),
        DisasterNotices.facts(report),
        DisasterNotices.findings(report),
        report.recoverySeconds());
  }

  /** Returns a drill's report with what a bisection found. */
  static StepReport traced(StepReport drill, BisectReport found) {
    List<Finding> findings = new ArrayList<>(drill.findings());
    findings.add(found.finding());
    List<Fact> facts = new ArrayList<>(drill.facts());
    facts.add(
        new Fact("Newest that restores", found.good().isEmpty() ? "none found" : found.good()));
    facts.add(new Fact("Does not restore since", found.bad()));
    facts.add(
        new Fact(
            "Bisect",
            Figures.counted(found.probes().size(), "drill")
                + " in "
                + Figures.seconds(found.seconds())));
    return new StepReport(
        drill.step(),
        drill.outcome(),
        drill.backupId(),
        facts,
        findings,
        drill.seconds() + found.seconds());
  }

  static StepReport of(Step.Human step, HumanAnswer answer, double seconds) {
    List<Fact> facts =
        List.of(
            new Fact("Asked", step.owner() + ": " + step.instruction()),
            new Fact("Answer", answer.who() + ": " + (answer.done() ? "done" : "not done")),
            new Fact("Words", answer.words().isEmpty() ? "none" : answer.words()));
    return answer.done()
        ? new StepReport("human", Outcome.PASSED, "", facts, List.of(), seconds)
        : new StepReport(
            "human",
            Outcome.FAILED,
            "",
            facts,
            List.of(
                new Finding(
                    FindingCode.STEP_NOT_DONE,
                    answer.who() + " could not do it: " + answer.words(),
                    "Find out what is missing for " + step.owner() + " to do it.")),
            seconds);
  }

  static StepReport unanswered(Step.Human step) {
    double seconds = step.within().toMillis() / 1000.0;
    return new StepReport(
        "human",
        Outcome.FAILED,
        "",
        List.of(new Fact("Asked", step.owner() + ": " + step.instruction())),
        List.of(
            new Finding(
                FindingCode.STEP_NOT_DONE,
                step.owner() + " did not answer within " + Figures.seconds(seconds),
                "Find out whether " + step.owner() + " is reached by these notices.")),
        seconds);
  }

  static StepReport covered(Step step) {
    return new StepReport(
        step.word(),
        Outcome.COVERED,
        "",
        List.of(new Fact(step.word(), "another run does it at this moment")),
        List.of(),
        0);
  }

  static StepReport failed(Step step, Throwable failure, double seconds) {
    String hint = WorkflowFailures.hint(failure);
    return new StepReport(
        step.word(),
        Outcome.FAILED,
        "",
        List.of(),
        List.of(
            new Finding(
                FindingCode.STEP_FAILED,
                step.word()
                    + " failed ("
                    + WorkflowFailures.kind(failure)
                    + "): "
                    + WorkflowFailures.message(failure),
                hint.isEmpty() ? "See the child workflow's history." : hint)),
        seconds);
  }

  private static String recoveryTime(DrillReport drill) {
    String seconds = Figures.seconds(drill.recoverySeconds());
    return drill.baseline().known()
        ? seconds
            + String.format(
                Locale.ROOT,
                ", %+.0f %% against the baseline of ",
                drill.baseline().regression(drill.recoverySeconds()) * 100)
            + Figures.seconds(drill.baseline().seconds())
        : seconds + ", no baseline yet";
  }

  private static Outcome outcome(Verdict verdict, boolean warned) {
    return switch (verdict) {
      case PASSED -> warned ? Outcome.WARNING : Outcome.PASSED;
      case FAILED -> Outcome.FAILED;
      case COULD_NOT_VERIFY -> Outcome.COULD_NOT_VERIFY;
    };
  }

  private static List<Finding> findings(List<Check> checks) {
    return checks.stream().flatMap(check -> check.findings().stream()).toList();
  }
}
