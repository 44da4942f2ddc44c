package drillbook.engine.milvus;

import drillbook.engine.CollectionName;
import drillbook.engine.Requirement;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.util.ArrayList;
import java.util.List;

/** What a backup and a restore need of a Milvus instance. */
final class MilvusRequirements {
  private final MilvusCatalog catalog;
  private final MilvusLoads loads;
  private final MilvusAccess access;
  private final MilvusLine line;

  MilvusRequirements(
      MilvusCatalog catalog, MilvusLoads loads, MilvusAccess access, MilvusLine line) {
    this.catalog = catalog;
    this.loads = loads;
    this.access = access;
    this.line = line;
  }

  List<Requirement> all() throws DrillbookException, InterruptedException {
    List<Requirement> requirements = new ArrayList<>();
    String version = catalog.version();
    MilvusLine server = MilvusLine.ofVersion(version);
    requirements.add(
        version.matches("v?2\\.[0-2](\\D.*)?")
            ? Requirement.missing(
                "version",
                version,
                "Records are upserted and counted: move to Milvus 2.3 or newer.")
            : Requirement.met("version", version));
    requirements.add(
        server == line
            ? Requirement.met("line", line.word())
            : Requirement.missing(
                "line",
                "the target says " + line.word() + ", the server is of " + server.word(),
                "Set the target's option 'line' to " + server.word() + "."));
    requirements.add(access.permissions());
    requirements.add(access.topology());
    collections(requirements);
    requirements.add(
        Requirement.unknown(
            "quotas",
            "milvus tells its quotas and rate limits only by refusing",
            "Leave room for a restore in quotaAndLimits: disk quota, collections, load memory."));
    return requirements;
  }

  private void collections(List<Requirement> requirements)
      throws DrillbookException, InterruptedException {
    try {
      for (String database : catalog.databases()) {
        for (CollectionName name : catalog.collections(database)) {
          collection(name, requirements);
        }
      }
    } catch (DrillbookException e) {
      if (e.kind() != FailureKind.DENIED) {
        throw e;
      }
      requirements.add(
          Requirement.missing(
              "collections looked at", String.valueOf(e.getMessage()), MilvusAccess.RIGHTS));
    }
  }

  private void collection(CollectionName name, List<Requirement> requirements)
      throws DrillbookException, InterruptedException {
    String subject = "collection " + name;
    try {
      MilvusShape shape = catalog.describe(name);
      if (!loads.isLoadedForUsers(shape.name())) {
        requirements.add(
            Requirement.missing(
                subject + ": loaded",
                "it is not",
                "A capture loads it and releases it afterwards: leave memory for it, or load it."));
      }
      if (shape.key().getAutoID()) {
        requirements.add(
            Requirement.missing(
                subject + ": ids",
                "milvus makes them (autoID)",
                "A restored collection keeps the ids and makes no new ones: see the docs."));
      }
      if (shape.integerKey() && line == MilvusLine.V2_3) {
        requirements.add(
            Requirement.unknown(
                subject + ": the id 9223372036854775807",
                "Milvus 2.3 counts such a record and never hands it out",
                "A capture fails when there is one; give that record another id."));
      }
    } catch (DrillbookException e) {
      if (e.kind() != FailureKind.UNSUPPORTED) {
        throw e;
      }
      requirements.add(
          Requirement.missing(
              subject, String.valueOf(e.getMessage()), "Leave the collection out."));
    }
  }
}
