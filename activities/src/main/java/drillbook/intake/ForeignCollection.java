package drillbook.intake;

import drillbook.engine.Capability;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.EngineProfile;
import drillbook.engine.IndexTerms;
import drillbook.engine.NameTerms;
import drillbook.engine.OwnTerms;
import drillbook.engine.SparseTerms;
import drillbook.engine.TenantTerms;
import drillbook.engine.VectorIndex;
import drillbook.engine.VectorIndex.Metric;
import drillbook.engine.VectorTerms;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.file.ForeignIds;
import drillbook.record.ElementType;
import drillbook.record.RecordLayout;
import drillbook.record.SparseField;
import drillbook.record.VectorField;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The collection that files without an export.json are, as far as they tell. */
final class ForeignCollection {
  /** Files without an export.json, as if they came from an engine that holds everything. */
  static final EngineProfile FILES =
      new EngineProfile(
          "files",
          Set.of(Capability.RECORDS, Capability.TENANTS),
          List.of(),
          List.of(),
          new NameTerms("(?s).+", 1000, '_', "drill_"),
          TenantTerms.ANY,
          new VectorTerms(
              Set.of(ElementType.values()),
              Integer.MAX_VALUE,
              Set.of(VectorTerms.Trait.values()),
              SparseTerms.MANY,
              "(?s).*"),
          new IndexTerms(Set.of(Metric.values()), Map.of(), Set.of(), Map.of()),
          Set.of("text"),
          OwnTerms.NONE);

  private ForeignCollection() {}

  /** Refuses a request that does not say what the collection is called. */
  static void requireName(ImportRequest request) throws DrillbookException {
    if (request.collection().isEmpty()) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          "files without an export.json do not say what their collection is called",
          "Name it: --collection NAME.");
    }
  }

  /** Returns what a collection is whose files do not say it. */
  static CollectionSchema of(IntakeFolder folder, ImportStep step) throws DrillbookException {
    FileFacts facts = step.facts();
    if (facts.least() != facts.most()) {
      throw new DrillbookException(
          FailureKind.INCOMPATIBLE_TARGET,
          "vectors have "
              + facts.least()
              + " elements in "
              + facts.leastFile()
              + " and "
              + facts.most()
              + " in "
              + facts.mostFile(),
          "Nothing was written. A collection has vectors of one dimension.");
    }
    ImportRequest request = step.request();
    requireName(request);
    RecordLayout layout =
        new RecordLayout(
            facts.dense() > 0 ? List.of(dense(facts.most())) : List.of(),
            facts.sparse() > 0 ? List.of(sparse()) : List.of());
    List<VectorIndex> indexes =
        facts.dense() > 0
            ? List.of(new VectorIndex("", "hnsw", metric(request), Map.of()))
            : List.of();
    return new CollectionSchema(
        new CollectionName(List.of(), request.collection()),
        layout,
        idType(step),
        indexes,
        folder.tenants(),
        List.of(),
        Map.of());
  }

  private static String idType(ImportStep step) throws DrillbookException {
    if (!step.plan().idType().isEmpty()) {
      return step.plan().idType();
    }
    try {
      return ForeignIds.type(step.facts().ids().keySet());
    } catch (IllegalArgumentException e) {
      List<String> firsts = new ArrayList<>();
      new TreeMap<>(step.facts().ids()).forEach((kind, where) -> firsts.add(kind + " in " + where));
      throw new DrillbookException(
          FailureKind.INCOMPATIBLE_TARGET,
          "ids are of several types: " + String.join(", ", firsts),
          "Nothing was written. Ids of a collection are of one type.",
          e);
    }
  }

  private static Metric metric(ImportRequest request) {
    return switch (request.metric()) {
      case "euclidean" -> Metric.EUCLIDEAN;
      case "dotproduct" -> Metric.INNER_PRODUCT;
      default -> Metric.COSINE;
    };
  }

  /** What a file without an export.json may hold: a vector of any dimension, and a sparse one. */
  static RecordLayout anything() {
    return new RecordLayout(List.of(dense(0)), List.of(sparse()));
  }

  private static VectorField dense(int dimension) {
    return new VectorField("", ElementType.F32, dimension, false);
  }

  private static SparseField sparse() {
    return new SparseField("sparse_values", ElementType.F32, 0);
  }
}
