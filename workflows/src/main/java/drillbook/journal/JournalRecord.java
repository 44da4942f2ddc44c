package drillbook.journal;

import drillbook.backup.BackupReport;
import drillbook.bisect.BisectReport;
import drillbook.check.Verdict;
import drillbook.difference.BackupDifference;
import drillbook.disaster.DisasterReport;
import drillbook.drill.AcceptRequest;
import drillbook.drill.DrillReport;
import drillbook.export.ExportReport;
import drillbook.hold.MarkRequest;
import drillbook.intake.ImportReport;
import drillbook.people.Approval;
import drillbook.prune.PruneReport;
import drillbook.restore.RestoreReport;
import drillbook.runbook.RunbookReport;
import drillbook.verify.VerifyReport;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One thing that happened to a target.
 *
 * @param target whose journal it goes into
 * @param kind {@code backup}, {@code verify}, {@code restore}, {@code drill}, {@code disaster},
 *     {@code probe}, {@code bisect}, {@code accept}, {@code run}, {@code prune}, {@code hold},
 *     {@code release}, {@code label}, {@code export}, {@code import} or {@code watch}
 * @param run the workflow run: a second append of the same kind and run changes nothing
 * @param backupId which backup it was about; an empty string where it was about none
 * @param verdict PASSED for a sealed backup, what the checks say otherwise
 * @param seconds how long it took; a drill's is its recovery time
 * @param figures further facts by name, as text
 */
public record JournalRecord(
    String target,
    String kind,
    String run,
    String backupId,
    Verdict verdict,
    double seconds,
    Map<String, String> figures) {
  /** Copies the figures, ordered by name. */
  public JournalRecord {
    Objects.requireNonNull(target, "target == null");
    Objects.requireNonNull(kind, "kind == null");
    Objects.requireNonNull(run, "run == null");
    Objects.requireNonNull(backupId, "backupId == null");
    Objects.requireNonNull(verdict, "verdict == null");
    figures = Collections.unmodifiableMap(new TreeMap<>(figures));
  }

  /** Returns what is written down of a sealed backup. */
  public static JournalRecord sealed(String run, BackupReport report) {
    return new JournalRecord(
        report.target(),
        "backup",
        run,
        report.backupId(),
        Verdict.PASSED,
        report.seconds(),
        Map.of(
            "kind", report.kind().word(),
            "parent", report.parent(),
            "records", Long.toString(report.records()),
            "addedBytes", Long.toString(report.addedBytes()),
            "asOf", report.asOf().toString(),
            "digest", report.digest(),
            "manifestSha256", report.manifestSha256()));
  }

  /** Returns what is written down of a verification. */
  public static JournalRecord verified(String run, VerifyReport report) {
    return new JournalRecord(
        report.target(),
        "verify",
        run,
        report.backupId(),
        report.verdict(),
        report.seconds(),
        Map.of(
            "records", Long.toString(report.records()),
            "bytes", Long.toString(report.bytes())));
  }

  /** Returns what is written down of a restore. */
  public static JournalRecord restored(String run, RestoreReport report) {
    return new JournalRecord(
        report.target(),
        "restore",
        run,
        report.plan().backupId(),
        report.verdict(),
        report.recoverySeconds(),
        Map.of(
            "into", report.into(),
            "mode", report.mode().name(),
            "records", Long.toString(report.records())));
  }

  /** Returns what is written down of a finished export. */
  public static JournalRecord exported(String run, ExportReport report) {
    return new JournalRecord(
        report.target(),
        "export",
        run,
        report.backupId(),
        Verdict.PASSED,
        report.seconds(),
        Map.of(
            "export", report.id(),
            "format", report.format(),
            "layout", report.layout(),
            "to", report.to(),
            "records", Long.toString(report.records()),
            "bytes", Long.toString(report.bytes())));
  }

  /** Returns what is written down of a finished import. */
  public static JournalRecord imported(String run, ImportReport report) {
    return new JournalRecord(
        report.target(),
        "import",
        run,
        "",
        Verdict.PASSED,
        report.seconds(),
        Map.of(
            "from", report.from(),
            "collection", report.collection(),
            "created", Boolean.toString(report.created()),
            "files", Integer.toString(report.files()),
            "records", Long.toString(report.records())));
  }

  /** Returns what is written down of a drill; baselines are computed from these. */
  public static JournalRecord drilled(String run, DrillReport report) {
    return drill(run, report, "drill", report.verdict());
  }

  /**
   * Returns what is written down of a bisection's drill: no baseline and no promise rests on it,
   * but it proves its backup.
   */
  public static JournalRecord probed(String run, DrillReport report) {
    return drill(run, report, "probe", report.verdictBesideTime());
  }

  /** Returns what is written down of a bisection. */
  public static JournalRecord bisected(String run, BisectReport report) {
    return new JournalRecord(
        report.target(),
        "bisect",
        run,
        report.bad(),
        Verdict.FAILED,
        report.seconds(),
        Map.of(
            "good", report.good(),
            "bad", report.bad(),
            "drills", Integer.toString(report.probes().size()),
            "untried", Integer.toString(report.untried()),
            "differing",
                Long.toString(
                    report.difference().stream().mapToLong(BackupDifference::records).sum()),
            "note", report.note()));
  }

  private static JournalRecord drill(String run, DrillReport report, String kind, Verdict verdict) {
    return new JournalRecord(
        report.target(),
        kind,
        run,
        report.backupId(),
        verdict,
        report.recoverySeconds(),
        Map.of(
            "fingerprint", report.fingerprint(),
            "records", Long.toString(report.records()),
            "report", report.reportKey(),
            "mark", report.run(),
            "into", report.into(),
            "besideTime", report.verdictBesideTime().name(),
            "regressed", Boolean.toString(report.regressed())));
  }

  /** Returns what is written down of a disaster drill, with who approved it. */
  public static JournalRecord disaster(String run, DisasterReport report) {
    return new JournalRecord(
        report.target(),
        "disaster",
        run,
        report.replica().backupId(),
        report.verdict(),
        report.recoverySeconds(),
        Map.of(
            "region", report.region(),
            "loss", report.loss(),
            "condition", report.condition(),
            "approvedBy",
                report.approvals().stream().map(Approval::who).collect(Collectors.joining(", ")),
            "recoveryPointAge", Double.toString(report.recoveryPointAgeSeconds()),
            "records", Long.toString(report.records()),
            "report", report.reportKey(),
            "mark", report.run()));
  }

  /** Returns what is written down of a drill whose recovery time is the new normal. */
  public static JournalRecord accepted(String run, AcceptRequest request, JournalRecord drill) {
    return new JournalRecord(
        drill.target(),
        "accept",
        run,
        drill.backupId(),
        drill.verdict(),
        drill.seconds(),
        Map.of(
            "drill", drill.run(),
            "mark", drill.figures().getOrDefault("mark", ""),
            "who", request.who(),
            "words", request.words()));
  }

  /** Returns what is written down of a hold, a release or labels. */
  public static JournalRecord marked(String run, MarkRequest request) {
    return new JournalRecord(
        request.target(),
        request.action().name().toLowerCase(Locale.ROOT),
        run,
        request.backup(),
        Verdict.PASSED,
        0,
        Map.of(
            "who", request.who(),
            "words", request.words(),
            "labels", String.join(", ", request.labels())));
  }

  /** Returns what is written down of a prune. */
  public static JournalRecord pruned(String run, PruneReport report) {
    return new JournalRecord(
        report.target(),
        "prune",
        run,
        "",
        report.verdict(),
        report.seconds(),
        Map.of(
            "kept", Integer.toString(report.kept()),
            "deleted", Integer.toString(report.deleted()),
            "objects", Long.toString(report.objects()),
            "bytes", Long.toString(report.bytes()),
            "plan", report.planKey()));
  }

  /** Returns what is written down of a runbook's run. */
  public static JournalRecord ran(String run, RunbookReport report) {
    return new JournalRecord(
        report.target(),
        "run",
        run,
        report.backupId(),
        report.verdict(),
        report.seconds(),
        Map.of(
            "runbook", report.runbook(),
            "cadence", report.cadence().word(),
            "steps", report.outcomes(),
            "untold", String.join("; ", report.untold())));
  }
}
