package drillbook.file;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.ElementType;
import drillbook.record.RecordLayout;
import drillbook.record.SparseField;
import drillbook.record.VectorField;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which columns a Parquet or Arrow file of records has, by docs/portable.md: {@code id}, {@code
 * tenant} where there are tenants, a column a vector, {@code metadata}, {@code document}, {@code
 * uri}. The same layout always gives the same columns.
 *
 * @param layout the records' vectors
 * @param idType as in the collection's schema
 * @param tenanted whether there is a column of tenants
 * @param vectors the names of the columns of dense vectors, in the layout's order
 * @param sparse the same for sparse vectors
 */
record ColumnPlan(
    RecordLayout layout,
    String idType,
    boolean tenanted,
    List<String> vectors,
    List<String> sparse) {
  static final String ID = "id";
  static final String TENANT = "tenant";
  static final String VALUES = "values";
  static final String SPARSE = "sparse_values";
  static final String INDICES = "indices";
  static final String METADATA = "metadata";
  static final String DOCUMENT = "document";
  static final String URI = "uri";

  ColumnPlan {
    vectors = List.copyOf(vectors);
    sparse = List.copyOf(sparse);
  }

  static ColumnPlan of(RecordLayout layout, String idType, boolean tenanted) {
    Set<String> taken = new HashSet<>(Set.of(ID, TENANT, VALUES, SPARSE, METADATA, DOCUMENT, URI));
    List<String> vectors = new ArrayList<>();
    for (VectorField field : layout.vectors()) {
      vectors.add(
          RecordLines.isMain(layout, field) ? VALUES : free("vector_" + field.name(), taken));
    }
    List<String> sparse = new ArrayList<>();
    for (SparseField field : layout.sparse()) {
      sparse.add(
          RecordLines.isMain(layout, field) ? SPARSE : free("sparse_" + field.name(), taken));
    }
    return new ColumnPlan(layout, idType, tenanted, vectors, sparse);
  }

  /** How an element lies in a column. */
  enum Physical {
    FLOAT,
    DOUBLE,
    INT8,
    UINT8
  }

  /** Returns how elements of a type lie in a column: half floats as the floats that they equal. */
  static Physical physical(ElementType type) {
    return switch (type) {
      case F32, F16, BF16 -> Physical.FLOAT;
      case F64 -> Physical.DOUBLE;
      case I8 -> Physical.INT8;
      case U8, BIT -> Physical.UINT8;
    };
  }

  /** Refuses a list without vectors that has a dimension all the same: columns cannot hold it. */
  static void requireDimension(VectorField field, int dimension, int rows, String id)
      throws DrillbookException {
    if (rows == 0 && dimension != field.dimension()) {
      throw unheld(id, "its list '" + field.name() + "' has a dimension and no vectors");
    }
  }

  /** Returns the failure of a value that a column file cannot hold. */
  static DrillbookException unheld(String id, String why) {
    return new DrillbookException(
        FailureKind.UNSUPPORTED,
        "record " + id + " cannot be written exactly: " + why,
        "Export it as jsonl.gz, which holds everything.");
  }

  /** Says that a column is not one of these. */
  String unknown(String column) {
    return "unknown column '"
        + column
        + "'; known: id, tenant, metadata, document, uri"
        + (vectors.isEmpty() ? "" : ", " + String.join(", ", vectors))
        + (sparse.isEmpty() ? "" : ", " + String.join(", ", sparse));
  }

  /** Returns the 32 bits of a position; refuses what is none. */
  static int position(long value) {
    if (value < 0 || value > 0xffff_ffffL) {
      throw new IllegalArgumentException("an index is 0 to 4294967295: " + value);
    }
    return (int) value;
  }

  /** Tools take names of columns by dots and case: plain words keep all of them working. */
  private static String free(String name, Set<String> taken) {
    String plain = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
    String free = plain;
    for (int number = 2; !taken.add(free); number++) {
      free = plain + "_" + number;
    }
    return free;
  }
}
