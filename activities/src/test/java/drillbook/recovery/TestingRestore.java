package drillbook.recovery;

import drillbook.backup.BackupId;
import drillbook.capture.EngineRun;
import drillbook.check.Check;
import drillbook.check.Finding;
import drillbook.check.Verdict;
import drillbook.engine.CollectionName;
import drillbook.restore.LoadReport;
import drillbook.restore.RestoreMode;
import drillbook.restore.RestorePlan;
import drillbook.restore.RestoreRequest;
import drillbook.restore.RestoreRun;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The steps of one restore from a run's store, one after the other, as a workflow would. */
final class TestingRestore {
  private static final AtomicInteger RUNS = new AtomicInteger();

  private final EngineRun from;
  private final EngineRun into;
  private final Recovery recovery;
  private final RestoreRun run;
  private final RestorePlan plan;

  private TestingRestore(EngineRun from, EngineRun into, RestoreRequest request, Instant now)
      throws Exception {
    this.from = from;
    this.into = into;
    this.recovery = new Recovery(from.archive(), into.target(), into.engine(), from.scratch());
    String time = BackupId.timeMark(now);
    String mark = time.substring(0, time.length() - 1) + "_%06d".formatted(RUNS.incrementAndGet());
    this.run = new RestoreRun(request, mark, now);
    this.plan = recovery.plan(run, BackupChooser.newest(from.archive()));
  }

  /** Returns a request for the latest backup of a run. */
  static RestoreRequest request(EngineRun from, EngineRun into, RestoreMode mode) {
    return new RestoreRequest(
        from.target().name(),
        null,
        mode,
        into.target().name(),
        null,
        null,
        mode == RestoreMode.IN_PLACE ? into.target().name() : null,
        false,
        false);
  }

  /** Plans. */
  static TestingRestore planned(EngineRun from, EngineRun into, RestoreRequest request)
      throws Exception {
    Instant now = Instant.parse("2026-11-02T00:00:00Z").plusSeconds(RUNS.get());
    return new TestingRestore(from, into, request, now);
  }

  /** Plans the same once more, as somebody else who asked in the same second. */
  TestingRestore plannedAgain() throws Exception {
    return new TestingRestore(from, into, run.request(), run.startedAt());
  }

  /** Plans, creates, loads and indexes. */
  static TestingRestore restored(EngineRun from, EngineRun into, RestoreRequest request)
      throws Exception {
    TestingRestore restore = planned(from, into, request);
    restore.load();
    restore.index();
    return restore;
  }

  /** Restores the latest backup into scratch collections of the same engine. */
  static TestingRestore scratch(EngineRun from) throws Exception {
    return restored(from, from, request(from, from, RestoreMode.SCRATCH));
  }

  void create() throws Exception {
    recovery.create(run);
  }

  void load() throws Exception {
    create();
    long records = 0;
    for (int load = 0; load < plan.loads(); load++) {
      LoadReport report = recovery.load(run, load, sentence -> {});
      records += report.records();
    }
    if (records != plan.records()) {
      throw new AssertionError(records + " records loaded, planned were " + plan.records());
    }
  }

  /** Loads one part, whether or not its collection was created. */
  void loadOnly(int load) throws Exception {
    recovery.load(run, load, sentence -> {});
  }

  /** Returns the run's mark. */
  String run() {
    return run.run();
  }

  void index() throws Exception {
    for (int i = 0; i < plan.collections().size(); i++) {
      recovery.index(run, i, sentence -> {});
    }
  }

  List<Check> checks() throws Exception {
    List<Check> checks = new ArrayList<>();
    for (int i = 0; i < plan.collections().size(); i++) {
      checks.addAll(recovery.check(run, i, sentence -> {}));
    }
    return checks;
  }

  Verdict verdict() throws Exception {
    return Verdict.of(checks());
  }

  void cutOver() throws Exception {
    recovery.cutOver(run);
  }

  void drop() throws Exception {
    recovery.drop(run);
  }

  void forget() throws Exception {
    recovery.forget(run);
  }

  RestorePlan plan() {
    return plan;
  }

  /** Returns where a collection of the plan went. */
  CollectionName destination(int position) throws Exception {
    String path = plan.collections().get(position).into();
    return into.engine().control().collections().stream()
        .filter(name -> name.path().equals(path))
        .findFirst()
        .orElseThrow(() -> new AssertionError("is not there: " + path));
  }

  /** Returns the findings of all checks. */
  static List<Finding> findings(List<Check> checks) {
    return checks.stream().flatMap(check -> check.findings().stream()).toList();
  }

  /** Returns the only check of a name. */
  static Check check(List<Check> checks, String name) {
    List<Check> named = checks.stream().filter(check -> check.name().equals(name)).toList();
    if (named.size() != 1) {
      throw new AssertionError(named.size() + " checks are named " + name + ": " + checks);
    }
    return named.getFirst();
  }
}
