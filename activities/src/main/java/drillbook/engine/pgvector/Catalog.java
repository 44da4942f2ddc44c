package drillbook.engine.pgvector;

import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.VectorIndex;
import drillbook.engine.VectorIndex.Metric;
import drillbook.engine.pgvector.TableShape.Column;
import drillbook.engine.pgvector.TableShape.Mapping;
import drillbook.engine.pgvector.copy.ValueCodec;
import drillbook.engine.pgvector.session.ServerOptions;
import drillbook.engine.pgvector.session.Session;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads what tables are from the system catalogs. Source: PostgreSQL 18 documentation, chapter 52;
 * observed on 16 and 18.
 */
final class Catalog {
  private static final String COLLECTIONS =
      """
      SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind = 'r' AND c.relpersistence <> 't'
        AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
        AND has_schema_privilege(n.oid, 'USAGE')
        AND (obj_description(c.oid, 'pg_class') LIKE '{"drillbook":1,%'
          OR EXISTS (SELECT FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
            LEFT JOIN pg_type b ON b.oid = t.typbasetype
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
              AND coalesce(b.typname, t.typname) IN ('vector', 'halfvec', 'sparsevec'))
          OR EXISTS (SELECT FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid
            JOIN pg_am m ON m.oid = ic.relam
            WHERE i.indrelid = c.oid AND m.amname IN ('hnsw', 'ivfflat')))
      """;

  private static final String TABLE =
      """
      SELECT c.oid, c.relkind, c.relpersistence = 'u', coalesce(c.reloptions, '{}'),
        coalesce(obj_description(c.oid, 'pg_class'), ''),
        coalesce((SELECT pg_get_constraintdef(oid) FROM pg_constraint
          WHERE conrelid = c.oid AND contype = 'p'), ''),
        ARRAY(SELECT a.attname FROM pg_index i
          CROSS JOIN unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, place)
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
          WHERE i.indrelid = c.oid AND i.indisprimary AND k.place <= i.indnkeyatts
          ORDER BY k.place)::text[],
        c.relispartition, coalesce(pg_get_expr(c.relpartbound, c.oid), '')
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = ? AND c.relname = ? AND c.relkind IN ('r', 'p')
      """;

  private static final String COLUMNS =
      """
      WITH RECURSIVE base(attnum, typ, typmod) AS (
        SELECT attnum, atttypid, atttypmod FROM pg_attribute
          WHERE attrelid = ?::oid AND attnum > 0 AND NOT attisdropped
        UNION ALL
        SELECT b.attnum, t.typbasetype, t.typtypmod FROM base b JOIN pg_type t ON t.oid = b.typ
          WHERE t.typtype = 'd')
      SELECT a.attname, format_type(a.atttypid, a.atttypmod), bt.typname,
        bt.typnamespace = 'pg_catalog'::regnamespace OR EXISTS (SELECT FROM pg_depend d
          JOIN pg_extension e ON e.oid = d.refobjid AND d.refclassid = 'pg_extension'::regclass
          WHERE d.classid = 'pg_type'::regclass AND d.objid = bt.oid AND e.extname = 'vector'),
        base.typmod, a.attnotnull, coalesce(pg_get_expr(d.adbin, d.adrelid), ''), a.attidentity,
        a.attgenerated,
        coalesce((SELECT quote_ident(cn.nspname) || '.' || quote_ident(co.collname)
          FROM pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace
          WHERE co.oid = a.attcollation AND a.attcollation <> t.typcollation), ''),
        CASE WHEN a.attstorage = t.typstorage THEN '' ELSE a.attstorage::text END,
        coalesce(col_description(a.attrelid, a.attnum), ''),
        pg_get_serial_sequence(a.attrelid::regclass::text, a.attname) IS NOT NULL
      FROM pg_attribute a JOIN base ON base.attnum = a.attnum
      JOIN pg_type t ON t.oid = a.atttypid
      JOIN pg_type bt ON bt.oid = base.typ AND bt.typtype <> 'd'
      LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE a.attrelid = ?::oid ORDER BY a.attnum
      """;

  private static final String INDEXES =
      """
      SELECT ic.relname, quote_ident(ic.relname), m.amname, i.indisunique, i.indisprimary,
        i.indisvalid AND i.indisready, pg_get_indexdef(i.indexrelid),
        coalesce(ic.reloptions, '{}'), coalesce(a.attname, ''), o.opcname,
        coalesce(pg_get_expr(i.indpred, i.indrelid), ''),
        coalesce((SELECT pg_get_constraintdef(oid) FROM pg_constraint
          WHERE conindid = i.indexrelid AND contype IN ('p', 'u', 'x')), ''), i.indnatts,
        quote_ident(n.nspname) || '.' || quote_ident(c.relname), quote_ident(c.relname)
      FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid JOIN pg_am m ON m.oid = ic.relam
      JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
      JOIN pg_opclass o ON o.oid = i.indclass[0]
      WHERE i.indrelid = ?::oid AND i.indislive ORDER BY ic.relname
      """;

  private static final String LEFT_OUT =
      """
      SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
        WHERE conrelid = $1::oid AND contype IN ('f', 't')
      UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger
        WHERE tgrelid = $1::oid AND NOT tgisinternal
      UNION ALL SELECT 'POLICY ' || polname FROM pg_policy WHERE polrelid = $1::oid
      UNION ALL SELECT 'RULE ' || rulename FROM pg_rewrite WHERE ev_class = $1::oid
      UNION ALL SELECT 'INHERITS ' || inhparent::regclass FROM pg_inherits WHERE inhrelid = $1::oid
      """;

  /**
   * An index that is there.
   *
   * @param name unquoted
   * @param vector what it is as an index of one vector column
   * @param definition what it is otherwise, free of names; a constraint's own definition
   * @param primary whether it is the primary key's
   * @param usable whether it is finished and used by searches
   */
  record Index(
      String name,
      Optional<VectorIndex> vector,
      String definition,
      boolean primary,
      boolean usable) {}

  /**
   * A table that is there.
   *
   * @param oid its number
   * @param shape what it is
   * @param indexes what it has
   */
  record Table(String oid, TableShape shape, List<Index> indexes) {}

  private final ServerOptions options;

  Catalog(ServerOptions options) {
    this.options = options;
  }

  /** Returns the tables that are collections, sorted. */
  List<CollectionName> collections(Session session) throws SQLException {
    return session
        .query(COLLECTIONS, row -> new CollectionName(List.of(row.getString(1)), row.getString(2)))
        .stream()
        .filter(name ->
            options.schemas().isEmpty() || options.schemas().contains(name.scope().getFirst()))
        .sorted((left, right) -> left.path().compareTo(right.path()))
        .toList();
  }

  /** Returns a table; NOT_FOUND where it is not there, UNSUPPORTED where it cannot be captured. */
  Table table(Session session, CollectionName name) throws SQLException, DrillbookException {
    List<RawTable> found = session.query(TABLE, RawTable::of, TableDdl.schemaOf(name), name.name());
    if (found.isEmpty()) {
      throw new DrillbookException(
          FailureKind.NOT_FOUND, "could not look at table " + name + ": it does not exist");
    }
    RawTable raw = found.getFirst();
    if (raw.partitioned()) {
      throw unsupported(
          name,
          "it is partitioned",
          "Name its partitions: they are collections of their own and hold all its rows.");
    }
    if (raw.key().isEmpty()) {
      throw unsupported(
          name, "it has no primary key", "Add one: records are told apart by their ids.");
    }
    List<Column> columns = session.query(COLUMNS, Catalog::column, raw.oid(), raw.oid());
    List<String> leftOut =
        new ArrayList<>(session.query(LEFT_OUT.replace("$1", raw.oid()), row -> row.getString(1)));
    if (!raw.partitionBound().isEmpty()) {
      leftOut.add("PARTITION " + raw.partitionBound());
    }
    Map<String, String> checks = new TreeMap<>();
    session.query(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            + " WHERE conrelid = ?::oid AND contype = 'c'",
        row -> checks.put(row.getString(1), row.getString(2)),
        raw.oid());
    Optional<Mapping> mapping =
        TableShape.mapping(raw.comment(), columns.stream().map(Column::name).toList());
    List<Index> indexes = session.query(INDEXES, row -> index(row, mapping), raw.oid());
    TableShape shape =
        new TableShape(
            columns,
            raw.key(),
            new TableShape.Whole(
                raw.primaryKey(), checks, raw.options(), raw.unlogged(), raw.comment()),
            indexes.stream()
                .filter(index -> !index.primary() && index.vector().isEmpty())
                .map(Index::definition)
                .toList(),
            mapping.isPresent()
                ? new TableShape.Roles(
                    mapping.get().tenants().isEmpty() ? "" : Mapping.TENANT,
                    Mapping.DOCUMENT,
                    Mapping.URI)
                : roles(name, columns, raw.key()),
            leftOut);
    requireReadable(name, shape, mapping.isPresent());
    return new Table(raw.oid(), shape, indexes);
  }

  /**
   * Returns all that is needed to create a table again, its tenants as the transaction sees them.
   */
  CollectionSchema schema(Session session, CollectionName name)
      throws SQLException, DrillbookException {
    return schema(session, name, table(session, name));
  }

  private CollectionSchema schema(Session session, CollectionName name, Table table)
      throws SQLException, DrillbookException {
    TableShape shape = table.shape();
    List<VectorIndex> indexes = new ArrayList<>();
    table.indexes().forEach(index -> index.vector().ifPresent(indexes::add));
    shape.mapping().ifPresent(mapping -> indexes.addAll(flat(mapping)));
    indexes.sort((left, right) -> left.toString().compareTo(right.toString()));
    return new CollectionSchema(
        name,
        shape.layout(),
        shape.idType(),
        indexes.stream().distinct().toList(),
        tenants(session, name, shape),
        List.of(),
        shape.attributes());
  }

  private static List<VectorIndex> flat(Mapping mapping) {
    List<VectorIndex> flat = new ArrayList<>();
    mapping
        .flat()
        .forEach((column, metric) ->
            flat.add(
                new VectorIndex(
                    mapping.vectors().getOrDefault(column, column),
                    "flat",
                    Metric.valueOf(metric),
                    Map.of())));
    return flat;
  }

  private static List<String> tenants(Session session, CollectionName name, TableShape shape)
      throws SQLException, DrillbookException {
    if (!shape.hasTenants()) {
      return List.of(CollectionSchema.NO_TENANT);
    }
    String column = TableDdl.quote(shape.roles().tenant());
    String from = " FROM ONLY " + TableDdl.qualified(name);
    boolean some =
        session.queryOne(
            "SELECT EXISTS (SELECT" + from + " WHERE " + column + " IS NULL)",
            row -> row.getBoolean(1));
    if (some) {
      throw unsupported(
          name,
          "column " + shape.roles().tenant() + " is null in some rows, which have no tenant then",
          "Fill the column and make it NOT NULL.");
    }
    Set<String> named =
        new TreeSet<>(
            session.query("SELECT DISTINCT " + column + "::text" + from, row -> row.getString(1)));
    shape.mapping().ifPresent(mapping -> named.addAll(mapping.tenants()));
    return named.isEmpty() ? List.of(CollectionSchema.NO_TENANT) : List.copyOf(named);
  }

  private static void requireReadable(CollectionName name, TableShape shape, boolean mapped)
      throws DrillbookException {
    for (String key : shape.key()) {
      if (TableShape.idWord(shape.column(key).base()).isEmpty()) {
        throw unsupported(
            name,
            "column " + key + " of its primary key is " + shape.column(key).type(),
            "Keys are text, integers, uuid or bytea.");
      }
    }
    for (Column column : shape.columns()) {
      if (column.isSparse() && column.dimension() == 0 && !mapped && !column.isGenerated()) {
        throw unsupported(
            name,
            "column " + column.name() + " is sparsevec without dimension",
            "Declare it as sparsevec(n): each row could have another dimension.");
      }
    }
  }

  private TableShape.Roles roles(CollectionName name, List<Column> columns, List<String> key)
      throws DrillbookException {
    String document = textRole(name, columns, key, options.documentColumn());
    String uri = textRole(name, columns, key, options.uriColumn());
    boolean tenant =
        columns.stream()
            .anyMatch(
                column -> column.name().equals(options.tenantColumn()) && !column.isGenerated());
    return new TableShape.Roles(tenant ? options.tenantColumn() : "", document, uri);
  }

  private static String textRole(
      CollectionName name, List<Column> columns, List<String> key, String role)
      throws DrillbookException {
    for (Column column : columns) {
      if (column.name().equals(role) && !column.isGenerated() && !key.contains(role)) {
        if (!column.base().equals("text") && !column.base().equals("varchar")) {
          throw new DrillbookException(
              FailureKind.CONFIGURATION,
              "could not read " + name + ": column " + role + " is " + column.type() + ", no text",
              "Name a text column as document-column or uri-column.");
        }
        return role;
      }
    }
    return "";
  }

  private record RawTable(
      String oid,
      boolean partitioned,
      boolean unlogged,
      List<String> options,
      String comment,
      String primaryKey,
      List<String> key,
      String partitionBound) {
    static RawTable of(ResultSet row) throws SQLException {
      return new RawTable(
          row.getString(1),
          row.getString(2).equals("p"),
          row.getBoolean(3),
          List.of((String[]) row.getArray(4).getArray()),
          row.getString(5),
          row.getString(6),
          List.of((String[]) row.getArray(7).getArray()),
          row.getString(9));
    }
  }

  private static Column column(ResultSet row) throws SQLException {
    String base = row.getBoolean(4) && ValueCodec.isKnown(row.getString(3)) ? row.getString(3) : "";
    boolean sized =
        base.equals("vector")
            || base.equals("halfvec")
            || base.equals("sparsevec")
            || base.equals("bit");
    String expression = row.getString(7);
    String generated = row.getString(9);
    String identity = row.getString(8);
    boolean serial = row.getBoolean(13) && identity.isEmpty() && expression.startsWith("nextval(");
    return new Column(
        row.getString(1),
        row.getString(2),
        base,
        sized ? Math.max(row.getInt(5), 0) : 0,
        row.getBoolean(6),
        serial ? Column.SERIAL : generated.isEmpty() ? expression : "",
        identity.isEmpty() ? "" : identity.equals("a") ? "ALWAYS" : "BY DEFAULT",
        generated.isEmpty()
            ? ""
            : "(" + expression + ") " + (generated.equals("v") ? "VIRTUAL" : "STORED"),
        row.getString(10),
        switch (row.getString(11)) {
          case "p" -> "PLAIN";
          case "e" -> "EXTERNAL";
          case "m" -> "MAIN";
          case "x" -> "EXTENDED";
          default -> "";
        },
        row.getString(12));
  }

  private static Index index(ResultSet row, Optional<Mapping> mapping) throws SQLException {
    String constraint = row.getString(12);
    String definition = constraint;
    if (constraint.isEmpty()) {
      String unique = row.getBoolean(4) ? "UNIQUE " : "";
      String start = "CREATE " + unique + "INDEX " + row.getString(2) + " ON ";
      String rest = row.getString(7).substring(start.length());
      if (rest.startsWith("ONLY ")) {
        rest = rest.substring(5);
      }
      // Servers name the table's schema, or leave it out where the search path holds it.
      String table =
          rest.startsWith(row.getString(14) + " ") ? row.getString(14) : row.getString(15);
      definition = unique + rest.substring(table.length() + 1);
    }
    Optional<VectorIndex> vector = Optional.empty();
    if (!row.getString(9).isEmpty() && row.getInt(13) == 1) {
      String column = row.getString(9);
      String named =
          mapping.map(known -> known.vectors().getOrDefault(column, column)).orElse(column);
      vector =
          IndexPlan.recognise(
              named,
              row.getString(3),
              row.getString(10),
              (String[]) row.getArray(8).getArray(),
              row.getString(11));
    }
    return new Index(row.getString(1), vector, definition, row.getBoolean(5), row.getBoolean(6));
  }

  private static DrillbookException unsupported(CollectionName name, String why, String hint) {
    return new DrillbookException(
        FailureKind.UNSUPPORTED, "table " + name + " cannot be captured: " + why, hint);
  }
}
