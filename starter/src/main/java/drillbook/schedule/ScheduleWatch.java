package drillbook.schedule;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.failure.WorkflowFailures;
import drillbook.journal.Journal;
import drillbook.journal.JournalEntry;
import drillbook.runbook.Cadence;
import drillbook.runbook.Runbook;
import drillbook.store.ArtifactStore;
import drillbook.store.Stores;
import drillbook.temporal.TemporalHost;
import drillbook.watch.WatchActivities;
import drillbook.watch.WatchEvidence;
import drillbook.watch.WatchFacts;
import drillbook.watch.WatchRecord;
import drillbook.watch.WatchedSchedule;
import drillbook.worker.Surroundings;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.client.WorkflowExecutionDescription;
import io.temporal.client.WorkflowNotFoundException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks at the schedules of the server that the worker works for, and at the target's journal. */
public final class ScheduleWatch implements WatchActivities {
  /** How far back a journal is asked, by kind: an entry costs a read. */
  private static final Map<String, Integer> ENTRIES =
      Map.of("backup", 10, "verify", 20, "drill", 40, "disaster", 4, WatchRecord.KIND, 20);

  /** A cadence may be due every minute of its period. */
  private static final int MOST_DUE = 200_000;

  private final TemporalHost host;
  private final Surroundings surroundings;

  /** Asks nobody until an activity runs. */
  public ScheduleWatch(TemporalHost host, Surroundings surroundings) {
    this.host = host;
    this.surroundings = surroundings;
  }

  @Override
  public WatchFacts look(Runbook runbook) {
    try {
      return facts(runbook);
    } catch (DrillbookException e) {
      throw WorkflowFailures.of(e.kind(), String.valueOf(e.getMessage()), e.hint());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw WorkflowFailures.of(FailureKind.UNAVAILABLE, "the worker stopped meanwhile", "");
    }
  }

  private WatchFacts facts(Runbook runbook) throws DrillbookException, InterruptedException {
    WatchEvidence evidence = evidence(runbook);
    List<DesiredSchedule> desired =
        DesiredSchedule.of(List.of(runbook), host.address().taskQueue()).stream()
            .filter(wanted -> wanted.part().isPresent())
            .toList();
    List<LiveSchedule> live =
        new Schedules(host, Owner.NOBODY, surroundings.clock(), remark -> {}).named(desired);
    List<WatchedSchedule> seen = new ArrayList<>();
    for (DesiredSchedule wanted : desired) {
      Optional<LiveSchedule> found =
          live.stream().filter(schedule -> schedule.id().equals(wanted.id())).findFirst();
      seen.add(seen(wanted, found, evidence));
    }
    return new WatchFacts(
        surroundings.clock().instant(),
        seen,
        evidence.recoveryPoint().orElse(null),
        isBackupRunning(runbook),
        evidence.memory(runbook));
  }

  private WatchedSchedule seen(
      DesiredSchedule wanted, Optional<LiveSchedule> found, WatchEvidence evidence) {
    Cadence cadence = wanted.part().orElseThrow();
    Instant provenAt = evidence.provenAt(wanted.runbook(), cadence).orElse(null);
    if (found.isEmpty()) {
      return new WatchedSchedule(
          cadence, false, false, "", Instant.EPOCH, null, null, provenAt, 0, 0);
    }
    LiveSchedule schedule = found.get();
    return new WatchedSchedule(
        cadence,
        true,
        schedule.paused(),
        schedule.note(),
        schedule.createdAt(),
        lastDue(wanted, schedule.createdAt()).orElse(null),
        schedule.paused() ? null : schedule.next().stream().findFirst().orElse(null),
        provenAt,
        schedule.missed(),
        schedule.skipped());
  }

  /** What was due before the schedule was made, nobody expects. */
  private Optional<Instant> lastDue(DesiredSchedule wanted, Instant createdAt) {
    Instant now = surroundings.clock().instant();
    Instant since = now.minus(wanted.part().orElseThrow().period());
    return wanted
        .times()
        .between(since.isAfter(createdAt) ? since : createdAt, now, MOST_DUE)
        .reversed()
        .stream()
        .findFirst();
  }

  private WatchEvidence evidence(Runbook runbook) throws DrillbookException, InterruptedException {
    try (ArtifactStore store =
        Stores.open(surroundings.targets().named(runbook.target()).store())) {
      Journal journal = surroundings.journal(store, runbook.target());
      List<JournalEntry> entries = new ArrayList<>();
      for (Map.Entry<String, Integer> kind : ENTRIES.entrySet()) {
        entries.addAll(journal.last(kind.getKey(), kind.getValue()));
      }
      return new WatchEvidence(
          entries.stream()
              .sorted((one, other) -> Long.compare(other.number(), one.number()))
              .map(entry -> new WatchEvidence.Entry(entry.at(), entry.record()))
              .toList());
    }
  }

  /** Also one that the command line began: all backups of a target have one id. */
  private boolean isBackupRunning(Runbook runbook) {
    try {
      WorkflowExecutionDescription described =
          host.client().newUntypedWorkflowStub("backup-" + runbook.target()).describe();
      return described.getStatus() == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING;
    } catch (WorkflowNotFoundException e) {
      return false;
    }
  }
}
