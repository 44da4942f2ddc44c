package drillbook.temporal;

import drillbook.backup.BackupActivities;
import drillbook.backup.BackupReport;
import drillbook.backup.BackupRequest;
import drillbook.backup.CaptureOpened;
import drillbook.backup.CapturePlan;
import drillbook.backup.CaptureRun;
import drillbook.backup.DriftQuestion;
import drillbook.backup.RangeReport;
import drillbook.backup.RangeRun;
import drillbook.backup.SealRun;
import drillbook.bisect.BisectActivities;
import drillbook.bisect.BisectRequest;
import drillbook.check.Check;
import drillbook.check.Finding;
import drillbook.check.FindingCode;
import drillbook.check.Verdict;
import drillbook.difference.BackupDifference;
import drillbook.drill.AcceptReport;
import drillbook.drill.AcceptRequest;
import drillbook.drill.DrillActivities;
import drillbook.drill.DrillReport;
import drillbook.drill.History;
import drillbook.drill.HistoryQuestion;
import drillbook.failure.FailureKind;
import drillbook.failure.WorkflowFailures;
import drillbook.hold.MarkActivities;
import drillbook.hold.MarkReport;
import drillbook.hold.MarkRequest;
import drillbook.journal.JournalActivities;
import drillbook.journal.JournalHead;
import drillbook.journal.JournalRecord;
import drillbook.prune.PruneActivities;
import drillbook.prune.PruneLine;
import drillbook.prune.PrunePlan;
import drillbook.prune.PruneResult;
import drillbook.prune.PruneRun;
import drillbook.restore.LoadReport;
import drillbook.restore.RestoreActivities;
import drillbook.restore.RestorePlan;
import drillbook.restore.RestoreRun;
import drillbook.restore.Step;
import drillbook.verify.VerifyActivities;
import drillbook.verify.VerifyReport;
import drillbook.verify.VerifyRequest;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** Activities that touch nothing, note what they were asked, and fail or find on request. */
public final class TestingActivities
    implements BackupActivities,
        VerifyActivities,
        RestoreActivities,
        DrillActivities,
        BisectActivities,
        PruneActivities,
        MarkActivities,
        JournalActivities {
  /** The one backup that is told of. */
  public static final String BACKUP = "20261121t020000z_full_1a2b3c";

  /** What was asked, in order. */
  public final List<String> calls = new CopyOnWriteArrayList<>();

  /** Restores that were planned. */
  public final List<RestoreRun> restores = new CopyOnWriteArrayList<>();

  private volatile FailureKind failure = FailureKind.INTERNAL;
  private volatile boolean failing;
  private volatile int failingRange = -1;
  private volatile boolean finding;
  private volatile CountDownLatch gate = new CountDownLatch(0);

  /** What backups find worth a look. */
  public volatile List<Finding> warnings = List.of();

  /** Lets plans fail. */
  public void fail(FailureKind kind) {
    failure = kind;
    failing = true;
  }

  /** Lets a range fail, and makes ten more beside it. */
  public void failRange(int range, FailureKind kind) {
    failure = kind;
    failingRange = range;
  }

  /** Lets checks fail. */
  public void find() {
    finding = true;
  }

  /** Lets backups wait until the returned latch is counted down. */
  public CountDownLatch block() {
    gate = new CountDownLatch(1);
    return gate;
  }

  @Override
  public CapturePlan plan(BackupRequest request) {
    note("plan backup " + request.kind() + (request.anew() ? " anew" : ""));
    failIfAsked();
    return new CapturePlan(request.kind(), "", "", false, "memory");
  }

  @Override
  public CaptureOpened open(CaptureRun run) {
    note("open");
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return new CaptureOpened(0, failingRange < 0 ? 2 : 12, "SNAPSHOT");
  }

  @Override
  public void hold(CaptureRun run) {
    throw new UnsupportedOperationException("no snapshot is held here");
  }

  @Override
  public RangeReport captureRange(RangeRun run) {
    note("range " + run.range());
    if (run.range() == failingRange) {
      throw WorkflowFailures.of(failure, "range " + run.range() + " failed", "");
    }
    return new RangeReport(run.range(), "key", "00", 600, 6, 1, 0, "00");
  }

  @Override
  public BackupReport seal(SealRun run) {
    note("seal " + run.records());
    return new BackupReport(
        run.run().request().target(),
        run.run().backupId(),
        run.run().plan().kind(),
        "",
        "",
        1,
        run.records(),
        12,
        0,
        1_500_000,
        15_000,
        Instant.parse("2026-11-21T02:00:00Z"),
        "SNAPSHOT",
        1,
        "manifest.json",
        "00",
        "abcd",
        0,
        List.of());
  }

  @Override
  public List<Finding> drift(DriftQuestion question) {
    return warnings;
  }

  @Override
  public List<Finding> uncovered(String target) {
    return List.of();
  }

  @Override
  public Candidates candidates(BisectRequest request) {
    note("candidates " + request.backup());
    return new Candidates(BACKUP, List.of());
  }

  @Override
  public BackupDifference difference(DifferenceQuestion question) {
    throw new UnsupportedOperationException("there is one backup here");
  }

  @Override
  public void abandon(CaptureRun run) {
    note("abandon");
  }

  @Override
  public VerifyReport verify(VerifyRequest request) {
    note("verify " + request.backup());
    failIfAsked();
    List<Check> checks = List.of(answer("artifacts"));
    return new VerifyReport(
        request.target(), BACKUP, Verdict.of(checks), checks, List.of(), 1200, 15_000, 0.5);
  }

  @Override
  public RestorePlan plan(RestoreRun run) {
    note("plan restore " + run.request().mode());
    restores.add(run);
    failIfAsked();
    return new RestorePlan(
        BACKUP,
        "the newest",
        "memory",
        "memory",
        List.of(new RestorePlan.Destination("docs", "docs_restored", "")),
        2,
        1200,
        List.of(),
        List.of(),
        "environment");
  }

  @Override
  public void create(RestoreRun run) {
    note("create");
  }

  @Override
  public LoadReport load(Step step) {
    note("load " + step.position());
    return new LoadReport(600, 7500, 1, 1, 0);
  }

  @Override
  public void index(Step step) {
    note("index " + step.position());
  }

  @Override
  public List<Check> check(Step step) {
    note("check " + step.position());
    return List.of(answer("record-digest"));
  }

  @Override
  public void cutOver(RestoreRun run) {
    note("cut over");
  }

  @Override
  public void drop(RestoreRun run) {
    note("drop");
  }

  @Override
  public void forget(RestoreRun run) {
    note("forget");
  }

  @Override
  public History history(HistoryQuestion question) {
    return new History(Instant.parse("2026-11-21T02:00:00Z"), List.of());
  }

  @Override
  public PrunePlan plan(PruneRun run) {
    note("plan prune " + run.request().retention());
    failIfAsked();
    return new PrunePlan(
        run.request().target(),
        run.request().dryRun() ? "" : "docs/prunes/" + run.mark() + ".json",
        1,
        1,
        9,
        5000,
        List.of(
            new PruneLine("20261001t020000z_full_1a2b3c", false, "", 5000),
            new PruneLine(BACKUP, true, "the newest backup", 7000)),
        finding
            ? List.of(new Finding(FindingCode.MANIFEST_NOT_AUTHENTIC, "it stays", "Verify it."))
            : List.of(),
        List.of());
  }

  @Override
  public MarkReport mark(MarkRequest request, String run) {
    note(request.action() + " " + request.backup() + " " + request.labels());
    failIfAsked();
    return new MarkReport(
        request.target(), request.backup(), true, request.who(), request.words(), request.labels());
  }

  @Override
  public PruneResult delete(PruneRun run) {
    note("delete");
    return new PruneResult(1, 9, 5000, List.of(), List.of(), List.of("x is locked"));
  }

  @Override
  public AcceptReport accept(AcceptRequest request, String run) {
    note("accept " + request.drill() + " by " + request.who());
    failIfAsked();
    return new AcceptReport(request.target(), request.drill(), 12.5, request.who());
  }

  @Override
  public void publish(DrillReport report) {
    note("publish");
  }

  @Override
  public JournalHead append(JournalRecord entry) {
    note("journal " + entry.kind());
    return new JournalHead(1, "00");
  }

  private void note(String call) {
    calls.add(call);
  }

  private void failIfAsked() {
    if (failing) {
      throw WorkflowFailures.of(failure, "it did not work: engine's words", "Do something.");
    }
  }

  private Check answer(String name) {
    return finding
        ? Check.failed(
            name,
            "docs",
            "1199 of 1200",
            new Finding(FindingCode.COUNT_MISMATCH, "1 record is missing", "Look for it."))
        : Check.passed(name, "docs", "1200 of 1200");
  }
}
