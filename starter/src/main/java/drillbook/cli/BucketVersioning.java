package drillbook.cli;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.runbook.Occasion;
import drillbook.runbook.Runbook;
import drillbook.runbook.Step;
import drillbook.store.ArtifactStore;
import drillbook.store.VersionedStore;
import drillbook.store.VersionedStore.Versioning;
import drillbook.target.Targets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Whether the buckets behind runbooks keep versions: without them, who has the worker's keys, or a
 * mistake of ours, can delete a backup for good.
 *
 * @param off one sentence for each bucket that keeps none
 * @param unknown one sentence for each that could not be asked
 */
record BucketVersioning(List<String> off, List<String> unknown) {
  /** Asks the buckets of all targets and regions that runbooks name, each once. */
  static BucketVersioning of(Installation installation, List<Runbook> runbooks)
      throws DrillbookException, InterruptedException {
    List<String> off = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    Targets targets = installation.home().targets();
    for (String name : named(runbooks)) {
      if (!targets.names().contains(name)) {
        unknown.add("target '" + name + "' is not known here: its bucket was not asked");
        continue;
      }
      try (ArtifactStore store = installation.parts().store(targets.named(name).store())) {
        Optional<VersionedStore> face = VersionedStore.of(store);
        if (face.isPresent() && face.get().versioning() != Versioning.ON) {
          off.add(
              store.location()
                  + " of target '"
                  + name
                  + "' keeps no versions ("
                  + face.get().versioning()
                  + ")");
        }
      } catch (DrillbookException e) {
        unknown.add("the bucket of target '" + name + "' could not be asked: " + e.getMessage());
      }
    }
    return new BucketVersioning(List.copyOf(off), List.copyOf(unknown));
  }

  private static TreeSet<String> named(List<Runbook> runbooks) {
    TreeSet<String> names = new TreeSet<>();
    for (Runbook runbook : runbooks) {
      names.add(runbook.target());
      for (Occasion occasion : runbook.occasions()) {
        for (Step step : occasion.steps()) {
          if (step instanceof Step.RegionDrill drill) {
            names.add(drill.region());
          } else if (step instanceof Step.DisasterDrill drill) {
            names.add(drill.region());
          }
        }
      }
    }
    return names;
  }

  /** Returns all of it, for people. */
  List<String> remarks() {
    List<String> remarks = new ArrayList<>();
    off.forEach(words -> remarks.add("WARNING: " + words + ": what is deleted there is gone"));
    remarks.addAll(unknown);
    return remarks;
  }

  /** Refuses buckets without versions. */
  void require() throws DrillbookException {
    if (!off.isEmpty()) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          String.join("; ", off),
          "Nothing was written. Turn versioning on (aws s3api put-bucket-versioning --bucket NAME"
              + " --versioning-configuration Status=Enabled), or say --without-versioning.");
    }
  }
}
