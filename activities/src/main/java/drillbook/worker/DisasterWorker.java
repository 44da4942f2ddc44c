package drillbook.worker;

import drillbook.archive.ArchivedBackup;
import drillbook.command.OwnerCommand;
import drillbook.disaster.DisasterActivities;
import drillbook.disaster.DisasterReport;
import drillbook.disaster.DropRun;
import drillbook.disaster.Hook;
import drillbook.disaster.HookReport;
import drillbook.disaster.HookRun;
import drillbook.disaster.ProbeReport;
import drillbook.engine.Probe;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.manifest.Catalog;
import drillbook.report.DisasterReports;
import drillbook.restore.RestorePlan;
import drillbook.store.ArtifactStore;
import drillbook.store.Stores;
import drillbook.target.Provisioner;
import drillbook.target.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The activities that only a disaster drill has. */
public final class DisasterWorker implements DisasterActivities {
  private static final Duration PATIENCE = Duration.ofMinutes(55);
  private static final int MOST_WORDS = 200;

  private final Surroundings surroundings;

  /** Opens nothing until an activity runs. */
  public DisasterWorker(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public HookReport hook(HookRun run) {
    return Heartbeat.during(heartbeat -> {
      Target target = surroundings.targets().named(run.target());
      List<String> words = target.hooks().get(run.hook());
      if (words == null) {
        return new HookReport(false, "", 0);
      }
      long begun = System.nanoTime();
      String said =
          new OwnerCommand(
                  "the hook '" + run.hook().word() + "' of '" + run.target() + "'", words, PATIENCE)
              .run(question(run));
      return new HookReport(
          true,
          said.isEmpty() ? "done" : said.substring(0, Math.min(said.length(), MOST_WORDS)),
          (System.nanoTime() - begun) / 1e9);
    });
  }

  private Map<String, Object> question(HookRun run)
      throws DrillbookException, InterruptedException {
    Map<String, Object> question = new LinkedHashMap<>();
    question.put("hook", run.hook().word());
    question.put("run", run.mark());
    question.put("target", run.target());
    question.put("region", run.region());
    if (run.hook() == Hook.CUTOVER) {
      question.put("url", url(run));
    }
    List<Map<String, String>> collections = new ArrayList<>();
    for (RestorePlan.Destination collection : run.collections()) {
      collections.add(Map.of("from", collection.from(), "into", collection.into()));
    }
    question.put("collections", collections);
    return question;
  }

  private String url(HookRun run) throws DrillbookException, InterruptedException {
    Target region = surroundings.targets().named(run.region());
    String mark = region.provisioner() instanceof Provisioner.Existing ? "" : run.mark();
    return RegionWorker.into(surroundings, run.region(), run.target(), mark)
        .address()
        .url()
        .toString();
  }

  @Override
  public ProbeReport probe(String target) {
    return Failures.call(() -> {
      try (Bench bench = Bench.open(surroundings, target)) {
        return answered(bench.engine().control().probe());
      } catch (DrillbookException e) {
        if (e.kind() == FailureKind.UNAVAILABLE) {
          return new ProbeReport(false, "does not answer: " + e.getMessage());
        }
        if (e.kind() == FailureKind.DENIED) {
          // It answers; that it refuses us does not mean that it refuses its clients.
          return new ProbeReport(true, "answers, and refuses the worker: " + e.getMessage());
        }
        throw e;
      }
    });
  }

  @Override
  public ProbeReport awaitAnswer(String target) {
    return Failures.call(() -> {
      try (Bench bench = Bench.open(surroundings, target)) {
        return answered(bench.engine().control().probe());
      }
    });
  }

  private static ProbeReport answered(Probe probe) {
    return new ProbeReport(true, "answers, version " + probe.version());
  }

  @Override
  public int drop(DropRun run) {
    return Failures.call(() -> {
      try (OpenArchive replica = OpenArchive.open(surroundings, run.target(), run.region());
          Bench primary = Bench.open(surroundings, run.target())) {
        ArchivedBackup backup = replica.archive().open(run.backupId());
        if (!primary.target().tenants().isEmpty()) {
          throw new DrillbookException(
              FailureKind.UNSUPPORTED,
              "'"
                  + run.target()
                  + "' is some tenants of its collections: dropping the collections"
                  + " would delete the others too",
              "Fence this primary in its drills.");
        }
        int dropped = 0;
        for (Catalog.Entry entry : backup.catalog().collections()) {
          if (primary.engine().control().drop(entry.schema().name())) {
            dropped++;
          }
        }
        return dropped;
      }
    });
  }

  @Override
  public void publish(DisasterReport report) {
    Failures.call(() -> {
      // In both stores: one of them is lost in earnest.
      for (String place : List.of(report.region(), report.target())) {
        try (ArtifactStore store = Stores.open(surroundings.targets().named(place).store())) {
          DisasterReports.publish(
              store, report, surroundings.signingKey(), surroundings.trustedKeys());
        }
      }
      return true;
    });
  }
}
