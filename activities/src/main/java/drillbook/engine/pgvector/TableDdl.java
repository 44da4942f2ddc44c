package drillbook.engine.pgvector;

import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.VectorIndex;
import drillbook.engine.VectorIndex.Metric;
import drillbook.engine.pgvector.TableShape.Column;
import drillbook.engine.pgvector.TableShape.Mapping;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.ElementType;
import drillbook.record.SparseField;
import drillbook.record.VectorField;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes the statements that create tables, and the table that another engine's schema becomes. */
final class TableDdl {
  /** The largest vector that pgvector stores; sparse ones have {@link #MAX_SPARSE} positions. */
  static final int MAX_DIMENSION = 16_000;

  /** The number of positions that a sparse vector can have. */
  static final int MAX_SPARSE = 1_000_000_000;

  private static final int MAX_BITS = 83_886_080;
  private static final Set<String> TAKEN =
      Set.of(Mapping.ID, Mapping.DOCUMENT, Mapping.URI, Mapping.PAYLOAD, Mapping.TENANT);

  private TableDdl() {}

  /** Returns the schema that a table is in. */
  static String schemaOf(CollectionName name) {
    return name.scope().isEmpty() ? "public" : name.scope().getFirst();
  }

  /** Returns a table's full name, quoted. */
  static String qualified(CollectionName name) {
    return quote(schemaOf(name)) + "." + quote(name.name());
  }

  /** Returns an identifier, quoted. */
  static String quote(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }

  /** Returns a text literal; the session reads backslashes as themselves. */
  static String literal(String text) {
    return '\'' + text.replace("'", "''") + '\'';
  }

  /** Returns the beginning of a name that the server's limit on names leaves room for. */
  static String shorten(String name, int bytes) {
    String shorter = name;
    while (shorter.getBytes(StandardCharsets.UTF_8).length > bytes) {
      shorter = shorter.substring(0, shorter.offsetByCodePoints(shorter.length(), -1));
    }
    return shorter;
  }

  /** Returns the statements that create a table with its key and checks, and nothing else. */
  static List<String> create(CollectionName name, TableShape shape) {
    List<String> parts = new ArrayList<>();
    shape.columns().forEach(column -> parts.add(column(column)));
    parts.add(shape.table().primaryKey());
    shape
        .table()
        .checks()
        .forEach((check, definition) -> parts.add("CONSTRAINT " + quote(check) + " " + definition));
    String options =
        shape.table().options().isEmpty()
            ? ""
            : " WITH ("
                + String.join(", ", shape.table().options().stream().map(TableDdl::option).toList())
                + ")";
    List<String> statements = new ArrayList<>();
    statements.add(
        "CREATE "
            + (shape.table().unlogged() ? "UNLOGGED " : "")
            + "TABLE "
            + qualified(name)
            + " ("
            + String.join(", ", parts)
            + ")"
            + options);
    for (Column column : shape.columns()) {
      String path = qualified(name) + "." + quote(column.name());
      if (!column.storage().isEmpty()) {
        statements.add(
            "ALTER TABLE "
                + qualified(name)
                + " ALTER COLUMN "
                + quote(column.name())
                + " SET STORAGE "
                + column.storage());
      }
      if (!column.comment().isEmpty()) {
        statements.add("COMMENT ON COLUMN " + path + " IS " + literal(column.comment()));
      }
    }
    if (!shape.table().comment().isEmpty()) {
      statements.add(
          "COMMENT ON TABLE " + qualified(name) + " IS " + literal(shape.table().comment()));
    }
    return statements;
  }

  private static String option(String option) {
    int equals = option.indexOf('=');
    return option.substring(0, equals) + "=" + literal(option.substring(equals + 1));
  }

  private static String column(Column column) {
    StringBuilder sql = new StringBuilder(quote(column.name())).append(' ');
    if (column.defaultValue().equals(Column.SERIAL)) {
      sql.append(
          switch (column.base()) {
            case "int2" -> "smallserial";
            case "int4" -> "serial";
            default -> "bigserial";
          });
    } else {
      sql.append(column.type());
    }
    if (!column.collation().isEmpty()) {
      sql.append(" COLLATE ").append(column.collation());
    }
    if (column.notNull()) {
      sql.append(" NOT NULL");
    }
    if (column.isGenerated()) {
      sql.append(" GENERATED ALWAYS AS ").append(column.generated());
    } else if (!column.identity().isEmpty()) {
      sql.append(" GENERATED ").append(column.identity()).append(" AS IDENTITY");
    } else if (!column.defaultValue().isEmpty() && !column.defaultValue().equals(Column.SERIAL)) {
      sql.append(" DEFAULT ").append(column.defaultValue());
    }
    return sql.toString();
  }

  /**
   * Returns the table that a schema becomes: its own, or the one that holds another engine's
   * records.
   *
   * @throws DrillbookException INCOMPATIBLE_TARGET when pgvector has no type for what it holds
   */
  static TableShape shape(CollectionSchema schema) throws DrillbookException {
    var own = TableShape.of(schema);
    return own.isPresent() ? own.get() : mapped(schema);
  }

  private static TableShape mapped(CollectionSchema schema) throws DrillbookException {
    List<Column> columns = new ArrayList<>();
    List<String> key = new ArrayList<>();
    boolean tenants = !schema.tenants().equals(List.of(CollectionSchema.NO_TENANT));
    if (tenants) {
      columns.add(Column.plain(Mapping.TENANT, "text", "text", 0, true));
      key.add(Mapping.TENANT);
    }
    String[] parts = schema.idType().split(",", -1);
    for (int i = 0; i < parts.length; i++) {
      String name = parts.length == 1 ? Mapping.ID : Mapping.ID + "_" + (i + 1);
      columns.add(idColumn(schema, name, parts[i].strip()));
      key.add(name);
    }
    Map<String, String> vectors = new LinkedHashMap<>();
    Set<String> used = new HashSet<>(TAKEN);
    used.addAll(key);
    for (VectorField field : schema.layout().vectors()) {
      String name = vectorColumn(field.name(), used, vectors);
      columns.add(denseColumn(schema, name, field));
    }
    for (SparseField field : schema.layout().sparse()) {
      String name = vectorColumn(field.name(), used, vectors);
      columns.add(sparseColumn(schema, name, field));
    }
    columns.add(Column.plain(Mapping.DOCUMENT, "text", "text", 0, false));
    columns.add(Column.plain(Mapping.URI, "text", "text", 0, false));
    columns.add(Column.plain(Mapping.PAYLOAD, "jsonb", "jsonb", 0, false));
    Map<String, String> flat = flat(schema, columns, vectors);
    String comment =
        TableShape.comment(
            vectors,
            flat,
            tenants ? schema.tenants() : List.of(),
            schema.idType().equals(Mapping.MIXED_IDS) ? Mapping.MIXED_IDS : "");
    return new TableShape(
        columns,
        key,
        new TableShape.Whole(
            "PRIMARY KEY (" + String.join(", ", key.stream().map(TableDdl::quote).toList()) + ")",
            Map.of(),
            List.of(),
            false,
            comment),
        List.of(),
        new TableShape.Roles(tenants ? Mapping.TENANT : "", Mapping.DOCUMENT, Mapping.URI),
        List.of());
  }

  /** Metrics that no index will tell go into the comment. */
  private static Map<String, String> flat(
      CollectionSchema schema, List<Column> columns, Map<String, String> vectors)
      throws DrillbookException {
    Map<String, String> flat = new LinkedHashMap<>();
    for (VectorIndex index : schema.indexes()) {
      for (Column column : columns) {
        if (!index.vector().equals(vectors.get(column.name()))) {
          continue;
        }
        if (!IndexPlan.knows(column, index.metric())) {
          throw incompatible(
              schema, "pgvector has no " + index.metric() + " distance for " + column.type());
        }
        if (IndexPlan.translate(index, column).isEmpty()) {
          flat.put(column.name(), index.metric().name());
        }
      }
    }
    return flat;
  }

  private static Column idColumn(CollectionSchema schema, String name, String word)
      throws DrillbookException {
    return switch (word) {
      case "text", Mapping.MIXED_IDS -> Column.plain(name, "text", "text", 0, true);
      case "integer" -> Column.plain(name, "bigint", "int8", 0, true);
      case "uuid" -> Column.plain(name, "uuid", "uuid", 0, true);
      case "bytes" -> Column.plain(name, "bytea", "bytea", 0, true);
      default -> throw incompatible(schema, "no column type for ids of type '" + word + "'");
    };
  }

  private static String vectorColumn(String vector, Set<String> used, Map<String, String> vectors) {
    String wish = vector.isEmpty() ? "embedding" : vector;
    boolean fits = wish.getBytes(StandardCharsets.UTF_8).length <= 63 && wish.indexOf('\0') < 0;
    String name = fits ? wish : "vector_" + (vectors.size() + 1);
    for (int i = 1; !used.add(name); i++) {
      name = "vector_" + (vectors.size() + i);
    }
    vectors.put(name, vector);
    return name;
  }

  private static Column denseColumn(CollectionSchema schema, String name, VectorField field)
      throws DrillbookException {
    ElementType element = field.elementType();
    String base =
        switch (element) {
          case F32 -> "vector";
          case F16 -> "halfvec";
          case BIT -> "bit";
          case BF16, F64, I8, U8 -> "";
        };
    if (base.isEmpty() || field.multi()) {
      throw incompatible(
          schema,
          "pgvector has no column type for "
              + (field.multi() ? "lists of vectors" : element.word() + " elements")
              + " (vector '"
              + field.name()
              + "')");
    }
    int limit = element == ElementType.BIT ? MAX_BITS : MAX_DIMENSION;
    if (field.dimension() > limit) {
      throw incompatible(
          schema, "dimension " + field.dimension() + " is above pgvector's limit of " + limit);
    }
    if (element == ElementType.BIT && field.dimension() < 2) {
      throw incompatible(schema, "bit vectors of dimension " + field.dimension());
    }
    String type = field.dimension() == 0 ? base : base + "(" + field.dimension() + ")";
    return Column.plain(name, type, base, field.dimension(), false);
  }

  private static Column sparseColumn(CollectionSchema schema, String name, SparseField field)
      throws DrillbookException {
    if (field.elementType() != ElementType.F32) {
      throw incompatible(schema, "sparse vectors of " + field.elementType().word() + " elements");
    }
    if (field.dimension() > MAX_SPARSE) {
      throw incompatible(
          schema, field.dimension() + " sparse positions are above pgvector's " + MAX_SPARSE);
    }
    int dimension = Math.toIntExact(field.dimension());
    String type = dimension == 0 ? "sparsevec" : "sparsevec(" + dimension + ")";
    return Column.plain(name, type, "sparsevec", dimension, false);
  }

  /**
   * Asserts that this server's pgvector can hold a table, before anything is written.
   *
   * @param version the extension's version, {@code 0.8.5}
   */
  static void requireVersion(CollectionSchema schema, TableShape shape, String version)
      throws DrillbookException {
    for (Column column : shape.columns()) {
      if ((column.base().equals("halfvec") || column.isSparse()) && below(version, 0, 7)) {
        throw tooOld(schema, "column " + column.name() + " is " + column.type(), version, "0.7.0");
      }
    }
    for (IndexPlan.Wanted wanted : IndexPlan.of(schema, shape)) {
      boolean added =
          wanted.vector().isPresent()
              ? Set.of(Metric.MANHATTAN, Metric.HAMMING, Metric.JACCARD)
                  .contains(wanted.vector().get().metric())
              : wanted.definition().contains("halfvec") || wanted.definition().contains("bit_");
      if (added && below(version, 0, 7)) {
        throw tooOld(schema, "an index is " + wanted.definition(), version, "0.7.0");
      }
      if (wanted.definition().startsWith("USING hnsw") && below(version, 0, 5)) {
        throw tooOld(schema, "an index is " + wanted.definition(), version, "0.5.0");
      }
    }
  }

  /** Tells whether a version is below another. */
  static boolean below(String version, int major, int minor) {
    String[] words = version.split("\\.", -1);
    int first = Integer.parseInt(words[0]);
    int second = words.length > 1 ? Integer.parseInt(words[1]) : 0;
    return first < major || (first == major && second < minor);
  }

  private static DrillbookException tooOld(
      CollectionSchema schema, String why, String found, String needed) {
    return new DrillbookException(
        FailureKind.INCOMPATIBLE_TARGET,
        "table "
            + schema.name()
            + " cannot be created: "
            + why
            + ", which needs pgvector "
            + needed
            + "; the server has "
            + found,
        "Update the extension: install pgvector "
            + needed
            + " or newer and run ALTER EXTENSION vector UPDATE.");
  }

  private static DrillbookException incompatible(CollectionSchema schema, String why) {
    return new DrillbookException(
        FailureKind.INCOMPATIBLE_TARGET, "table " + schema.name() + " cannot be created: " + why);
  }
}
