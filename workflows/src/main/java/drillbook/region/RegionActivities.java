package drillbook.region;

import io.temporal.activity.ActivityInterface;

/**
 * What happens in another region. A region is a target of its own: its store takes the replica, its
 * instance what is restored. Which commands bring an instance up stands in that target's file, on
 * the worker's side, and never in a request: who may start workflows may not thereby run commands.
 */
@ActivityInterface(namePrefix = "Region")
public interface RegionActivities {
  /**
   * Copies a backup, whatever it rests on, and the journal into the region's store; what is there
   * already is not copied again. The manifest is written last. Can be repeated.
   */
  ReplicaReport replicate(ReplicaRequest request);

  /**
   * Brings an instance up, or returns that this run did so already. Recorded in the region's store
   * before it begins.
   */
  Provisioned provision(RegionRun run);

  /** Takes down what this run brought up; nothing where it brought up nothing. Can be repeated. */
  void tearDown(RegionRun run);
}
