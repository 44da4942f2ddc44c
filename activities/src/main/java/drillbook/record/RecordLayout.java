package drillbook.record;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The columns that a collection's records have beside id, payload, document and uri.
 *
 * @param vectors dense vectors, in the engine's order
 * @param sparse sparse vectors, in the engine's order
 */
public record RecordLayout(List<VectorField> vectors, List<SparseField> sparse) {
  /** Copies both lists and rejects a name that is used twice. */
  public RecordLayout {
    vectors = List.copyOf(vectors);
    sparse = List.copyOf(sparse);
    Set<String> names = new HashSet<>();
    vectors.forEach(field -> requireNew(names, field.name()));
    sparse.forEach(field -> requireNew(names, field.name()));
  }

  /** Returns the layout of records with one dense vector and nothing else. */
  public static RecordLayout dense(VectorField field) {
    return new RecordLayout(List.of(field), List.of());
  }

  private static void requireNew(Set<String> names, String name) {
    if (!names.add(name)) {
      throw new IllegalArgumentException("vector name used twice: '" + name + "'");
    }
  }
}
