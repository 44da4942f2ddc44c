package drillbook.worker;

import drillbook.archive.Archive;
import drillbook.drill.AcceptReport;
import drillbook.drill.AcceptRequest;
import drillbook.drill.DrillActivities;
import drillbook.drill.DrillReport;
import drillbook.drill.History;
import drillbook.drill.HistoryQuestion;
import drillbook.failure.DrillbookException;
import drillbook.journal.DrillHistory;
import drillbook.journal.Journal;
import drillbook.journal.JournalRecord;
import drillbook.report.DrillReports;
import drillbook.store.ArtifactStore;
import drillbook.store.Stores;
import java.time.Instant;

/** What a drill does beside restoring. */
public final class DrillWorker implements DrillActivities {
  private final Surroundings surroundings;

  /** Opens nothing until an activity runs. */
  public DrillWorker(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public History history(HistoryQuestion question) {
    return Failures.call(() -> {
      try (ArtifactStore store = open(question.target())) {
        Instant asOf =
            new Archive(store, question.target(), surroundings.trustedKeys())
                .manifest(question.backupId())
                .asOf();
        return new History(
            asOf,
            DrillHistory.recoverySeconds(
                surroundings.journal(store, question.target()), question.fingerprint()));
      }
    });
  }

  @Override
  public AcceptReport accept(AcceptRequest request, String run) {
    return Failures.call(() -> {
      try (ArtifactStore store = open(request.target())) {
        Journal journal = surroundings.journal(store, request.target());
        JournalRecord drill = DrillHistory.acceptable(journal, request.drill());
        journal.append(JournalRecord.accepted(run, request, drill));
        return new AcceptReport(
            request.target(),
            drill.figures().getOrDefault("mark", ""),
            drill.seconds(),
            request.who());
      }
    });
  }

  @Override
  public void publish(DrillReport report) {
    Failures.call(() -> {
      try (ArtifactStore store = open(report.target())) {
        DrillReports.publish(store, report, surroundings.signingKey(), surroundings.trustedKeys());
        return true;
      }
    });
  }

  private ArtifactStore open(String target) throws DrillbookException {
    return Stores.open(surroundings.targets().named(target).store());
  }
}
