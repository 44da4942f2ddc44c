package drillbook.procedure;

import drillbook.backup.BackupActivities;
import drillbook.backup.BackupId;
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
import drillbook.notice.NoticeActivities;
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
import drillbook.runbook.Cadence;
import drillbook.runbook.Runbook;
import drillbook.ticket.TicketActivities;
import drillbook.verify.VerifyActivities;
import drillbook.verify.VerifyReport;
import drillbook.verify.VerifyRequest;
import drillbook.watch.WatchActivities;
import drillbook.watch.WatchFacts;
import drillbook.watch.WatchMemory;
import drillbook.watch.WatchedSchedule;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.client.ActivityCompletionException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A world of activities in memory: notes what it was asked, and fails or waits as told. */
public final class TestingWorld
    implements BackupActivities,
        VerifyActivities,
        RestoreActivities,
        DrillActivities,
        BisectActivities,
        PruneActivities,
        MarkActivities,
        NoticeActivities,
        TicketActivities,
        JournalActivities,
        WatchActivities {
  /** The backup that restores and drills choose. */
  public static final String BACKUP = "20261121t020000z_full_1a2b3c";

  /** What was asked, in the order it began. */
  public final List<String> calls = new CopyOnWriteArrayList<>();

  /** What was written down. */
  public final List<JournalRecord> journal = new CopyOnWriteArrayList<>();

  /** What was published. */
  public final List<DrillReport> published = new CopyOnWriteArrayList<>();

  /** How many ranges or loads a run has. */
  public volatile int parts = 2;

  /** Whether the engine's snapshot has to be held. */
  public volatile boolean held;

  /** Whether checks find something. */
  public volatile boolean finding;

  /** What verifications find worth a look. */
  public volatile List<Finding> warnings = List.of();

  /** How records moved. */
  public volatile List<Finding> moves = List.of();

  /** What nobody backs up. */
  public volatile List<Finding> uncovered = List.of();

  /** Backups before the newest, newest first. */
  public volatile List<String> backups = List.of();

  /**
   * The newest backup that comes back; an empty string where each does as {@link #finding} says.
   */
  public volatile String newestGood = "";

  /** What people were told, in order. */
  public final List<NoticePost> notices = new CopyOnWriteArrayList<>();

  /** Tickets that are open, by key. */
  public final Map<String, TicketPost> tickets = new ConcurrentHashMap<>();

  /** Another region, and what happens in a disaster. */
  public final TestingRegion region = new TestingRegion(this::begin);

  /** Exports and imports of files. */
  public final TestingForms forms = new TestingForms(this::begin, this::concurrently);

  /** Recovery times of earlier drills. */
  public volatile List<Double> earlier = List.of();

  private final Map<String, Deque<FailureKind>> failures = new ConcurrentHashMap<>();
  private final Map<String, CountDownLatch> reached = new ConcurrentHashMap<>();
  private final AtomicInteger active = new AtomicInteger();
  private final AtomicInteger mostActive = new AtomicInteger();
  private final AtomicInteger generation = new AtomicInteger(-1);
  private volatile CountDownLatch snapshotDied = new CountDownLatch(1);
  private volatile String stuck = "";

  /** Lets the next calls of a name fail, one after the other. */
  public void fail(String call, FailureKind... kinds) {
    failures.put(call, new ArrayDeque<>(List.of(kinds)));
  }

  /** Lets calls of a name go on until their workflow is cancelled; returns when one was reached. */
  public CountDownLatch stick(String call) {
    stuck = call;
    return reached.computeIfAbsent(call, name -> new CountDownLatch(1));
  }

  /** Returns how many ranges or loads ran at the same time at most. */
  public int mostActive() {
    return mostActive.get();
  }

  @Override
  public CapturePlan plan(BackupRequest request) {
    begin("plan");
    return new CapturePlan(request.kind(), "", "", held, "memory");
  }

  @Override
  public CaptureOpened open(CaptureRun run) {
    begin("open");
    return new CaptureOpened(0, parts, "SNAPSHOT");
  }

  @Override
  public void hold(CaptureRun run) {
    int number = generation.incrementAndGet();
    snapshotDied = new CountDownLatch(1);
    begin("hold " + number);
    ActivityExecutionContext context = Activity.getExecutionContext();
    context
        .getWorkflowClient()
        .newUntypedWorkflowStub(context.getInfo().getWorkflowId())
        .signal("captureOpened", new CaptureOpened(number, parts, "SNAPSHOT"));
    while (snapshotDied.getCount() > 0) {
      try {
        context.heartbeat(null);
      } catch (ActivityCompletionException cancelled) {
        calls.add("let go " + number);
        throw cancelled;
      }
      pause();
    }
    throw WorkflowFailures.of(FailureKind.SNAPSHOT_LOST, "the snapshot died", "");
  }

  @Override
  public RangeReport captureRange(RangeRun run) {
    String name = "range " + run.generation() + "/" + run.range();
    try {
      concurrently(name);
    } catch (RuntimeException e) {
      if (WorkflowFailures.kind(e) == FailureKind.SNAPSHOT_LOST) {
        snapshotDied.countDown();
      }
      throw e;
    }
    return new RangeReport(run.range(), "key", "00", 100, 100, 1, 0, "00");
  }

  @Override
  public BackupReport seal(SealRun run) {
    begin("seal " + run.generation() + " " + run.records());
    return new BackupReport(
        run.run().request().target(),
        run.run().backupId(),
        run.run().plan().kind(),
        "",
        "",
        1,
        run.records(),
        run.records(),
        0,
        1000,
        100,
        Instant.EPOCH,
        "SNAPSHOT",
        run.generation() + 1,
        "manifest.json",
        "00",
        "00",
        0,
        List.of());
  }

  @Override
  public List<Finding> drift(DriftQuestion question) {
    begin("drift " + question.rule().norm());
    return moves;
  }

  @Override
  public List<Finding> uncovered(String target) {
    begin("uncovered");
    return uncovered;
  }

  @Override
  public void abandon(CaptureRun run) {
    begin("abandon");
  }

  @Override
  public String post(NoticePost post) {
    begin("notice " + post.route().words());
    notices.add(post);
    region.told(post.notice());
    return "thread";
  }

  @Override
  public String file(TicketPost post) {
    begin("file " + post.ticket().key());
    tickets.put(post.ticket().key(), post);
    return "https://tickets.example/1";
  }

  @Override
  public String close(TicketPost post) {
    begin("close " + post.ticket().key());
    return tickets.remove(post.ticket().key()) == null ? "" : "https://tickets.example/1";
  }

  @Override
  public PrunePlan plan(PruneRun run) {
    begin("plan prune");
    return new PrunePlan(
        run.request().target(),
        run.request().dryRun() ? "" : "docs/prunes/" + run.mark() + ".json",
        3,
        1,
        9,
        5000,
        List.of(
            new PruneLine("20261001t020000z_full_1a2b3c", false, "", 5000),
            new PruneLine(BACKUP, true, "the newest backup", 7000)),
        warnings,
        List.of());
  }

  @Override
  public MarkReport mark(MarkRequest request, String run) {
    begin("mark " + request.action());
    return new MarkReport(
        request.target(), request.backup(), true, request.who(), request.words(), List.of());
  }

  @Override
  public PruneResult delete(PruneRun run) {
    begin("delete " + run.request().retention().monthly());
    return new PruneResult(1, 9, 5000, List.of(), warnings, List.of());
  }

  @Override
  public VerifyReport verify(VerifyRequest request) {
    begin("verify");
    List<Check> checks = List.of(answer("artifacts"));
    return new VerifyReport(
        request.target(), BACKUP, Verdict.of(checks), checks, warnings, 200, 1000, 1);
  }

  @Override
  public RestorePlan plan(RestoreRun run) {
    begin("plan");
    return new RestorePlan(
        backup(run),
        "the newest",
        "memory",
        "memory",
        List.of(new RestorePlan.Destination("docs", "docs_" + run.run(), "")),
        parts,
        200,
        List.of(),
        List.of(),
        "environment");
  }

  @Override
  public void create(RestoreRun run) {
    begin("create");
  }

  @Override
  public LoadReport load(Step step) {
    concurrently("load " + step.position());
    return new LoadReport(100, 500, 1, 3, 0);
  }

  @Override
  public void index(Step step) {
    begin("index");
  }

  @Override
  public List<Check> check(Step step) {
    begin("check");
    boolean lost = !newestGood.isEmpty() && backup(step.run()).compareTo(newestGood) > 0;
    return List.of(lost ? wrong("record-digest") : answer("record-digest"));
  }

  @Override
  public void cutOver(RestoreRun run) {
    begin("cut over");
  }

  @Override
  public void drop(RestoreRun run) {
    begin("drop");
  }

  @Override
  public void forget(RestoreRun run) {
    begin("forget");
  }

  @Override
  public Candidates candidates(BisectRequest request) {
    begin("candidates " + request.backup());
    return new Candidates(BACKUP, backups);
  }

  @Override
  public BackupDifference difference(DifferenceQuestion question) {
    begin("difference " + question.before() + " " + question.after());
    return new BackupDifference(
        question.target(),
        question.before(),
        question.after(),
        7,
        0,
        1,
        List.of(),
        List.of(),
        List.of(
            new BackupDifference.Example(
                "main/docs", "", BackupDifference.Change.CHANGED, "doc-17", List.of("vector"))));
  }

  @Override
  public History history(HistoryQuestion question) {
    begin("history");
    return new History(Instant.EPOCH, earlier);
  }

  @Override
  public AcceptReport accept(AcceptRequest request, String run) {
    begin("accept " + request.drill());
    return new AcceptReport(request.target(), request.drill(), 30, request.who());
  }

  @Override
  public void publish(DrillReport report) {
    begin("publish");
    published.add(report);
  }

  @Override
  public JournalHead append(JournalRecord entry) {
    begin("journal");
    journal.add(entry);
    return new JournalHead(journal.size(), "00");
  }

  @Override
  public WatchFacts look(Runbook runbook) {
    begin("look");
    return new WatchFacts(
        Instant.EPOCH,
        List.of(
            new WatchedSchedule(
                Cadence.DAILY,
                true,
                finding,
                "moving house",
                Instant.EPOCH,
                null,
                null,
                null,
                0,
                0)),
        null,
        false,
        WatchMemory.NONE);
  }

  private void concurrently(String call) {
    mostActive.accumulateAndGet(active.incrementAndGet(), Math::max);
    try {
      awaitTheOthers(call);
      begin(call);
      pause();
    } finally {
      active.decrementAndGet();
    }
  }

  /**
   * Lets what will fail fail last: the service in memory cannot take a request to cancel what ended
   * in the same moment.
   */
  private void awaitTheOthers(String call) {
    for (int quiet = 0; failures.containsKey(call) && stuck.isEmpty() && quiet < 5; ) {
      pause();
      quiet = active.get() == 1 ? quiet + 1 : 0;
    }
  }

  private void begin(String call) {
    calls.add(call);
    Deque<FailureKind> planned = failures.get(call);
    if (planned != null) {
      FailureKind kind;
      synchronized (planned) {
        kind = planned.poll();
      }
      if (kind != null) {
        throw WorkflowFailures.of(kind, call + " failed", "");
      }
    }
    if (stuck.equals(call)) {
      reached.computeIfAbsent(call, name -> new CountDownLatch(1)).countDown();
      while (true) {
        try {
          Activity.getExecutionContext().heartbeat(null);
        } catch (ActivityCompletionException cancelled) {
          calls.add("stopped " + call);
          throw cancelled;
        }
        pause();
      }
    }
  }

  private Check answer(String name) {
    return finding ? wrong(name) : Check.passed(name, "docs", "");
  }

  private static Check wrong(String name) {
    return Check.failed(name, "docs", "", new Finding(FindingCode.COUNT_MISMATCH, "1 missing", ""));
  }

  /** Returns the backup that a run is about. */
  private static String backup(RestoreRun run) {
    String words = run.request().backup();
    return BackupId.isId(words) ? words : BACKUP;
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
