package drillbook.record;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The columns that a collection's records have beside id, payload, document and uri.
 *
 * @param vectors dense vectors, sorted by name: engines tell them in orders of their own
 * @param sparse sparse vectors, sorted by name
 */
public record RecordLayout(List<VectorField> vectors, List<SparseField> sparse) {
  /** Sorts both lists and rejects a name that is used twice. */
  public RecordLayout {
    vectors = vectors.stream().sorted(Comparator.comparing(VectorField::name)).toList();
    sparse = sparse.stream().sorted(Comparator.comparing(SparseField::name)).toList();
    Set<String> names = new HashSet<>();
    vectors.forEach(field -> requireNew(names, field.name()));
    sparse.forEach(field -> requireNew(names, field.name()));
  }

  /** Returns the layout of records with one dense vector and nothing else. */
  public static RecordLayout dense(VectorField field) {
    return new RecordLayout(List.of(field), List.of());
  }

  /** Returns the position of a dense vector; -1 where there is none of that name. */
  public int vector(String name) {
    return vectors.stream().map(VectorField::name).toList().indexOf(name);
  }

  /** Returns the position of a sparse vector; -1 where there is none of that name. */
  public int sparse(String name) {
    return sparse.stream().map(SparseField::name).toList().indexOf(name);
  }

  private static void requireNew(Set<String> names, String name) {
    if (!names.add(name)) {
      throw new IllegalArgumentException("vector name used twice: '" + name + "'");
    }
  }
}
