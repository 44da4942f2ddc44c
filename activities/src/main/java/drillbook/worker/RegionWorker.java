package drillbook.worker;

import drillbook.failure.DrillbookException;
import drillbook.manifest.Manifest;
import drillbook.recovery.BackupChooser;
import drillbook.region.Instances;
import drillbook.region.Provisioned;
import drillbook.region.RegionActivities;
import drillbook.region.RegionRun;
import drillbook.region.ReplicaReport;
import drillbook.region.ReplicaRequest;
import drillbook.region.Replication;
import drillbook.store.ArtifactStore;
import drillbook.store.Stores;
import drillbook.target.Target;
import java.util.Set;

/** The activities in another region. */
public final class RegionWorker implements RegionActivities {
  private final Surroundings surroundings;
  private final Instances instances;

  /** Opens nothing until an activity runs. */
  public RegionWorker(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.instances = new Instances(surroundings.scratch());
  }

  @Override
  public ReplicaReport replicate(ReplicaRequest request) {
    return Heartbeat.during(heartbeat -> {
      long begun = System.nanoTime();
      Target region = surroundings.targets().named(request.region());
      Replication.requireElsewhere(
          surroundings.targets().named(request.target()).store(), region.store());
      try (OpenArchive source = OpenArchive.open(surroundings, request.target(), "");
          ArtifactStore to = Stores.open(region.store())) {
        Set<String> proven = Proofs.verified(surroundings, source);
        BackupChooser chooser =
            request.proven()
                ? BackupChooser.proven(source.archive(), proven)
                : BackupChooser.newest(source.archive());
        Manifest manifest = chooser.choose(request.backup()).manifest();
        Replication.Copied copied =
            new Replication(source.archive(), to, heartbeat::progress).run(manifest.backupId());
        return new ReplicaReport(
            manifest.backupId(),
            manifest.asOf(),
            proven.contains(manifest.backupId()),
            copied.artifacts(),
            copied.bytes(),
            copied.copiedBytes(),
            to.location(),
            seconds(begun));
      }
    });
  }

  @Override
  public Provisioned provision(RegionRun run) {
    return Heartbeat.during(heartbeat -> {
      long begun = System.nanoTime();
      Target region = surroundings.targets().named(run.region());
      try (ArtifactStore store = Stores.open(region.store())) {
        String mark = instances.provision(run, region, store, heartbeat::progress);
        return new Provisioned(mark, region.provisioner().word(), seconds(begun));
      }
    });
  }

  @Override
  public void tearDown(RegionRun run) {
    Failures.call(() -> {
      Target region = surroundings.targets().named(run.region());
      try (ArtifactStore store = Stores.open(region.store())) {
        instances.tearDown(run, region, store);
        return true;
      }
    });
  }

  /** Returns where a restore writes to: a target, at the instance that its run brought up. */
  static Target into(Surroundings surroundings, String into, String source, String mark)
      throws DrillbookException, InterruptedException {
    Target target = surroundings.targets().named(into);
    try (ArtifactStore store = Stores.open(target.store())) {
      return Instances.find(target, store, source, mark);
    }
  }

  private static double seconds(long begun) {
    return (System.nanoTime() - begun) / 1e9;
  }
}
