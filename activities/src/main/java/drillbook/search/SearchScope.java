package drillbook.search;

import drillbook.archive.ArchivedBackup;
import drillbook.archive.PartId;
import drillbook.engine.CollectionSchema;
import drillbook.engine.VectorIndex;
import drillbook.engine.VectorIndex.Metric;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.manifest.Catalog;
import drillbook.recall.QuestionChoice;
import drillbook.record.RecordLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a search reads: one collection, some of its tenants, one vector, one metric.
 *
 * @param schema of the collection, as captured
 * @param parts its tenants that are meant
 */
record SearchScope(CollectionSchema schema, List<PartId> parts, SearchField field, Metric metric) {
  /** Finds what a question means in a backup. */
  static SearchScope of(ArchivedBackup backup, SearchQuestion question) throws DrillbookException {
    Catalog.Entry entry = entry(backup, question);
    CollectionSchema schema = entry.schema();
    SearchField field = field(schema, question);
    return new SearchScope(
        schema, parts(backup, entry, question.tenants()), field, metric(schema, field, question));
  }

  private static Catalog.Entry entry(ArchivedBackup backup, SearchQuestion question)
      throws DrillbookException {
    List<Catalog.Entry> meant = new ArrayList<>();
    List<String> paths = new ArrayList<>();
    for (Catalog.Entry entry : backup.catalog().collections()) {
      CollectionSchema schema = entry.schema();
      paths.add(schema.name().path());
      boolean named =
          question.collection().isEmpty() || schema.name().isMeantBy(question.collection());
      if (named && hasTenant(entry, question.tenants())) {
        meant.add(entry);
      }
    }
    if (meant.size() == 1) {
      return meant.getFirst();
    }
    String asked =
        (question.collection().isEmpty() ? "" : " '" + question.collection() + "'")
            + (question.tenants().isEmpty() ? "" : " with tenant " + question.tenants());
    throw new DrillbookException(
        meant.isEmpty() ? FailureKind.NOT_FOUND : FailureKind.CONFIGURATION,
        meant.isEmpty()
            ? "backup " + backup.manifest().backupId() + " holds no collection" + asked
            : meant.size() + " collections are meant, and one is searched at a time",
        "Name one of them by --collection: " + paths);
  }

  /** Tells whether a collection has one of some tenants, or lies in one. */
  private static boolean hasTenant(Catalog.Entry entry, List<String> wanted) {
    return wanted.isEmpty()
        || isScope(entry, wanted)
        || entry.tenants().stream().anyMatch(wanted::contains);
  }

  private static boolean isScope(Catalog.Entry entry, List<String> wanted) {
    return entry.tenants().equals(List.of(CollectionSchema.NO_TENANT))
        && entry.schema().name().scope().stream().anyMatch(wanted::contains);
  }

  /** Returns the parts that are meant, all of those that the manifest has. */
  private static List<PartId> parts(ArchivedBackup backup, Catalog.Entry entry, List<String> wanted)
      throws DrillbookException {
    boolean all = wanted.isEmpty() || isScope(entry, wanted);
    SortedSet<String> missing = new TreeSet<>(all ? List.of() : wanted);
    List<PartId> parts = new ArrayList<>();
    for (PartId part : backup.parts().keySet()) {
      if (part.collection() == entry.number()) {
        String tenant = backup.tenant(part);
        missing.remove(tenant);
        if (all || wanted.contains(tenant)) {
          parts.add(part);
        }
      }
    }
    if (!missing.isEmpty()) {
      throw new DrillbookException(
          FailureKind.NOT_FOUND,
          entry.schema().name()
              + " of "
              + backup.manifest().backupId()
              + " has no tenant "
              + missing,
          "It has " + entry.tenants().stream().limit(20).toList() + ".");
    }
    return parts;
  }

  private static SearchField field(CollectionSchema schema, SearchQuestion question)
      throws DrillbookException {
    RecordLayout layout = schema.layout();
    List<SearchField> fields = new ArrayList<>();
    for (int i = 0; i < layout.vectors().size(); i++) {
      fields.add(new SearchField.Dense(i, layout.vectors().get(i)));
    }
    for (int i = 0; i < layout.sparse().size(); i++) {
      fields.add(new SearchField.Sparse(i, layout.sparse().get(i)));
    }
    List<SearchField> meant =
        fields.stream()
            .filter(field ->
                question.vector().isEmpty() || question.vector().get().equals(field.name()))
            .toList();
    if (meant.size() == 1) {
      return meant.getFirst();
    }
    throw new DrillbookException(
        meant.isEmpty() ? FailureKind.NOT_FOUND : FailureKind.CONFIGURATION,
        meant.isEmpty()
            ? "records of " + schema.name() + " have no such vector"
            : "records of " + schema.name() + " have " + meant.size() + " vectors",
        "Name one by --vector-name: "
            + fields.stream().map(field -> "'" + field.name() + "'").toList());
  }

  private static Metric metric(CollectionSchema schema, SearchField field, SearchQuestion question)
      throws DrillbookException {
    Metric metric =
        switch (field) {
          case SearchField.Dense(_, var dense) ->
              question.metric().orElseGet(() -> QuestionChoice.metric(schema, dense));
          case SearchField.Sparse(_, var sparse) ->
              question
                  .metric()
                  .orElseGet(() ->
                      schema.indexes().stream()
                          .filter(index -> index.vector().equals(sparse.name()))
                          .map(VectorIndex::metric)
                          .findFirst()
                          .orElse(Metric.INNER_PRODUCT));
        };
    if (field instanceof SearchField.Sparse && !SparseComparison.knows(metric)) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          "sparse vectors are not compared by " + metric.name().toLowerCase(Locale.ROOT),
          "Choose inner-product, cosine, euclidean or manhattan.");
    }
    return metric;
  }
}
