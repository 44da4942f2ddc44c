package drillbook.demo.calendar;

import drillbook.backup.BackupActivities;
import drillbook.backup.BackupKind;
import drillbook.backup.BackupReport;
import drillbook.backup.BackupRequest;
import drillbook.backup.CaptureOpened;
import drillbook.backup.CapturePlan;
import drillbook.backup.CaptureRun;
import drillbook.backup.DriftQuestion;
import drillbook.backup.RangeReport;
import drillbook.backup.RangeRun;
import drillbook.backup.SealRun;
import drillbook.check.Check;
import drillbook.check.Finding;
import drillbook.check.FindingCode;
import drillbook.check.Verdict;
import drillbook.demo.calendar.SimulatedStore.Sealed;
import drillbook.drill.AcceptReport;
import drillbook.drill.AcceptRequest;
import drillbook.drill.DrillActivities;
import drillbook.drill.DrillReport;
import drillbook.drill.History;
import drillbook.drill.HistoryQuestion;
import drillbook.failure.FailureKind;
import drillbook.failure.WorkflowFailures;
import drillbook.journal.JournalActivities;
import drillbook.journal.JournalHead;
import drillbook.journal.JournalRecord;
import drillbook.notice.Figures;
import drillbook.restore.BackupChoice;
import drillbook.restore.LoadReport;
import drillbook.restore.RestoreActivities;
import drillbook.restore.RestorePlan;
import drillbook.restore.RestoreRun;
import drillbook.restore.Step;
import drillbook.verify.SizeRule;
import drillbook.verify.SizeRule.Size;
import drillbook.verify.VerifyActivities;
import drillbook.verify.VerifyReport;
import drillbook.verify.VerifyRequest;
import drillbook.watch.WatchEvidence;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Backups, verifications and drills of an engine that is not there. */
final class SimulatedProcedures
    implements BackupActivities,
        VerifyActivities,
        RestoreActivities,
        DrillActivities,
        JournalActivities {
  private static final double CHANGED_BY_THE_HOUR = 0.0004;

  private final SimulatedStore store;
  private final SimulatedRegion region;
  private final SimulatedWork work;
  private final Set<String> scratch = ConcurrentHashMap.newKeySet();

  SimulatedProcedures(SimulatedStore store, SimulatedRegion region, SimulatedWork work) {
    this.store = store;
    this.region = region;
    this.work = work;
  }

  /** Returns runs whose scratch collections are still there. */
  Set<String> scratch() {
    return Set.copyOf(scratch);
  }

  @Override
  public CapturePlan plan(BackupRequest request) {
    if (region.isFenced()) {
      throw WorkflowFailures.of(FailureKind.UNAVAILABLE, "the primary does not answer", "");
    }
    boolean first = store.newest().isEmpty();
    return new CapturePlan(
        first ? BackupKind.FULL : request.kind(),
        store.newest().map(Sealed::id).orElse(""),
        first && request.kind() != BackupKind.FULL ? "there was no backup to continue" : "",
        false,
        "simulated");
  }

  @Override
  public CaptureOpened open(CaptureRun run) {
    return new CaptureOpened(0, 1, "SNAPSHOT");
  }

  @Override
  public void hold(CaptureRun run) {
    throw new UnsupportedOperationException("no snapshot is held here");
  }

  @Override
  public RangeReport captureRange(RangeRun range) {
    Instant asOf = range.run().startedAt();
    boolean full = range.run().plan().kind() == BackupKind.FULL;
    if (full) {
      // Two thousand incremental ones need no time: each pause would cost an attempt.
      work.takes(QuarterStory.grown(Duration.ofMinutes(11), asOf));
    }
    long records = QuarterStory.records(asOf);
    return new RangeReport(0, "simulated", "00", records, changed(records), 1, 0, "00");
  }

  @Override
  public BackupReport seal(SealRun seal) {
    CaptureRun run = seal.run();
    Size size = new Size(seal.records(), QuarterStory.bytes(run.startedAt()));
    boolean full = run.plan().kind() == BackupKind.FULL;
    store.seal(new Sealed(run.backupId(), full, run.startedAt(), size));
    return new BackupReport(
        run.request().target(),
        run.backupId(),
        run.plan().kind(),
        run.plan().parent(),
        run.plan().note(),
        1,
        size.records(),
        changed(size.records()),
        0,
        size.bytes(),
        (long) (size.bytes() * CHANGED_BY_THE_HOUR),
        run.startedAt(),
        "SNAPSHOT",
        1,
        "simulated",
        "00",
        "00",
        0,
        List.of());
  }

  @Override
  public List<Finding> drift(DriftQuestion question) {
    return List.of();
  }

  @Override
  public List<Finding> uncovered(String target) {
    return List.of();
  }

  @Override
  public void abandon(CaptureRun run) {
    // Nothing was written.
  }

  @Override
  public VerifyReport verify(VerifyRequest request) {
    Sealed backup = choose(request.backup());
    Duration time = QuarterStory.grown(Duration.ofMinutes(6), backup.asOf());
    work.takes(time);
    List<Check> checks = new ArrayList<>();
    List<Finding> warnings = new ArrayList<>();
    checks.add(
        Check.passed(
            "artifacts",
            backup.id(),
            Figures.counted(backup.size().records(), "record") + " read and hashed"));
    Size before = store.fullBefore(backup).map(Sealed::size).orElse(backup.size());
    SizeRule.Answer answer = request.sizeDelta().judge(before, backup.size());
    Finding finding =
        new Finding(
            FindingCode.SIZE_DELTA,
            QuarterStory.TARGET
                + ": "
                + (answer.reason().isEmpty() ? "as before" : answer.reason()),
            "Find out whether that much data was meant to come or go; compare the counts.");
    switch (answer.level()) {
      case NORMAL -> checks.add(Check.passed("size-delta", QuarterStory.TARGET, "as before"));
      case WARNING -> {
        checks.add(Check.passed("size-delta", QuarterStory.TARGET, answer.reason()));
        warnings.add(finding);
      }
      case FAILURE ->
          checks.add(Check.failed("size-delta", QuarterStory.TARGET, answer.reason(), finding));
    }
    return new VerifyReport(
        request.target(),
        backup.id(),
        Verdict.of(checks),
        checks,
        warnings,
        backup.size().records(),
        backup.size().bytes() / 2,
        time.toMillis() / 1000.0);
  }

  @Override
  public RestorePlan plan(RestoreRun run) {
    Sealed backup = choose(run.request().backup());
    return new RestorePlan(
        backup.id(),
        "the newest",
        "simulated",
        "simulated",
        List.of(
            new RestorePlan.Destination(
                QuarterStory.TARGET, "drill_" + run.run() + "_" + QuarterStory.TARGET, "")),
        2,
        backup.size().records(),
        List.of(),
        List.of(),
        "simulated, into " + run.request().into());
  }

  @Override
  public void create(RestoreRun run) {
    scratch.add(run.run());
    work.takes(Duration.ofSeconds(20));
  }

  @Override
  public LoadReport load(Step step) {
    Sealed backup = choose(step.run().request().backup());
    Duration time = QuarterStory.grown(Duration.ofMinutes(9), backup.asOf());
    work.takes(time);
    double seconds = time.toMillis() / 1000.0;
    return new LoadReport(
        backup.size().records() / 2, backup.size().bytes() / 4, seconds / 3, seconds * 2 / 3, 0);
  }

  @Override
  public void index(Step step) {
    Instant at = step.run().startedAt();
    Duration usual = QuarterStory.grown(Duration.ofMinutes(6), at);
    // All of the slowdown is in the index, as it is where the instance lacks memory.
    Duration all = QuarterStory.grown(Duration.ofMinutes(19), at);
    work.takes(
        QuarterStory.isSlow(at)
            ? usual.plus(Duration.ofMillis((long) (all.toMillis() * QuarterStory.SLOWDOWN)))
            : usual);
  }

  @Override
  public List<Check> check(Step step) {
    work.takes(QuarterStory.grown(Duration.ofMinutes(4), step.run().startedAt()));
    String records =
        Figures.counted(choose(step.run().request().backup()).size().records(), "record");
    return List.of(
        Check.passed("count", QuarterStory.TARGET, records),
        Check.passed("record-digest", QuarterStory.TARGET, records + " are those of the backup"));
  }

  @Override
  public void cutOver(RestoreRun run) {
    throw new UnsupportedOperationException("nothing is restored in place here");
  }

  @Override
  public void drop(RestoreRun run) {
    scratch.remove(run.run());
  }

  @Override
  public void forget(RestoreRun run) {
    // What was restored into an instance of the run's own goes with that instance.
    scratch.remove(run.run());
  }

  @Override
  public History history(HistoryQuestion question) {
    List<Double> times =
        store.journal("drill").reversed().stream()
            .map(WatchEvidence.Entry::record)
            .filter(record -> record.verdict() == Verdict.PASSED)
            .filter(record -> question.fingerprint().equals(record.figures().get("fingerprint")))
            .map(JournalRecord::seconds)
            .toList();
    return new History(store.named(question.backupId()).asOf(), times);
  }

  @Override
  public AcceptReport accept(AcceptRequest request, String run) {
    throw new UnsupportedOperationException("nobody accepts a slower recovery here");
  }

  @Override
  public void publish(DrillReport report) {
    // The quarter's own report holds what this one would.
  }

  @Override
  public JournalHead append(JournalRecord entry) {
    return new JournalHead(store.append(work.now(), entry), "00");
  }

  private Sealed choose(String backup) {
    return backup.equals(BackupChoice.LATEST)
        ? store
            .newest()
            .orElseThrow(() -> WorkflowFailures.of(FailureKind.NOT_FOUND, "no backup yet", ""))
        : store.named(backup);
  }

  private static long changed(long records) {
    return (long) (records * CHANGED_BY_THE_HOUR);
  }
}
