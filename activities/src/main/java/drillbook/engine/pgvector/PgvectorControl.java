package drillbook.engine.pgvector;

import drillbook.engine.Alias;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Control;
import drillbook.engine.IndexState;
import drillbook.engine.NearestQuery;
import drillbook.engine.Neighbour;
import drillbook.engine.Probe;
import drillbook.engine.Requirement;
import drillbook.engine.VectorIndex;
import drillbook.engine.VectorIndex.Metric;
import drillbook.engine.pgvector.IndexPlan.Wanted;
import drillbook.engine.pgvector.TableShape.Column;
import drillbook.engine.pgvector.copy.CopyReader;
import drillbook.engine.pgvector.copy.ValueCodec;
import drillbook.engine.pgvector.session.ServerOptions;
import drillbook.engine.pgvector.session.Session;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.ElementType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postgresql.copy.CopyOut;

/** Looks at tables, creates and drops them, builds their indexes, searches. */
final class PgvectorControl implements Control {
  private static final String INSTALLED =
      "SELECT extversion FROM pg_extension WHERE extname = 'vector'";
  private static final String AVAILABLE =
      "SELECT default_version FROM pg_available_extensions WHERE name = 'vector'";
  private static final String PROGRESS =
      "SELECT phase, blocks_done, blocks_total FROM pg_stat_progress_create_index"
          + " WHERE relid = ?::oid AND datid = (SELECT oid FROM pg_database"
          + " WHERE datname = current_database())";

  private final ServerOptions options;
  private final Catalog catalog;

  PgvectorControl(ServerOptions options) {
    this.options = options;
    this.catalog = new Catalog(options);
  }

  @Override
  public Probe probe() throws DrillbookException, InterruptedException {
    return Session.with(
        options,
        "could not ask the server what it is",
        session -> {
          Map<String, String> details = new LinkedHashMap<>();
          for (String setting : List.of("shared_buffers", "block_size", "server_encoding")) {
            details.put(
                setting,
                session.queryOne("SELECT current_setting(?)", r -> r.getString(1), setting));
          }
          details.put(
              "standby",
              session.queryOne("SELECT pg_is_in_recovery()::text", row -> row.getString(1)));
          details.put("pgvector", version(session, INSTALLED).orElse("none"));
          details.put("pgvector_available", version(session, AVAILABLE).orElse("none"));
          details.put("maintenance_work_mem", options.maintenanceWorkMem());
          details.put("max_parallel_maintenance_workers", "" + options.parallelWorkers());
          return new Probe(
              session.queryOne("SHOW server_version", row -> row.getString(1)), details);
        });
  }

  @Override
  public List<CollectionName> collections() throws DrillbookException, InterruptedException {
    return Session.with(options, "could not list tables", catalog::collections);
  }

  @Override
  public CollectionSchema schema(CollectionName name)
      throws DrillbookException, InterruptedException {
    return Session.with(
        options, "could not look at table " + name, session -> catalog.schema(session, name));
  }

  @Override
  public long count(CollectionName name, String tenant)
      throws DrillbookException, InterruptedException {
    return Session.with(
        options,
        "could not count " + name,
        session -> {
          TableShape shape = catalog.table(session, name).shape();
          return session.queryOne(
              "SELECT count(*) FROM ONLY "
                  + TableDdl.qualified(name)
                  + " WHERE "
                  + PgvectorRecords.tenantIs(shape, tenant),
              row -> row.getLong(1));
        });
  }

  @Override
  public void create(CollectionSchema schema) throws DrillbookException, InterruptedException {
    TableShape shape = TableDdl.shape(schema).declaring(schema.tenants());
    Session.with(
        options,
        "could not create table " + schema.name(),
        session -> {
          Optional<String> installed = version(session, INSTALLED);
          Optional<String> version =
              installed.isPresent() ? installed : version(session, AVAILABLE);
          TableDdl.requireVersion(
              schema, shape, version.orElseThrow(() -> noExtension(schema.name())));
          if (installed.isEmpty()) {
            session.execute("CREATE EXTENSION vector WITH SCHEMA public");
            session.placeExtension();
          }
          // Asked first: the right to create schemas is needed only where one is missing.
          String place = TableDdl.schemaOf(schema.name());
          if (session
              .query("SELECT 1 FROM pg_namespace WHERE nspname = ?", row -> 1, place)
              .isEmpty()) {
            session.execute("CREATE SCHEMA " + TableDdl.quote(place));
          }
          for (String statement : TableDdl.create(schema.name(), shape)) {
            session.execute(statement);
          }
          return true;
        });
  }

  @Override
  public void buildIndexes(CollectionSchema schema)
      throws DrillbookException, InterruptedException {
    TableShape shape = TableDdl.shape(schema);
    try (Session session = Session.open(options)) {
      String what = "could not build the indexes of " + schema.name();
      List<Wanted> missing =
          session.transaction(
              what,
              inside -> {
                inside.execute(
                    "SET maintenance_work_mem TO "
                        + TableDdl.literal(options.maintenanceWorkMem())
                        + "; SET max_parallel_maintenance_workers TO "
                        + options.parallelWorkers());
                var there = catalog.table(inside, schema.name()).indexes();
                return IndexPlan.of(schema, shape).stream()
                    .filter(wanted -> there.stream().noneMatch(wanted::isMetBy))
                    .toList();
              });
      // Each in a transaction of its own: what is built stays, should the next one fail.
      for (Wanted wanted : missing) {
        session.transaction(
            what + ", " + wanted.definition(),
            inside -> {
              inside.execute(wanted.sql(schema.name(), freeName(inside, schema.name(), wanted)));
              return true;
            });
      }
      session.transaction(
          what,
          inside -> {
            advanceSequences(inside, schema.name(), shape);
            if (!missing.isEmpty()) {
              inside.execute("ANALYZE " + TableDdl.qualified(schema.name()));
            }
            return true;
          });
    }
  }

  private static String freeName(Session session, CollectionName table, Wanted wanted)
      throws SQLException {
    for (int attempt = 0; ; attempt++) {
      String name = wanted.name(table, attempt);
      if (!exists(session, table.named(name))) {
        return name;
      }
    }
  }

  /** Columns that number themselves go on after the largest number that was written. */
  private static void advanceSequences(Session session, CollectionName name, TableShape shape)
      throws SQLException {
    for (Column column : shape.columns()) {
      if (column.defaultValue().equals(Column.SERIAL) || !column.identity().isEmpty()) {
        String table = TableDdl.qualified(name);
        session.execute(
            "SELECT setval(s.name, m.most) FROM (SELECT pg_get_serial_sequence("
                + TableDdl.literal(table)
                + ", "
                + TableDdl.literal(column.name())
                + ") AS name) s, (SELECT max("
                + TableDdl.quote(column.name())
                + ") AS most FROM "
                + table
                + ") m WHERE m.most > 0 AND m.most > coalesce(pg_sequence_last_value("
                + "s.name::regclass), 0)");
      }
    }
  }

  @Override
  public IndexState indexState(CollectionSchema schema)
      throws DrillbookException, InterruptedException {
    TableShape shape = TableDdl.shape(schema);
    return Session.with(
        options,
        "could not look at the indexes of " + schema.name(),
        session -> {
          Catalog.Table table = catalog.table(session, schema.name());
          List<String> missing = new ArrayList<>();
          for (Wanted wanted : IndexPlan.of(schema, shape)) {
            List<Catalog.Index> found = table.indexes().stream().filter(wanted::isMetBy).toList();
            if (found.isEmpty()) {
              missing.add("index is missing: " + wanted.definition());
            } else if (found.stream().noneMatch(Catalog.Index::usable)) {
              missing.add(
                  "index " + found.getFirst().name() + " is not valid: " + wanted.definition());
            }
          }
          if (missing.isEmpty()) {
            return new IndexState.Ready();
          }
          List<String> progress =
              session.query(
                  PROGRESS,
                  row ->
                      row.getString(1)
                          + ", "
                          + row.getLong(2)
                          + " of "
                          + row.getLong(3)
                          + " blocks",
                  table.oid());
          return progress.isEmpty()
              ? new IndexState.Broken(String.join("; ", missing))
              : new IndexState.Building(String.join("; ", progress));
        });
  }

  @Override
  public boolean drop(CollectionName name) throws DrillbookException, InterruptedException {
    return Session.with(
        options,
        "could not drop table " + name,
        session -> {
          boolean there = exists(session, name);
          if (there) {
            session.execute("DROP TABLE IF EXISTS " + TableDdl.qualified(name));
          }
          return there;
        });
  }

  @Override
  public void replace(CollectionName live, CollectionName replacement, CollectionName aside)
      throws DrillbookException, InterruptedException {
    String schema = TableDdl.schemaOf(live);
    if (!TableDdl.schemaOf(replacement).equals(schema)
        || !TableDdl.schemaOf(aside).equals(schema)) {
      throw new DrillbookException(
          FailureKind.UNSUPPORTED,
          "could not put " + replacement + " in the place of " + live + ": another schema",
          "Restore into a table of the schema " + schema + ".");
    }
    Session.with(
        options,
        "could not put " + replacement + " in the place of " + live,
        session -> {
          boolean waits = exists(session, replacement);
          if (exists(session, aside)) {
            if (waits) {
              throw new DrillbookException(
                  FailureKind.CONFLICT,
                  "could not put " + live + " aside: table " + aside + " exists already");
            }
            return true;
          }
          for (CollectionName name : List.of(live, replacement)) {
            session.execute("LOCK TABLE " + TableDdl.qualified(name) + " IN ACCESS EXCLUSIVE MODE");
          }
          new Cutover(catalog, session, live).put(replacement, aside);
          return true;
        });
  }

  private static boolean exists(Session session, CollectionName name) throws SQLException {
    return !session
        .query(
            "SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                + " WHERE n.nspname = ? AND c.relname = ?",
            row -> 1,
            TableDdl.schemaOf(name),
            name.name())
        .isEmpty();
  }

  @Override
  public List<Alias> aliases() {
    return List.of();
  }

  @Override
  public void pointAlias(Alias alias) throws DrillbookException {
    throw Alias.unsupported(PgvectorEngine.PROFILE);
  }

  @Override
  public boolean dropAlias(CollectionName alias) throws DrillbookException {
    throw Alias.unsupported(PgvectorEngine.PROFILE);
  }

  @Override
  public List<Requirement> requirements() throws DrillbookException, InterruptedException {
    return Session.with(
        options,
        "could not ask the server what it allows",
        session ->
            PgvectorRequirements.ask(
                session,
                options,
                version(session, INSTALLED),
                version(session, AVAILABLE).orElse("none")));
  }

  @Override
  public List<Neighbour> nearest(NearestQuery query)
      throws DrillbookException, InterruptedException {
    return Session.with(
        options,
        "could not search " + query.collection(),
        session -> {
          CollectionSchema schema = catalog.schema(session, query.collection());
          TableShape shape = TableShape.required(schema);
          Column column =
              shape
                  .vectorColumn(query.vector())
                  .filter(found -> found.element().isPresent())
                  .orElseThrow(() -> noVector(query));
          Optional<VectorIndex> index =
              schema.indexes().stream()
                  .filter(candidate -> candidate.vector().equals(query.vector()))
                  .findFirst();
          session.execute(pace(query, index, version(session, INSTALLED).orElse("0")));
          Metric otherwise = column.base().equals("bit") ? Metric.HAMMING : Metric.EUCLIDEAN;
          String operator = IndexPlan.operator(index.map(VectorIndex::metric).orElse(otherwise));
          String distance =
              TableDdl.quote(column.name()) + " " + operator + " " + vector(query, column);
          String key =
              String.join(
                  ", ",
                  shape.idColumns().stream().map(part -> TableDdl.quote(part.name())).toList());
          return neighbours(
              session,
              shape,
              "SELECT ("
                  + distance
                  + ")::float8, "
                  + key
                  + " FROM ONLY "
                  + TableDdl.qualified(query.collection())
                  + " WHERE "
                  + TableDdl.quote(column.name())
                  + " IS NOT NULL AND "
                  + PgvectorRecords.tenantIs(shape, query.tenant())
                  + " ORDER BY "
                  + distance
                  + (query.exact() ? ", " + key : "")
                  + " LIMIT "
                  + query.k());
        });
  }

  /** What keeps an exact search off the index, and an approximate one on it. */
  private static String pace(NearestQuery query, Optional<VectorIndex> index, String version) {
    if (query.exact()) {
      return "SET LOCAL enable_indexscan TO off; SET LOCAL enable_bitmapscan TO off;"
          + " SET LOCAL enable_indexonlyscan TO off";
    }
    List<String> settings = new ArrayList<>();
    // A small table would be scanned otherwise, and say nothing about the index.
    settings.add("SET LOCAL enable_seqscan TO off");
    settings.add("SET LOCAL hnsw.ef_search TO " + Math.clamp(query.k(), 40, 1000));
    int lists =
        index
            .map(found -> found.parameters().getOrDefault("lists", "1"))
            .map(Integer::parseInt)
            .orElse(1);
    // The square root of the lists is what pgvector's README starts from.
    settings.add("SET LOCAL ivfflat.probes TO " + Math.max(1, (int) Math.sqrt(lists)));
    if (!query.tenant().isEmpty() && !TableDdl.below(version, 0, 8)) {
      // Else the index returns its nearest, of which a filter may leave too few.
      settings.add("SET LOCAL hnsw.iterative_scan TO strict_order");
      settings.add("SET LOCAL ivfflat.iterative_scan TO relaxed_order");
    }
    return String.join("; ", settings);
  }

  private static List<Neighbour> neighbours(Session session, TableShape shape, String sql)
      throws SQLException, DrillbookException {
    CopyOut copy =
        session.connection().getCopyAPI().copyOut("COPY (" + sql + ") TO STDOUT (FORMAT binary)");
    CopyReader reader = new CopyReader(copy::readFromCopy, shape.idColumns().size() + 1);
    RowReader rows = new RowReader(shape);
    List<Neighbour> found = new ArrayList<>();
    try {
      while (reader.next()) {
        double distance =
            (double) ValueCodec.FLOAT8.read(reader.data(), reader.offset(0), reader.length(0));
        found.add(new Neighbour(rows.id(reader, 1), distance));
      }
    } catch (IOException e) {
      throw new DrillbookException(
          FailureKind.CORRUPT, "what a search found could not be read: " + e.getMessage(), "", e);
    }
    return found;
  }

  /** Returns the query vector as a literal; shortest digits that give the same bits. */
  private static String vector(NearestQuery query, Column column) throws DrillbookException {
    ElementType element = column.element().orElseThrow();
    if (query.bits().length != element.bytes(query.dimension())) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          "could not search "
              + query.collection()
              + ": a query of "
              + query.bits().length
              + " bytes is no "
              + element.word()
              + " vector of dimension "
              + query.dimension());
    }
    ByteBuffer bits = ByteBuffer.wrap(query.bits()).order(ByteOrder.LITTLE_ENDIAN);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < query.dimension(); i++) {
      switch (element) {
        case F32 -> text.append(i == 0 ? "" : ",").append(bits.getFloat(4 * i));
        case F16 ->
            text.append(i == 0 ? "" : ",").append(Float.float16ToFloat(bits.getShort(2 * i)));
        case BIT -> text.append((bits.get(i / 8) >> (7 - i % 8)) & 1);
        case BF16, F64, I8, U8 -> throw new IllegalStateException("no column type: " + element);
      }
    }
    return element == ElementType.BIT ? "B'" + text + "'" : "'[" + text + "]'::" + column.base();
  }

  private static Optional<String> version(Session session, String sql) throws SQLException {
    return session.query(sql, row -> row.getString(1)).stream().findFirst();
  }

  private static DrillbookException noExtension(CollectionName name) {
    return new DrillbookException(
        FailureKind.INCOMPATIBLE_TARGET,
        "table " + name + " cannot be created: the server has no pgvector",
        "Install pgvector on the server, then run CREATE EXTENSION vector.");
  }

  private static DrillbookException noVector(NearestQuery query) {
    return new DrillbookException(
        FailureKind.NOT_FOUND,
        "could not search " + query.collection() + ": no dense vector '" + query.vector() + "'");
  }
}
