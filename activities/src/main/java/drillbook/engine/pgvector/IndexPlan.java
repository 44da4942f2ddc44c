package drillbook.engine.pgvector;

import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.VectorIndex;
import drillbook.engine.VectorIndex.Metric;
import drillbook.engine.pgvector.TableShape.Column;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which indexes a schema means here, how they are recognised and built. Source: pgvector 0.8.5
 * README and source: operator classes, parameters with their defaults and bounds, dimension limits.
 */
final class IndexPlan {
  private static final String WHERE = "where";
  private static final Map<String, Metric> METRICS =
      Map.of(
          "l2", Metric.EUCLIDEAN,
          "ip", Metric.INNER_PRODUCT,
          "cosine", Metric.COSINE,
          "l1", Metric.MANHATTAN,
          "hamming", Metric.HAMMING,
          "jaccard", Metric.JACCARD);

  /**
   * An index that a table should have.
   *
   * @param vector what it is as an index of one vector column
   * @param definition what it is otherwise, or how the first is created; free of names
   */
  record Wanted(Optional<VectorIndex> vector, String definition) {
    /** Tells whether an index that is there is this one. */
    boolean isMetBy(Catalog.Index index) {
      return vector.isPresent()
          ? vector.equals(index.vector())
          : index.vector().isEmpty() && index.definition().equals(definition);
    }

    /** Tells whether it comes with a constraint of the table. */
    boolean isConstraint() {
      return vector.isEmpty()
          && !definition.startsWith("USING ")
          && !definition.startsWith("UNIQUE USING ");
    }

    /** Returns the statement that builds it. */
    String sql(CollectionName table, String name) {
      if (isConstraint()) {
        return "ALTER TABLE "
            + TableDdl.qualified(table)
            + " ADD CONSTRAINT "
            + TableDdl.quote(name)
            + " "
            + definition;
      }
      boolean unique = definition.startsWith("UNIQUE ");
      return "CREATE "
          + (unique ? "UNIQUE " : "")
          + "INDEX IF NOT EXISTS "
          + TableDdl.quote(name)
          + " ON "
          + TableDdl.qualified(table)
          + " "
          + definition.substring(unique ? 7 : 0);
    }

    /**
     * Returns a name that follows from table and definition alone.
     *
     * @param attempt 0, or more where names before are taken by another table's index
     */
    String name(CollectionName table, int attempt) {
      String ending = "_" + digest(definition + "#" + attempt) + "_idx";
      return TableDdl.shorten(table.name(), 63 - ending.length()) + ending;
    }
  }

  private IndexPlan() {}

  /** Returns the indexes that a table made from a schema should have. */
  static List<Wanted> of(CollectionSchema schema, TableShape shape) {
    List<Wanted> wanted = new ArrayList<>();
    for (VectorIndex index : schema.indexes()) {
      Optional<Column> column = shape.vectorColumn(index.vector());
      column
          .flatMap(found -> translate(index, found))
          .ifPresent(
              own -> wanted.add(new Wanted(Optional.of(own), create(own, column.orElseThrow()))));
    }
    shape.indexes().forEach(other -> wanted.add(new Wanted(Optional.empty(), other)));
    return wanted.stream().distinct().toList();
  }

  /** Reads an index of one column; empty for one that is no vector index as the contract has it. */
  static Optional<VectorIndex> recognise(
      String vector, String method, String operators, String[] options, String predicate) {
    if (!method.equals("hnsw") && !method.equals("ivfflat")) {
      return Optional.empty();
    }
    String[] words = operators.split("_", -1);
    Metric metric = words.length == 3 ? METRICS.get(words[1]) : null;
    if (metric == null) {
      return Optional.empty();
    }
    Map<String, String> given = new TreeMap<>();
    for (String option : options) {
      int equals = option.indexOf('=');
      given.put(option.substring(0, equals), option.substring(equals + 1));
    }
    Map<String, String> parameters = new TreeMap<>(defaults(method));
    parameters.putAll(given);
    if (!predicate.isEmpty()) {
      parameters.put(WHERE, predicate);
    }
    return Optional.of(new VectorIndex(vector, method, metric, parameters));
  }

  /**
   * Returns what stands here for an index that may come from another engine: other engines' kinds
   * become HNSW with the parameters that are known by pgvector's names, the rest at its defaults.
   * Empty where the vector is searched without index: a flat index, a dimension that is open or
   * above what can be indexed.
   */
  static Optional<VectorIndex> translate(VectorIndex index, Column column) {
    int limit =
        switch (column.base()) {
          case "vector" -> 2000;
          case "halfvec" -> 4000;
          case "bit" -> 64_000;
          default -> Integer.MAX_VALUE;
        };
    boolean open = column.dimension() == 0 && !column.isSparse();
    if (index.kind().equals("flat") || open || column.dimension() > limit) {
      return Optional.empty();
    }
    boolean lists =
        index.kind().equals("ivfflat")
            && !column.isSparse()
            && index.metric() != Metric.MANHATTAN
            && index.metric() != Metric.JACCARD;
    String kind = lists ? "ivfflat" : "hnsw";
    Map<String, String> parameters = new TreeMap<>();
    if (lists) {
      parameters.put("lists", "" + bounded(index, "lists", 100, 1, 32_768));
    } else {
      int m = bounded(index, "m", 16, 2, 100);
      parameters.put("m", "" + m);
      // The server refuses less than twice m.
      parameters.put(
          "ef_construction", "" + Math.max(2 * m, bounded(index, "ef_construction", 64, 4, 1000)));
    }
    String predicate = index.parameters().get(WHERE);
    if (predicate != null) {
      parameters.put(WHERE, predicate);
    }
    return Optional.of(new VectorIndex(index.vector(), kind, index.metric(), parameters));
  }

  /** Tells whether a column's type has an operator for a metric. */
  static boolean knows(Column column, Metric metric) {
    boolean ofBits = metric == Metric.HAMMING || metric == Metric.JACCARD;
    return column.base().equals("bit") == ofBits;
  }

  /** Returns the operator that a metric's distance has; smaller is nearer. */
  static String operator(Metric metric) {
    return switch (metric) {
      case EUCLIDEAN -> "<->";
      case COSINE -> "<=>";
      case INNER_PRODUCT -> "<#>";
      case MANHATTAN -> "<+>";
      case HAMMING -> "<~>";
      case JACCARD -> "<%>";
    };
  }

  private static String create(VectorIndex index, Column column) {
    String word =
        METRICS.entrySet().stream()
            .filter(entry -> entry.getValue() == index.metric())
            .findFirst()
            .orElseThrow()
            .getKey();
    Map<String, String> with = new LinkedHashMap<>(index.parameters());
    String predicate = with.remove(WHERE);
    StringBuilder sql = new StringBuilder("USING ").append(index.kind()).append(" (");
    sql.append(TableDdl.quote(column.name())).append(' ');
    sql.append(column.base()).append('_').append(word).append("_ops) WITH (");
    List<String> options = new ArrayList<>();
    with.forEach((name, value) -> options.add(TableDdl.quote(name) + " = " + literal(value)));
    sql.append(String.join(", ", options)).append(')');
    return predicate == null ? sql.toString() : sql + " WHERE " + predicate;
  }

  private static String literal(String value) {
    return value.matches("-?[0-9]{1,18}") ? value : TableDdl.literal(value);
  }

  private static Map<String, String> defaults(String method) {
    return method.equals("hnsw")
        ? Map.of("m", "16", "ef_construction", "64")
        : Map.of("lists", "100");
  }

  private static int bounded(VectorIndex index, String name, int otherwise, int least, int most) {
    String value = index.parameters().getOrDefault(name, "");
    return value.matches("[0-9]{1,9}")
        ? Math.clamp(Integer.parseInt(value), least, most)
        : otherwise;
  }

  private static String digest(String text) {
    try {
      byte[] sha256 =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sha256, 0, 4);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
