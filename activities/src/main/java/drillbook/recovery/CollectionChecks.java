package drillbook.recovery;

import drillbook.archive.ArchivedBackup;
import drillbook.archive.PartId;
import drillbook.check.Check;
import drillbook.check.Finding;
import drillbook.check.FindingCode;
import drillbook.engine.Capability;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.IndexState;
import drillbook.engine.VectorIndex;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.manifest.Manifest;
import drillbook.record.RecordLayout;
import drillbook.record.VectorField;
import drillbook.translate.Translation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The questions to one restored collection: whether its schema, indexes, counts and every record
 * are what the backup holds, and whether searches find what they found. One thread.
 */
final class CollectionChecks {
  private final ArchivedBackup backup;
  private final Engine engine;
  private final RecoveryPlan.Destination destination;
  private final CollectionSchema planned;
  private final Optional<Translation> translation;
  private final List<PartId> parts;
  private final Path scratch;
  private final Recovery.Progress progress;
  private final String subject;

  CollectionChecks(
      ArchivedBackup backup,
      Engine engine,
      RecoveryPlan.Destination destination,
      Optional<Translation> translation,
      List<PartId> parts,
      Path scratch,
      Recovery.Progress progress) {
    this.backup = backup;
    this.engine = engine;
    this.destination = destination;
    this.planned = destination.schema();
    this.translation = translation;
    this.parts = List.copyOf(parts);
    this.scratch = scratch;
    this.progress = progress;
    this.subject = planned.name().path();
  }

  List<Check> ask() throws DrillbookException, InterruptedException {
    List<Check> checks = new ArrayList<>();
    CollectionSchema restored = engine.control().schema(planned.name());
    checks.add(schema(restored));
    checks.add(indexParameters(restored));
    checks.add(indexReady());
    checks.add(aliases(restored));
    for (PartId part : parts) {
      progress.step("counting " + part);
      checks.add(count(part));
      progress.step("reading every record of " + part);
      checks.addAll(
          new PartChecks(backup, engine, restored, translation, part, scratch, subject).ask());
    }
    return checks;
  }

  private Check schema(CollectionSchema restored) {
    List<String> differences = new ArrayList<>();
    differ(differences, "columns", planned.layout(), learnt(restored.layout()));
    differ(differences, "id type", planned.idType(), restored.idType());
    if (!restored.tenants().containsAll(planned.tenants()) && records() > 0) {
      differ(differences, "tenants", planned.tenants(), restored.tenants());
    }
    return differences.isEmpty()
        ? Check.passed("schema", subject, "columns, id type and tenants are as in the backup")
        : Check.failed(
            "schema",
            subject,
            differences.size() + " differences",
            new Finding(
                FindingCode.SCHEMA_MISMATCH,
                String.join("; ", differences),
                "Compare the server's version and settings with the source's."));
  }

  /** Some engines learn a dimension from the first record: of an empty collection it is open. */
  private RecordLayout learnt(RecordLayout restored) {
    if (records() > 0 || restored.vectors().size() != planned.layout().vectors().size()) {
      return restored;
    }
    List<VectorField> fields = new ArrayList<>();
    for (int i = 0; i < restored.vectors().size(); i++) {
      VectorField field = restored.vectors().get(i);
      int dimension =
          field.dimension() == 0
              ? planned.layout().vectors().get(i).dimension()
              : field.dimension();
      fields.add(new VectorField(field.name(), field.elementType(), dimension, field.multi()));
    }
    return new RecordLayout(fields, restored.sparse());
  }

  private long records() {
    return parts.stream().mapToLong(part -> stated(part).count()).sum();
  }

  private Check indexParameters(CollectionSchema restored) {
    if (planned.indexes().isEmpty()) {
      return Check.notApplicable("index-parameters", subject, "the source has no vector index");
    }
    return planned.indexes().stream().allMatch(index -> isThere(index, restored))
        ? Check.passed(
            "index-parameters", subject, "kind, metric and parameters are as in the backup")
        : Check.failed(
            "index-parameters",
            subject,
            "indexes differ",
            new Finding(
                FindingCode.INDEX_MISMATCH,
                "expected " + planned.indexes() + ", found " + restored.indexes(),
                "Searches may be slow or have another recall: create the missing index with the"
                    + " parameters of the backup."));
  }

  /** Tells whether an index came back; another engine may name parameters that were not asked. */
  private static boolean isThere(VectorIndex wanted, CollectionSchema restored) {
    return restored.indexes().stream()
        .anyMatch(index ->
            index.vector().equals(wanted.vector())
                && index.kind().equals(wanted.kind())
                && index.metric() == wanted.metric()
                && index.parameters().entrySet().containsAll(wanted.parameters().entrySet()));
  }

  private Check indexReady() throws DrillbookException, InterruptedException {
    return switch (engine.control().indexState(planned)) {
      case IndexState.Ready() ->
          Check.passed("index-ready", subject, "every index takes part in searches");
      case IndexState.Building(var state) ->
          Check.failed(
              "index-ready",
              subject,
              state,
              new Finding(
                  FindingCode.INDEX_NOT_READY,
                  "an index is still being built: " + state,
                  "Wait until it is finished; searches are slow or incomplete until then."));
      case IndexState.Broken(var reason) ->
          Check.failed(
              "index-ready",
              subject,
              reason,
              new Finding(
                  FindingCode.INDEX_NOT_READY,
                  "an index will not become ready: " + reason,
                  "Create it by hand, or find out why the engine did not."));
    };
  }

  private Check aliases(CollectionSchema restored) {
    if (!engine.profile().has(Capability.ALIASES)) {
      return Check.notApplicable("aliases", subject, "the engine has no aliases");
    }
    if (planned.aliases().isEmpty()) {
      return Check.notApplicable(
          "aliases",
          subject,
          destination.aliases().isEmpty()
              ? "none belongs to it"
              : "they stay with the live collection until the cut over: " + destination.aliases());
    }
    List<String> elsewhere = new ArrayList<>(planned.aliases());
    elsewhere.removeAll(restored.aliases());
    return elsewhere.isEmpty()
        ? Check.passed("aliases", subject, planned.aliases() + " lead to it")
        : Check.failed(
            "aliases",
            subject,
            elsewhere.size() + " of " + planned.aliases().size() + " lead elsewhere",
            new Finding(
                FindingCode.ALIAS_MISMATCH,
                "of the backup's aliases these do not lead to " + subject + ": " + elsewhere,
                "They lead to another collection by now and were left alone: move them by hand if"
                    + " clients should read what was restored."));
  }

  private Check count(PartId part) throws DrillbookException, InterruptedException {
    String tenant =
        translation.isPresent()
            ? translation.get().tenant(backup.tenant(part))
            : backup.tenant(part);
    String of = name(subject, tenant);
    long expected = stated(part).count();
    long found = engine.control().count(planned.name(), tenant);
    return found == expected
        ? Check.passed("count", of, expected + " records")
        : Check.failed(
            "count",
            of,
            found + " instead of " + expected,
            new Finding(
                FindingCode.COUNT_MISMATCH,
                "the engine counts " + found + " records, the backup holds " + expected,
                "See the record digest for which ones."));
  }

  private Manifest.Part stated(PartId part) {
    Manifest.Part stated = backup.parts().get(part);
    if (stated == null) {
      throw new IllegalStateException("the plan names a part that the backup lacks: " + part);
    }
    return stated;
  }

  /** Returns how a person reads a tenant of a collection. */
  static String name(String collection, String tenant) {
    return tenant.equals(CollectionSchema.NO_TENANT)
        ? collection
        : collection + " [" + tenant + "]";
  }

  /** Tells whether a failure means that the engine counts what it cannot hand out. */
  static boolean isReadFailure(DrillbookException e) {
    return e.kind() == FailureKind.CORRUPT;
  }

  private static void differ(List<String> differences, String what, Object expected, Object found) {
    if (!expected.equals(found)) {
      differences.add(what + ": expected " + expected + ", found " + found);
    }
  }
}
