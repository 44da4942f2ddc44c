package drillbook.temporal;

import drillbook.backup.BackupWorkflowImpl;
import drillbook.bisect.BisectWorkflowImpl;
import drillbook.disaster.DisasterDrillWorkflowImpl;
import drillbook.drill.AcceptDrillWorkflowImpl;
import drillbook.drill.DrillWorkflowImpl;
import drillbook.export.ExportWorkflowImpl;
import drillbook.hold.MarkBackupWorkflowImpl;
import drillbook.intake.ImportWorkflowImpl;
import drillbook.prune.PruneWorkflowImpl;
import drillbook.region.RegionDrillWorkflowImpl;
import drillbook.restore.RestoreWorkflowImpl;
import drillbook.runbook.RunbookWorkflowImpl;
import drillbook.verify.VerifyBackupWorkflowImpl;
import drillbook.watch.WatchdogWorkflowImpl;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerOptions;
import io.temporal.worker.WorkflowImplementationOptions;
import java.time.Duration;
import java.util.List;

/** What every worker of ours is made of, in this process or on its own. */
public final class Workers {
  /** How many activities a worker runs at a time; those that hold a snapshot count too. */
  private static final int ACTIVITIES = 64;

  private Workers() {}

  /** Returns how our clients talk. */
  public static WorkflowClientOptions clientOptions(String namespace) {
    return WorkflowClientOptions.newBuilder()
        .setNamespace(namespace)
        .setDataConverter(Conversion.dataConverter())
        .build();
  }

  /** Returns how our workers work. */
  public static WorkerOptions options() {
    return WorkerOptions.newBuilder()
        .setMaxConcurrentActivityExecutionSize(ACTIVITIES)
        // Reading resumes elsewhere from what the store holds, so a worker that goes away lets go.
        .setAllowActivityHeartbeatDuringShutdown(false)
        // An activity learns of its cancellation by a heartbeat that is really sent.
        .setMaxHeartbeatThrottleInterval(Duration.ofSeconds(1))
        .setStickyTaskQueueDrainTimeout(Duration.ofSeconds(5))
        // The first workflow task of a process loads classes for longer than the usual second.
        .setDefaultDeadlockDetectionTimeout(Duration.ofSeconds(10).toMillis())
        .build();
  }

  /** Gives a worker all procedures and the activities. */
  public static void register(Worker worker, List<Object> activities) {
    worker.registerWorkflowImplementationTypes(
        WorkflowImplementationOptions.newBuilder()
            // A nonsense argument fails its workflow instead of being tried for ever.
            .setFailWorkflowExceptionTypes(
                Conversion.UnreadableArgument.class, IllegalArgumentException.class)
            .build(),
        BackupWorkflowImpl.class,
        VerifyBackupWorkflowImpl.class,
        RestoreWorkflowImpl.class,
        DrillWorkflowImpl.class,
        BisectWorkflowImpl.class,
        RegionDrillWorkflowImpl.class,
        DisasterDrillWorkflowImpl.class,
        AcceptDrillWorkflowImpl.class,
        PruneWorkflowImpl.class,
        MarkBackupWorkflowImpl.class,
        ExportWorkflowImpl.class,
        ImportWorkflowImpl.class,
        RunbookWorkflowImpl.class,
        WatchdogWorkflowImpl.class);
    worker.registerActivitiesImplementations(activities.toArray());
  }
}
