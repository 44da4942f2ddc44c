package drillbook.region;

import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/**
 * Proves that a backup comes back elsewhere: replicates it into another region's store, brings an
 * instance up there, drills on it, and takes the instance down whatever happened. The source is
 * read from its store only, and its instance not at all.
 */
@WorkflowInterface
public interface RegionDrillWorkflow {
  /** Drills; a verdict that is not green is in the report, with its findings. */
  @WorkflowMethod(name = "RegionDrillWorkflow")
  RegionDrillReport drill(RegionDrillRequest request);
}
