package drillbook.recovery;

import drillbook.archive.PartId;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.failure.DrillbookException;
import drillbook.manifest.CanonicalJson;
import drillbook.restore.RestorePlan;
import java.util.List;

/**
 * A restore's plan as it lies in the store while the run goes on: what goes where. Names of
 * collections to create are recorded here before any of them is made; clean-up drops these and no
 * others.
 *
 * @param run the run's mark
 * @param backupId the backup
 * @param destinations what goes where
 * @param loads which tenant of which collection each load brings back
 * @param summary what the workflow is told of the plan
 */
record RecoveryPlan(
    String run,
    String backupId,
    List<Destination> destinations,
    List<Load> loads,
    RestorePlan summary) {

  /**
   * Where one collection goes.
   *
   * @param collection the collection's number in the catalog
   * @param schema what is created, under its new name
   * @param translated whether records must be translated
   * @param replaces the live collection whose place it takes at the end; none for an empty list
   */
  record Destination(
      int collection, CollectionSchema schema, boolean translated, List<CollectionName> replaces) {
    Destination {
      replaces = List.copyOf(replaces);
    }
  }

  /**
   * One tenant to load.
   *
   * @param destination position of the destination
   * @param collection the collection's number in the catalog
   * @param tenant the tenant's number
   */
  record Load(int destination, int collection, int tenant) {
    PartId part() {
      return new PartId(collection, tenant);
    }
  }

  RecoveryPlan {
    destinations = List.copyOf(destinations);
    loads = List.copyOf(loads);
  }

  byte[] encode() {
    return CanonicalJson.encode(this);
  }

  static RecoveryPlan decode(byte[] json, String key) throws DrillbookException {
    return CanonicalJson.decode(json, RecoveryPlan.class, "plan " + key);
  }
}
