package drillbook.capture;

import drillbook.archive.ArchivedBackup;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Mark;
import drillbook.manifest.Catalog;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Numbers collections and tenants, the same along a chain of backups. A collection whose columns
 * changed is another one: its segments could not be read with the old columns.
 */
final class Numbering {
  private Numbering() {}

  /**
   * Numbers what a capture sees.
   *
   * @param marks how far the engine had come, by collection
   */
  static Catalog of(
      List<CollectionSchema> schemas, List<Mark> marks, Optional<ArchivedBackup> parent) {
    List<Catalog.Entry> entries = new ArrayList<>();
    int next = parent.map(ArchivedBackup::nextCollectionNumber).orElse(0);
    for (CollectionSchema schema : schemas) {
      Optional<Catalog.Entry> known =
          parent.flatMap(backup ->
              backup.catalog().collections().stream()
                  .filter(entry -> isSame(entry.schema(), schema))
                  .findFirst());
      Set<String> tenants = new LinkedHashSet<>();
      known.ifPresent(entry -> tenants.addAll(entry.tenants()));
      tenants.addAll(schema.tenants());
      int number = known.isPresent() ? known.get().number() : next++;
      entries.add(new Catalog.Entry(number, schema, List.copyOf(tenants), mark(schema, marks)));
    }
    return new Catalog(entries);
  }

  private static String mark(CollectionSchema schema, List<Mark> marks) {
    return marks.stream()
        .filter(mark -> mark.collection().equals(schema.name()))
        .map(Mark::text)
        .findFirst()
        .orElse("");
  }

  private static boolean isSame(CollectionSchema before, CollectionSchema now) {
    return before.name().equals(now.name())
        && before.layout().equals(now.layout())
        && before.idType().equals(now.idType());
  }
}
