package drillbook.procedure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.backup.BackupKind;
import drillbook.backup.BackupRequest;
import drillbook.backup.BackupWorkflowImpl;
import drillbook.bisect.BisectRequest;
import drillbook.bisect.BisectWorkflowImpl;
import drillbook.check.Finding;
import drillbook.check.FindingCode;
import drillbook.disaster.DisasterDrillRequest;
import drillbook.disaster.DisasterDrillWorkflowImpl;
import drillbook.disaster.Loss;
import drillbook.drill.AcceptDrillWorkflowImpl;
import drillbook.drill.AcceptRequest;
import drillbook.drill.DrillRequest;
import drillbook.drill.DrillWorkflowImpl;
import drillbook.export.ExportRequest;
import drillbook.export.ExportWorkflowImpl;
import drillbook.failure.FailureKind;
import drillbook.hold.MarkBackupWorkflowImpl;
import drillbook.hold.MarkRequest;
import drillbook.intake.ImportPlan;
import drillbook.intake.ImportRequest;
import drillbook.intake.ImportWorkflowImpl;
import drillbook.notice.NoticeRoute;
import drillbook.prune.PruneRequest;
import drillbook.prune.PruneWorkflowImpl;
import drillbook.region.RegionDrillRequest;
import drillbook.region.RegionDrillWorkflowImpl;
import drillbook.restore.RestoreMode;
import drillbook.restore.RestoreRequest;
import drillbook.restore.RestoreWorkflowImpl;
import drillbook.runbook.Cadence;
import drillbook.runbook.Occasion;
import drillbook.runbook.Runbook;
import drillbook.runbook.RunbookRequest;
import drillbook.runbook.RunbookWorkflowImpl;
import drillbook.runbook.Step;
import drillbook.ticket.TicketRoute;
import drillbook.verify.VerifyBackupWorkflow;
import drillbook.verify.VerifyBackupWorkflowImpl;
import drillbook.verify.VerifyReport;
import drillbook.verify.VerifyRequest;
import drillbook.watch.WatchdogRequest;
import drillbook.watch.WatchdogWorkflowImpl;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowStub;
import io.temporal.testing.WorkflowReplayer;
import io.temporal.workflow.Workflow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Histories of released shapes still replay: a workflow that a new version of the code could not go
 * on with would be stuck. After a deliberate change behind {@code Workflow.getVersion}, record new
 * ones beside the old: {@code mvn -pl workflows test -Dtest=HistoriesTest
 * -Ddrillbook.record-histories=true}.
 */
final class HistoriesTest {
  private static final boolean RECORD = Boolean.getBoolean("drillbook.record-histories");

  /** A run whose history is kept. Its parts are functions, which no annotation calls immutable. */
  @SuppressWarnings("ImmutableEnumChecker")
  enum Run {
    BACKUP_OPEN(
        "BackupWorkflow",
        BackupRequest.of("docs", BackupKind.FULL),
        world -> world.parts = 6,
        BackupWorkflowImpl.class),
    BACKUP_SNAPSHOT_LOST(
        "BackupWorkflow",
        BackupRequest.of("docs", BackupKind.INCREMENTAL),
        world -> {
          world.held = true;
          world.fail("range 0/1", FailureKind.SNAPSHOT_LOST);
        },
        BackupWorkflowImpl.class),
    BACKUP_FAILED(
        "BackupWorkflow",
        BackupRequest.of("docs", BackupKind.FULL),
        world -> world.fail("range 0/0", FailureKind.CORRUPT),
        BackupWorkflowImpl.class),
    BACKUP_WARNED(
        "BackupWorkflow",
        BackupRequest.of("docs", BackupKind.FULL),
        world -> {
          world.moves = List.of(new Finding(FindingCode.NORM_DRIFT, "docs: longer", "look"));
          world.fail("uncovered", FailureKind.DENIED);
        },
        BackupWorkflowImpl.class),
    VERIFY(
        "VerifyBackupWorkflow",
        VerifyRequest.of("docs", "latest"),
        world -> world.finding = true,
        VerifyBackupWorkflowImpl.class),
    RESTORE_IN_PLACE(
        "RestoreWorkflow",
        RestoreRequest.of("docs").in(RestoreMode.IN_PLACE),
        world -> world.parts = 3,
        RestoreWorkflowImpl.class),
    RESTORE_FAILED(
        "RestoreWorkflow",
        RestoreRequest.of("docs"),
        world -> world.fail("load 0", FailureKind.CORRUPT),
        RestoreWorkflowImpl.class),
    DRILL("DrillWorkflow", DrillRequest.of("docs"), world -> {}, DrillWorkflowImpl.class),
    DRILL_FAILED(
        "DrillWorkflow",
        DrillRequest.of("docs"),
        world -> world.fail("check", FailureKind.CORRUPT),
        DrillWorkflowImpl.class),
    BISECT(
        "BisectWorkflow",
        new BisectRequest("docs", null, null, 0),
        world -> {
          world.backups = List.of("20261120t020000z_full_abcdef", "20261119t020000z_full_abcdef");
          world.newestGood = "20261119t020000z_full_abcdef";
        },
        BisectWorkflowImpl.class),
    ACCEPT(
        "AcceptDrillWorkflow",
        new AcceptRequest("docs", "20261122t030000_1a2b3c", "she", "grown"),
        world -> {},
        AcceptDrillWorkflowImpl.class),
    REGION_DRILL(
        "RegionDrillWorkflow",
        new RegionDrillRequest("docs", "docs-eu", null, 0, 0),
        world -> {},
        RegionDrillWorkflowImpl.class),
    REGION_DRILL_FAILED(
        "RegionDrillWorkflow",
        new RegionDrillRequest("docs", "docs-eu", null, 0, 0),
        world -> world.fail("create", FailureKind.DENIED),
        RegionDrillWorkflowImpl.class),
    DISASTER_DRILL(
        "DisasterDrillWorkflow",
        disaster(Loss.DELETE),
        world -> world.region.approves("ana", true),
        DisasterDrillWorkflowImpl.class),
    DISASTER_DRILL_FENCED(
        "DisasterDrillWorkflow",
        disaster(Loss.FENCE),
        world -> {
          world.region.approves("ana", false);
          world.fail("hook cutover", FailureKind.DENIED);
        },
        DisasterDrillWorkflowImpl.class),
    DISASTER_DRILL_UNAPPROVED(
        "DisasterDrillWorkflow",
        disaster(Loss.FENCE),
        world -> {},
        DisasterDrillWorkflowImpl.class),
    RUN_MONTHLY(
        "RunbookWorkflow",
        run(
            new Occasion(
                Cadence.MONTHLY,
                Cadence.MONTHLY.cron(),
                List.of(new Step.RegionDrill("docs-eu", 0, 0)),
                Occasion.Notify.ALWAYS)),
        world -> {},
        RunbookWorkflowImpl.class),
    RUN_QUARTERLY(
        "RunbookWorkflow",
        run(
            new Occasion(
                Cadence.QUARTERLY,
                Cadence.QUARTERLY.cron(),
                List.of(new Step.DisasterDrill("docs-eu", null, null, null)),
                Occasion.Notify.ALWAYS)),
        world -> world.region.approves("ana", false),
        RunbookWorkflowImpl.class),
    WATCH(
        "WatchdogWorkflow",
        new WatchdogRequest(run(Occasion.usual(Cadence.DAILY)).runbook()),
        world -> world.finding = true,
        WatchdogWorkflowImpl.class),
    RUN_DAILY(
        "RunbookWorkflow",
        run(Occasion.usual(Cadence.DAILY)),
        world -> {},
        RunbookWorkflowImpl.class),
    RUN_DAILY_PRUNED(
        "RunbookWorkflow",
        run(Occasion.usual(Cadence.DAILY)),
        world -> {},
        RunbookWorkflowImpl.class),
    PRUNE("PruneWorkflow", PruneRequest.of("docs"), world -> {}, PruneWorkflowImpl.class),
    PRUNE_FAILED(
        "PruneWorkflow",
        PruneRequest.of("docs"),
        world -> world.fail("delete 0", FailureKind.DENIED),
        PruneWorkflowImpl.class),
    MARK(
        "MarkBackupWorkflow",
        new MarkRequest("docs", TestingWorld.BACKUP, null, "maria", "audit", null),
        world -> {},
        MarkBackupWorkflowImpl.class),
    EXPORT("ExportWorkflow", ExportRequest.of("docs"), world -> {}, ExportWorkflowImpl.class),
    EXPORT_FAILED(
        "ExportWorkflow",
        ExportRequest.of("docs"),
        world -> world.fail("write b", FailureKind.CORRUPT),
        ExportWorkflowImpl.class),
    IMPORT(
        "ImportWorkflow",
        new ImportRequest("docs", "/exports/a-1", null, null, false),
        world -> {},
        ImportWorkflowImpl.class),
    IMPORT_GROUPS(
        "ImportWorkflow",
        new ImportRequest("docs", "/exports/a-1", null, null, false),
        world -> world.forms.plan = new ImportPlan(5, "abc", "", List.of(0, 2)),
        ImportWorkflowImpl.class),
    IMPORT_MERGED(
        "ImportWorkflow",
        new ImportRequest("docs", "/exports/a-1", null, null, false),
        world -> world.forms.present = true,
        ImportWorkflowImpl.class),
    IMPORT_FAILED(
        "ImportWorkflow",
        new ImportRequest("docs", "/exports/a-1", null, null, false),
        world -> world.fail("load 1", FailureKind.CORRUPT),
        ImportWorkflowImpl.class),
    PRUNE_DRY(
        "PruneWorkflow",
        new PruneRequest("docs", null, true),
        world -> {},
        PruneWorkflowImpl.class),
    RUN_WEEKLY(
        "RunbookWorkflow",
        run(Occasion.usual(Cadence.WEEKLY)),
        world -> {
          world.finding = true;
          world.fail("notice Slack channel #ops", FailureKind.DENIED);
        },
        RunbookWorkflowImpl.class),
    RUN_BISECTED(
        "RunbookWorkflow",
        run(Occasion.usual(Cadence.WEEKLY)),
        world -> {
          world.backups = List.of("20261120t020000z_full_abcdef");
          world.newestGood = "20261120t020000z_full_abcdef";
        },
        RunbookWorkflowImpl.class),
    RUN_UNANSWERED(
        "RunbookWorkflow",
        run(
            new Occasion(
                Cadence.QUARTERLY,
                Cadence.QUARTERLY.cron(),
                List.of(new Step.Human("Call her.", "on-call", Duration.ofHours(1))),
                Occasion.Notify.ALWAYS)),
        world -> {},
        RunbookWorkflowImpl.class);

    private final String type;
    private final Object request;
    private final Consumer<TestingWorld> world;
    private final Class<?> implementation;

    Run(String type, Object request, Consumer<TestingWorld> world, Class<?> implementation) {
      this.type = type;
      this.request = request;
      this.world = world;
      this.implementation = implementation;
    }

    private static DisasterDrillRequest disaster(Loss loss) {
      return new DisasterDrillRequest(
          "docs",
          "docs-eu",
          null,
          loss,
          null,
          null,
          null,
          null,
          List.of(new NoticeRoute.Slack("#ops", "env:SLACK")));
    }

    private static RunbookRequest run(Occasion occasion) {
      return new RunbookRequest(
          new Runbook(
              "docs-book",
              "docs",
              null,
              null,
              List.of(occasion),
              null,
              null,
              List.of(new NoticeRoute.Slack("#ops", "env:SLACK")),
              List.of(new TicketRoute.GitHub("", "acme/ops", "env:GITHUB"))),
          occasion.cadence());
    }

    String resource() {
      return "histories/" + name().toLowerCase(Locale.ROOT).replace('_', '-') + ".json";
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_kept_history_replays(Run run) throws Exception {
    if (RECORD) {
      record(run);
    }
    WorkflowReplayer.replayWorkflowExecutionFromResource(run.resource(), run.implementation);
  }

  @Test
  void other_code_does_not_replay_a_kept_history() {
    assertThatThrownBy(() ->
            WorkflowReplayer.replayWorkflowExecutionFromResource(
                Run.VERIFY.resource(), OtherVerification.class))
        .hasStackTraceContaining("NonDeterministic");
  }

  /** Does another thing first, as an unversioned change would. */
  public static final class OtherVerification implements VerifyBackupWorkflow {
    @Override
    public VerifyReport verify(VerifyRequest request) {
      Workflow.sleep(Duration.ofSeconds(1));
      return new VerifyBackupWorkflowImpl().verify(request);
    }
  }

  private static void record(Run run) throws Exception {
    TestingWorld world = new TestingWorld();
    run.world.accept(world);
    try (TestingTemporal temporal = new TestingTemporal(world)) {
      WorkflowStub stub = temporal.start(run.type, run.request);
      try {
        stub.getResult(Object.class);
      } catch (WorkflowFailedException e) {
        assertThat(run.name()).endsWith("_FAILED");
      }
      String json = temporal.history(stub);
      Files.writeString(Path.of("src/test/resources", run.resource()), json);
      Files.createDirectories(Path.of("target/test-classes/histories"));
      Files.writeString(Path.of("target/test-classes", run.resource()), json);
    }
  }
}
