package drillbook.engine.pgvector;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import drillbook.engine.CollectionSchema;
import drillbook.engine.OwnTrait;
import drillbook.engine.VectorIndex.Metric;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.ElementType;
import drillbook.record.RecordLayout;
import drillbook.record.SparseField;
import drillbook.record.VectorField;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a table is, free of its own name: enough to create it again and to read and write its rows.
 * Travels as the attributes of a {@link CollectionSchema}.
 *
 * <p>Columns become parts of a record like this: those of the primary key its id; {@code vector},
 * {@code halfvec}, {@code bit(n)} from 2 bits on and {@code sparsevec} its vectors, named as the
 * columns; the document and uri columns named by option; the tenant column, unless it is part of
 * the key, nothing; all others entries of the payload. Generated columns are left to the server.
 *
 * @param columns in the table's order
 * @param key names of the primary key's columns, in the key's order
 * @param table what concerns the table as a whole
 * @param indexes definitions of indexes and constraints that {@link CollectionSchema#indexes()}
 *     does not express, without names, sorted
 * @param roles columns that play a part by option
 * @param leftOut what the table has that is not created again: foreign keys, triggers, policies
 */
record TableShape(
    List<Column> columns,
    List<String> key,
    Whole table,
    List<String> indexes,
    Roles roles,
    List<String> leftOut) {
  /**
   * A column.
   *
   * @param name as it is, unquoted
   * @param type the exact type, as the server spells it
   * @param base the name of the type, after domains, where values have a known binary form ({@code
   *     int4}, {@code _text}, {@code vector}); else empty, and values travel as text
   * @param dimension of a vector, length of a bit string; 0 where open
   * @param notNull whether null is refused
   * @param defaultValue an expression, {@code serial} for a sequence of its own, or empty
   * @param identity {@code ALWAYS}, {@code BY DEFAULT}, or empty
   * @param generated what the server computes it by, with its kind, or empty
   * @param collation quoted, or empty for the type's own
   * @param storage {@code PLAIN}, {@code EXTERNAL}, ... where it is not the type's own, or empty
   * @param comment or empty
   */
  record Column(
      String name,
      String type,
      String base,
      int dimension,
      boolean notNull,
      String defaultValue,
      String identity,
      String generated,
      String collation,
      String storage,
      String comment) {
    /** The default of columns with a sequence of their own. */
    static final String SERIAL = "serial";

    /** Returns a column with nothing but a type. */
    static Column plain(String name, String type, String base, int dimension, boolean notNull) {
      return new Column(name, type, base, dimension, notNull, "", "", "", "", "", "");
    }

    Optional<ElementType> element() {
      return switch (base) {
        case "vector" -> Optional.of(ElementType.F32);
        case "halfvec" -> Optional.of(ElementType.F16);
        // bit(1) is what other databases' booleans become on their way here.
        case "bit" -> dimension > 1 ? Optional.of(ElementType.BIT) : Optional.empty();
        default -> Optional.empty();
      };
    }

    boolean isSparse() {
      return base.equals("sparsevec");
    }

    boolean isGenerated() {
      return !generated.isEmpty();
    }
  }

  /**
   * What concerns the table as a whole.
   *
   * @param primaryKey its definition, {@code PRIMARY KEY (id)}
   * @param checks check constraints by name, {@code CHECK ((price > 0))}
   * @param options storage parameters, {@code fillfactor=70}
   * @param unlogged whether it is lost in a crash
   * @param comment or empty
   */
  record Whole(
      String primaryKey,
      Map<String, String> checks,
      List<String> options,
      boolean unlogged,
      String comment) {}

  /** Columns that play a part by option, each empty for none. */
  record Roles(String tenant, String document, String uri) {}

  /**
   * How a table made for another engine's records maps onto them; the table's comment.
   *
   * @param drillbook the form, 1
   * @param vectors names of vectors by column
   * @param flat metrics of vectors that are searched without index, by column
   * @param tenants the tenants that were declared, rows or not; empty for a table without tenants
   * @param ids {@link #MIXED_IDS} where the text of the id stands for an integer or a uuid; empty
   *     where it is what its column's type says
   */
  record Mapping(
      int drillbook,
      Map<String, String> vectors,
      Map<String, String> flat,
      List<String> tenants,
      String ids) {
    static final String MIXED_IDS = "integer|uuid";
    static final String START = "{\"drillbook\":1,";
    static final String TENANT = "tenant";
    static final String ID = "id";
    static final String DOCUMENT = "document";
    static final String URI = "uri";
    static final String PAYLOAD = "payload";

    /** Tables of before have no word on ids. */
    Mapping(
        int drillbook,
        Map<String, String> vectors,
        Map<String, String> flat,
        List<String> tenants,
        @Nullable String ids) {
      this.drillbook = drillbook;
      this.vectors = vectors;
      this.flat = flat;
      this.tenants = tenants;
      this.ids = ids == null ? "" : ids;
    }
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String COLUMNS = "pgvector-columns";
  private static final String KEY = "pgvector-key";
  private static final String TABLE = "pgvector-table";
  private static final String INDEXES = "pgvector-indexes";
  private static final String ROLES = "pgvector-roles";
  private static final String LEFT_OUT = "pgvector-left-out";
  private static final String VECTOR_INDEX = "(?is).*\\busing (hnsw|ivfflat)\\b.*";

  /** Copies the collections. */
  TableShape {
    columns = List.copyOf(columns);
    key = List.copyOf(key);
    indexes = indexes.stream().sorted().distinct().toList();
    leftOut = leftOut.stream().sorted().toList();
  }

  /** Returns the shape that a schema carries; empty for one of another engine. */
  static Optional<TableShape> of(CollectionSchema schema) throws DrillbookException {
    Map<String, String> attributes = schema.attributes();
    if (!attributes.keySet().containsAll(Set.of(COLUMNS, KEY, TABLE, INDEXES, ROLES))) {
      return Optional.empty();
    }
    try {
      TableShape shape =
          new TableShape(
              parse(attributes, COLUMNS, new TypeReference<List<Column>>() {}),
              parse(attributes, KEY, new TypeReference<List<String>>() {}),
              parse(attributes, TABLE, new TypeReference<Whole>() {}),
              parse(attributes, INDEXES, new TypeReference<List<String>>() {}),
              parse(attributes, ROLES, new TypeReference<Roles>() {}),
              List.of());
      boolean same = shape.layout().equals(schema.layout());
      return same && shape.idType().equals(schema.idType()) ? Optional.of(shape) : Optional.empty();
    } catch (JsonProcessingException e) {
      throw new DrillbookException(
          FailureKind.CORRUPT,
          "the schema of " + schema.name() + " could not be read: " + e.getOriginalMessage(),
          "",
          e);
    }
  }

  /** Tells what other engines do not have of a table. */
  static List<OwnTrait> own(CollectionSchema schema) {
    List<OwnTrait> traits = new ArrayList<>();
    try {
      TableShape shape = of(schema).orElse(null);
      if (shape == null || shape.mapping().isPresent()) {
        return traits;
      }
      if (!shape.table().checks().isEmpty()) {
        traits.add(OwnTrait.kept("check constraints"));
      }
      if (shape.columns().stream().anyMatch(Column::isGenerated)) {
        traits.add(OwnTrait.missed("computation of generated columns"));
      }
      if (shape.indexes().stream().anyMatch(index -> !index.matches(VECTOR_INDEX))) {
        traits.add(OwnTrait.kept("indexes of columns beside the vectors"));
      }
    } catch (DrillbookException e) {
      // A schema that cannot be read fails where it is used.
      traits.clear();
    }
    return traits;
  }

  /** Returns the shape that a schema of this engine carries; CONFIGURATION for one of another. */
  static TableShape required(CollectionSchema schema) throws DrillbookException {
    return of(schema)
        .orElseThrow(() ->
            new DrillbookException(
                FailureKind.CONFIGURATION,
                "could not use the schema of " + schema.name() + ": it is not one of this engine",
                "Read the live collection's schema first."));
  }

  /** Returns the shape as JSON texts by name, the same text for the same shape. */
  Map<String, String> attributes() {
    Map<String, String> attributes = new LinkedHashMap<>();
    attributes.put(COLUMNS, print(columns));
    attributes.put(KEY, print(key));
    attributes.put(TABLE, print(table));
    attributes.put(INDEXES, print(indexes));
    attributes.put(ROLES, print(roles));
    if (!leftOut.isEmpty()) {
      attributes.put(LEFT_OUT, print(leftOut));
    }
    return attributes;
  }

  /** Returns how the table maps onto another engine's records; empty for a table of its own. */
  Optional<Mapping> mapping() {
    return mapping(table.comment(), columns.stream().map(Column::name).collect(Collectors.toSet()));
  }

  /** Reads a table's comment; empty where it is not ours, or the columns it needs are not there. */
  static Optional<Mapping> mapping(String comment, Collection<String> columns) {
    if (!comment.startsWith(Mapping.START)
        || !columns.containsAll(Set.of(Mapping.DOCUMENT, Mapping.URI, Mapping.PAYLOAD))) {
      return Optional.empty();
    }
    try {
      Mapping mapping = JSON.readValue(comment, Mapping.class);
      Set<String> names = new HashSet<>(mapping.vectors().values());
      boolean whole =
          columns.containsAll(mapping.vectors().keySet())
              && names.size() == mapping.vectors().size()
              && mapping.vectors().keySet().containsAll(mapping.flat().keySet())
              && (mapping.tenants().isEmpty() || columns.contains(Mapping.TENANT));
      mapping.flat().values().forEach(Metric::valueOf);
      return whole ? Optional.of(mapping) : Optional.empty();
    } catch (JsonProcessingException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Returns the comment that makes a table a mapped one. */
  static String comment(
      Map<String, String> vectors, Map<String, String> flat, List<String> tenants, String ids) {
    return print(new Mapping(1, vectors, flat, tenants, ids));
  }

  /** Returns the same shape without the declared tenants that a schema has not. */
  TableShape declaring(List<String> tenants) {
    Optional<Mapping> mapping = mapping();
    if (mapping.isEmpty() || tenants.containsAll(mapping.get().tenants())) {
      return this;
    }
    List<String> declared = mapping.get().tenants().stream().filter(tenants::contains).toList();
    String comment =
        comment(
            mapping.get().vectors(),
            mapping.get().flat(),
            declared.isEmpty() ? tenants : declared,
            mapping.get().ids());
    Whole whole =
        new Whole(table.primaryKey(), table.checks(), table.options(), table.unlogged(), comment);
    return new TableShape(columns, key, whole, indexes, roles, leftOut);
  }

  /** Returns a column's name among the vectors of a record. */
  String vectorName(Column column) {
    return mapping()
        .map(mapping -> mapping.vectors().getOrDefault(column.name(), column.name()))
        .orElse(column.name());
  }

  /** Returns the column that a vector of a record is in. */
  Optional<Column> vectorColumn(String vector) {
    return columns.stream()
        .filter(column -> !column.isGenerated() && !key.contains(column.name()))
        .filter(column -> column.element().isPresent() || column.isSparse())
        .filter(column -> vectorName(column).equals(vector))
        .findFirst();
  }

  /** Returns the vectors that records have. */
  RecordLayout layout() {
    List<VectorField> vectors = new ArrayList<>();
    List<SparseField> sparse = new ArrayList<>();
    for (Column column : columns) {
      if (column.isGenerated() || key.contains(column.name())) {
        continue;
      }
      column
          .element()
          .ifPresent(element ->
              vectors.add(new VectorField(vectorName(column), element, column.dimension(), false)));
      if (column.isSparse()) {
        sparse.add(new SparseField(vectorName(column), ElementType.F32, column.dimension()));
      }
    }
    return new RecordLayout(vectors, sparse);
  }

  /** Returns what the records' ids are, parts joined by commas. */
  String idType() {
    return hasMixedIds() ? Mapping.MIXED_IDS : idWords();
  }

  /** Tells whether the id's text stands for an integer or a uuid. */
  boolean hasMixedIds() {
    return mapping().map(mapping -> mapping.ids().equals(Mapping.MIXED_IDS)).orElse(false);
  }

  private String idWords() {
    return idColumns().stream()
        .map(column -> idWord(column.base()))
        .collect(Collectors.joining(","));
  }

  /** Returns the columns that make the record's id: the key's, without the tenant we put there. */
  List<Column> idColumns() {
    boolean mapped = mapping().isPresent();
    return key.stream()
        .filter(name -> !mapped || !name.equals(roles.tenant()))
        .map(this::column)
        .toList();
  }

  /** Returns the contract's word for a key column's type; empty where it can be no id. */
  static String idWord(String base) {
    return switch (base) {
      case "text", "varchar", "bpchar" -> "text";
      case "int2", "int4", "int8" -> "integer";
      case "uuid" -> "uuid";
      case "bytea" -> "bytes";
      default -> "";
    };
  }

  /** Returns a column by name. */
  Column column(String name) {
    return columns.stream()
        .filter(column -> column.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no column " + name));
  }

  /** Tells whether rows belong to tenants. */
  boolean hasTenants() {
    return !roles.tenant().isEmpty();
  }

  private static <T> T parse(Map<String, String> attributes, String name, TypeReference<T> type)
      throws JsonProcessingException {
    return JSON.readValue(attributes.get(name), type);
  }

  private static String print(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a table's shape is plain data", e);
    }
  }
}
