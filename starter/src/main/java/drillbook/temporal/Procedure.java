package drillbook.temporal;

import drillbook.backup.BackupReport;
import drillbook.backup.BackupRequest;
import drillbook.bisect.BisectReport;
import drillbook.bisect.BisectRequest;
import drillbook.drill.AcceptReport;
import drillbook.drill.AcceptRequest;
import drillbook.drill.DrillReport;
import drillbook.drill.DrillRequest;
import drillbook.export.ExportReport;
import drillbook.export.ExportRequest;
import drillbook.hold.MarkReport;
import drillbook.hold.MarkRequest;
import drillbook.intake.ImportReport;
import drillbook.intake.ImportRequest;
import drillbook.prune.PruneReport;
import drillbook.prune.PruneRequest;
import drillbook.region.RegionDrillReport;
import drillbook.region.RegionDrillRequest;
import drillbook.restore.RestoreReport;
import drillbook.restore.RestoreRequest;
import drillbook.runbook.RunbookReport;
import drillbook.runbook.RunbookRequest;
import drillbook.verify.VerifyReport;
import drillbook.verify.VerifyRequest;
import drillbook.visibility.SearchKeys;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/**
 * A workflow to start.
 *
 * @param words what it is, for people: "the backup of 'docs'"
 * @param workflowId its id: two of the same id cannot run at the same time
 * @param workflowType its type
 * @param request its one argument
 * @param report the class of what it returns
 * @param searchedBy search attributes of its start, for namespaces that have them
 */
public record Procedure<T>(
    String words,
    String workflowId,
    String workflowType,
    Object request,
    Class<T> report,
    Map<String, String> searchedBy) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd't'HHmmss'z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** Returns a backup; one at a time a target. */
  public static Procedure<BackupReport> backup(BackupRequest request) {
    return new Procedure<>(
        "the backup of '" + request.target() + "'",
        "backup-" + request.target(),
        "BackupWorkflow",
        request,
        BackupReport.class,
        SearchKeys.of(request.target()));
  }

  /** Returns a verification. */
  public static Procedure<VerifyReport> verify(VerifyRequest request) {
    return new Procedure<>(
        "the verification of " + request.backup() + " of '" + request.target() + "'",
        "verify-" + request.target() + "-" + request.backup(),
        "VerifyBackupWorkflow",
        request,
        VerifyReport.class,
        SearchKeys.of(request.target()));
  }

  /** Returns a restore. */
  public static Procedure<RestoreReport> restore(RestoreRequest request, Instant now) {
    return new Procedure<>(
        "the restore of '" + request.target() + "'",
        "restore-" + request.target() + "-" + TIME.format(now),
        "RestoreWorkflow",
        request,
        RestoreReport.class,
        SearchKeys.of(request.target()));
  }

  /** Returns an acceptance of a drill's recovery time. */
  public static Procedure<AcceptReport> accept(AcceptRequest request) {
    return new Procedure<>(
        "the acceptance for '" + request.target() + "'",
        "accept-" + request.target(),
        "AcceptDrillWorkflow",
        request,
        AcceptReport.class,
        SearchKeys.of(request.target()));
  }

  /** Returns a hold, a release or labels of a backup. */
  public static Procedure<MarkReport> mark(MarkRequest request) {
    return new Procedure<>(
        "the mark on " + request.backup() + " of '" + request.target() + "'",
        "mark-" + request.target() + "-" + request.backup(),
        "MarkBackupWorkflow",
        request,
        MarkReport.class,
        SearchKeys.of(request.target()));
  }

  /** Returns an export. */
  public static Procedure<ExportReport> export(ExportRequest request, Instant now) {
    return new Procedure<>(
        "the export of '" + request.target() + "'",
        "export-" + request.target() + "-" + TIME.format(now),
        "ExportWorkflow",
        request,
        ExportReport.class,
        SearchKeys.of(request.target()));
  }

  /** Returns an import. */
  public static Procedure<ImportReport> intake(ImportRequest request, Instant now) {
    return new Procedure<>(
        "the import into '" + request.target() + "'",
        "import-" + request.target() + "-" + TIME.format(now),
        "ImportWorkflow",
        request,
        ImportReport.class,
        SearchKeys.of(request.target()));
  }

  /** Returns a prune; one at a time a target. */
  public static Procedure<PruneReport> prune(PruneRequest request) {
    return new Procedure<>(
        "the prune of '" + request.target() + "'",
        "prune-" + request.target(),
        "PruneWorkflow",
        request,
        PruneReport.class,
        SearchKeys.of(request.target()));
  }

  /** Returns a drill; one at a time a target. */
  public static Procedure<DrillReport> drill(DrillRequest request) {
    return new Procedure<>(
        "the drill of '" + request.target() + "'",
        "drill-" + request.target(),
        "DrillWorkflow",
        request,
        DrillReport.class,
        SearchKeys.of(request.target()));
  }

  /** Returns a drill in another region; one at a time a target. */
  public static Procedure<RegionDrillReport> regionDrill(RegionDrillRequest request) {
    return new Procedure<>(
        "the drill of '" + request.target() + "' in '" + request.region() + "'",
        "region-drill-" + request.target(),
        "RegionDrillWorkflow",
        request,
        RegionDrillReport.class,
        SearchKeys.of(request.target()));
  }

  /** Returns a bisection; one at a time a target. */
  public static Procedure<BisectReport> bisect(BisectRequest request) {
    return new Procedure<>(
        "the bisection of '" + request.target() + "'",
        "bisect-" + request.target(),
        "BisectWorkflow",
        request,
        BisectReport.class,
        SearchKeys.of(request.target()));
  }

  /** Returns one run of a runbook, beside those of its schedule. */
  public static Procedure<RunbookReport> run(RunbookRequest request) {
    String name = request.runbook().name();
    String cadence = request.cadence().word();
    return new Procedure<>(
        "the " + cadence + " run of '" + name + "'",
        "run-" + name + "-" + cadence,
        "RunbookWorkflow",
        request,
        RunbookReport.class,
        SearchKeys.of(request.runbook().target(), name, cadence));
  }
}
