package drillbook.recovery;

import drillbook.archive.PartId;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.EngineProfile;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.manifest.CanonicalJson;
import drillbook.restore.RestoreMode;
import drillbook.restore.RestorePlan;
import drillbook.restore.RestoreRun;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

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
   * @param aliases names that point to what the backup holds, to be led over at the end
   */
  record Destination(
      int collection,
      CollectionSchema schema,
      boolean translated,
      List<CollectionName> replaces,
      List<String> aliases) {
    Destination {
      replaces = List.copyOf(replaces);
      aliases = List.copyOf(aliases);
    }

    /** Returns what the aliases point to once the restore is done. */
    CollectionName place() {
      return replaces.isEmpty() ? schema.name() : replaces.getFirst();
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

  /** Returns the names of all collections that the run creates. */
  Set<CollectionName> names() {
    Set<CollectionName> names = new HashSet<>();
    destinations.forEach(destination -> names.add(destination.schema().name()));
    return names;
  }

  /**
   * Rejects a plan that this run cannot have made. The store may be written to by others; that
   * names belong to the run is therefore told by the request, which comes from the workflow.
   *
   * @param into the name of the target that is written to
   * @throws DrillbookException CORRUPT when a name is not one that the run makes up, or a live
   *     collection would be replaced without having been confirmed
   */
  void require(RestoreRun asked, EngineProfile profile, String into) throws DrillbookException {
    if (!run.equals(asked.run())) {
      throw foreign(asked, "it is the plan of run " + run);
    }
    boolean mayReplace =
        asked.request().mode() == RestoreMode.IN_PLACE && asked.request().confirm().equals(into);
    for (Destination destination : destinations) {
      CollectionName name = destination.schema().name();
      if (!destination.replaces().isEmpty() && !mayReplace) {
        throw foreign(asked, "it replaces " + destination.replaces().getFirst() + ", unasked");
      }
      boolean own =
          switch (asked.request().mode()) {
            case SCRATCH -> name.name().startsWith(Planner.scratchMark(asked, profile));
            // In another target, or where nothing is live, a collection keeps its name.
            case NEW ->
                !asked.request().into().equals(asked.request().target())
                    || name.name().endsWith(Planner.restoredMark(asked, profile));
            case IN_PLACE ->
                destination.replaces().isEmpty()
                    || name.name().endsWith(Planner.restoredMark(asked, profile));
          };
      if (!own) {
        throw foreign(asked, "collection " + name + " does not carry the run's mark");
      }
    }
  }

  private static DrillbookException foreign(RestoreRun asked, String why) {
    return new DrillbookException(
        FailureKind.CORRUPT,
        "the plan of run " + asked.run() + " in the store is not what the run wrote: " + why,
        "Somebody changed it; nothing was created, written or dropped by it. Find out who can write"
            + " to the store, then look for collections that carry the run's mark.");
  }

  byte[] encode() {
    return CanonicalJson.encode(this);
  }

  static RecoveryPlan decode(byte[] json, String key) throws DrillbookException {
    return CanonicalJson.decode(json, RecoveryPlan.class, "plan " + key);
  }
}
