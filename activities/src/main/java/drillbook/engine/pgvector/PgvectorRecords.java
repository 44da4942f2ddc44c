package drillbook.engine.pgvector;

import drillbook.engine.BatchConsumer;
import drillbook.engine.Capture;
import drillbook.engine.CaptureNotes;
import drillbook.engine.CaptureToken;
import drillbook.engine.CaptureToken.Range;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Mark;
import drillbook.engine.RecordWriter;
import drillbook.engine.Records;
import drillbook.engine.pgvector.TableShape.Column;
import drillbook.engine.pgvector.copy.Bytes;
import drillbook.engine.pgvector.copy.CopyReader;
import drillbook.engine.pgvector.session.ServerOptions;
import drillbook.engine.pgvector.session.Session;
import drillbook.engine.pgvector.session.SqlFailures;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import java.math.BigInteger;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.copy.CopyOut;

/**
 * Reads tables through one exported snapshot, in parts of their heap, and writes them by COPY.
 *
 * <p>The capture's connection holds the snapshot and a lock on each table that lets everybody read
 * and write but nobody rewrite or drop it: a row's place in the heap stays what it is, so that a
 * range and a cursor mean the same rows as long as the capture lives.
 */
final class PgvectorRecords implements Records {
  /** About how much of a table, its large values included, one range reads. */
  static final long RANGE_BYTES = 256L << 20;

  private static final int MAX_RANGES = 256;
  private static final long BATCH_BYTES = 1 << 20;
  private static final int MAX_FETCH = 1000;
  private static final Pattern POSITION =
      Pattern.compile("file=([0-9]{1,10}) from=([0-9]{1,10}) to=([0-9]{1,10}|end)");
  private static final Pattern TENANT_POSITION = Pattern.compile("file=([0-9]{1,10}) tenant");
  private static final Pattern CURSOR = Pattern.compile("\\([0-9]{1,10},[0-9]{1,5}\\)");

  private final ServerOptions options;
  private final InstantSource clock;
  private final long rangeBytes;
  private final Catalog catalog;

  PgvectorRecords(ServerOptions options, InstantSource clock, long rangeBytes) {
    this.options = options;
    this.clock = clock;
    this.rangeBytes = rangeBytes;
    this.catalog = new Catalog(options);
  }

  @Override
  public Capture begin(List<CollectionSchema> collections, CaptureNotes notes)
      throws DrillbookException, InterruptedException {
    return begin(collections, List.of());
  }

  /** Begins a capture whose ranges tell what changed since the marks that can be compared with. */
  Capture begin(List<CollectionSchema> collections, List<Mark> since)
      throws DrillbookException, InterruptedException {
    List<CollectionName> names = collections.stream().map(CollectionSchema::name).toList();
    Instant asked = clock.instant();
    Session session = Session.open(options);
    boolean open = false;
    try {
      CaptureToken token =
          session.step("could not capture " + names, inside -> token(inside, names, since, asked));
      open = true;
      return new HeldCapture(session, token);
    } finally {
      if (!open) {
        session.close();
      }
    }
  }

  private CaptureToken token(
      Session session, List<CollectionName> names, List<Mark> since, Instant asked)
      throws SQLException, DrillbookException, InterruptedException {
    session.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    // Locks come first: they take no snapshot, so that the snapshot sees the tables as they stay.
    for (CollectionName name : names) {
      session.execute("LOCK TABLE ONLY " + TableDdl.qualified(name) + " IN ACCESS SHARE MODE");
    }
    String snapshot = session.queryOne("SELECT pg_export_snapshot()", row -> row.getString(1));
    Instant served =
        session
            .queryOne(
                "SELECT transaction_timestamp()", row -> row.getObject(1, OffsetDateTime.class))
            .toInstant();
    Optional<TableMarks> tables = TableMarks.of(session, options);
    List<Range> ranges = new ArrayList<>();
    List<Mark> marks = new ArrayList<>();
    for (CollectionName name : names) {
      CollectionSchema schema = catalog.schema(session, name);
      Optional<String> history =
          tables.isPresent() ? tables.get().history(session, schema) : Optional.empty();
      String window = "";
      if (tables.isPresent() && history.isPresent()) {
        marks.add(tables.get().mark(schema, history.get()));
        window =
            tables
                .get()
                .since(schema, history.get(), since)
                .map(TableMarks.Window::words)
                .orElse("");
      }
      ranges(session, schema, window, ranges);
    }
    // The earlier of both clocks: a server's that runs ahead must not make a backup look younger.
    Instant asOf = served.isBefore(asked) ? served : asked;
    return new CaptureToken(snapshot, CaptureToken.Consistency.SNAPSHOT, asOf, ranges, marks);
  }

  private void ranges(Session session, CollectionSchema schema, String window, List<Range> ranges)
      throws SQLException, DrillbookException {
    String table = TableDdl.literal(TableDdl.qualified(schema.name()));
    String file =
        session.queryOne("SELECT pg_relation_filenode(" + table + ")", r -> r.getString(1));
    if (TableShape.required(schema).hasTenants()) {
      schema
          .tenants()
          .forEach(tenant ->
              ranges.add(
                  new Range(
                      schema, tenant, "file=" + file + " tenant" + window, !window.isEmpty())));
      return;
    }
    long blocks =
        session.queryOne(
            "SELECT pg_relation_size("
                + table
                + ", 'main') / current_setting('block_size')::bigint",
            row -> row.getLong(1));
    // Large values lie beside the heap: what counts is the whole, spread over the heap's blocks.
    long bytes = session.queryOne("SELECT pg_table_size(" + table + ")", row -> row.getLong(1));
    long parts = Math.clamp(Math.min(bytes / rangeBytes, blocks), 1, MAX_RANGES);
    for (long part = 0; part < parts; part++) {
      String to = part + 1 == parts ? "end" : "" + (blocks * (part + 1) / parts);
      ranges.add(
          new Range(
              schema,
              CollectionSchema.NO_TENANT,
              "file=" + file + " from=" + (blocks * part / parts) + " to=" + to + window,
              !window.isEmpty()));
    }
  }

  @Override
  public void read(
      CaptureToken token, Range range, String cursor, CaptureNotes notes, BatchConsumer consumer)
      throws DrillbookException, InterruptedException {
    CollectionName name = range.schema().name();
    TableShape shape = TableShape.required(range.schema());
    RowReader rows = new RowReader(shape);
    String sql = select(range, shape, rows.selection(), cursor);
    try (Session session = Session.open(options)) {
      enter(session, token, range);
      session.step(
          "could not read " + name,
          inside -> {
            copyOut(inside, sql, rows, range.schema(), consumer);
            return true;
          });
    }
  }

  /** Enters the capture's snapshot, and asserts that the table's rows are where they were. */
  static void enter(Session session, CaptureToken token, Range range)
      throws DrillbookException, InterruptedException {
    String lost = "the snapshot of " + range.schema().name() + " is gone: ";
    String file =
        session.step(
            "could not read " + range.schema().name(),
            inside -> {
              inside.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
              try {
                inside.execute("SET TRANSACTION SNAPSHOT " + TableDdl.literal(token.snapshot()));
              } catch (SQLException e) {
                String state = e.getSQLState() == null ? "" : e.getSQLState();
                if (state.startsWith("08") || state.startsWith("57")) {
                  throw e;
                }
                throw new DrillbookException(
                    FailureKind.SNAPSHOT_LOST,
                    lost + SqlFailures.words(e) + " [SQL " + state + "]",
                    "The connection that held it ended. The capture starts again.",
                    e);
              }
              String table = TableDdl.literal(TableDdl.qualified(range.schema().name()));
              return inside.queryOne(
                  "SELECT coalesce(pg_relation_filenode(to_regclass(" + table + "))::text, '')",
                  row -> row.getString(1));
            });
    if (!range.position().startsWith("file=" + file + " ")) {
      throw new DrillbookException(
          FailureKind.SNAPSHOT_LOST,
          lost + "the table was rewritten or replaced",
          "Do not run VACUUM FULL, CLUSTER or TRUNCATE during a capture.");
    }
  }

  /**
   * Returns the query that reads a range from a cursor on.
   *
   * @param selection what is selected after each row's place
   */
  static String select(Range range, TableShape shape, String selection, String cursor)
      throws DrillbookException {
    String position = TableMarks.told(range.position()).position();
    List<String> conditions = new ArrayList<>();
    String order = "";
    Matcher heap = POSITION.matcher(position);
    if (heap.matches()) {
      conditions.add("ctid >= '(" + heap.group(2) + ",0)'");
      if (!heap.group(3).equals("end")) {
        conditions.add("ctid < '(" + heap.group(3) + ",0)'");
      }
    } else if (TENANT_POSITION.matcher(position).matches()) {
      conditions.add(tenantIs(shape, range.tenant()));
      // Through an index rows would come in its order.
      order = " ORDER BY ctid";
    } else {
      throw new DrillbookException(
          FailureKind.CONFIGURATION, "no position of this engine: '" + range.position() + "'");
    }
    if (!cursor.isEmpty()) {
      if (!CURSOR.matcher(cursor).matches()) {
        throw new DrillbookException(
            FailureKind.CONFIGURATION, "no cursor of this engine: '" + cursor + "'");
      }
      conditions.add("ctid > '" + cursor + "'");
    }
    return "SELECT ctid, "
        + selection
        + " FROM ONLY "
        + TableDdl.qualified(range.schema().name())
        + " WHERE "
        + String.join(" AND ", conditions)
        + order;
  }

  /** Returns the condition that a row is a tenant's. */
  static String tenantIs(TableShape shape, String tenant) {
    if (!shape.hasTenants()) {
      return "true";
    }
    Column column = shape.column(shape.roles().tenant());
    boolean text = column.base().equals("text") || column.base().equals("varchar");
    return TableDdl.quote(column.name())
        + (text ? "" : "::text")
        + " = "
        + TableDdl.literal(tenant);
  }

  private static void copyOut(
      Session session, String sql, RowReader rows, CollectionSchema schema, BatchConsumer consumer)
      throws SQLException, DrillbookException, InterruptedException {
    CopyOut copy =
        session.connection().getCopyAPI().copyOut("COPY (" + sql + ") TO STDOUT (FORMAT binary)");
    CopyReader reader = new CopyReader(copy::readFromCopy, rows.columns() + 1);
    RecordBatch batch = new RecordBatch(schema.layout());
    long last = -1;
    while (reader.next()) {
      last = placeAfter(reader, last, schema);
      rows.append(reader, 1, batch);
      if (batch.bytes() >= BATCH_BYTES) {
        consumer.accept(batch, cursor(last));
        batch.clear();
      }
    }
    if (batch.size() > 0) {
      consumer.accept(batch, cursor(last));
    }
  }

  /** Returns a row's place, which is behind the last one's. */
  static long placeAfter(CopyReader row, long last, CollectionSchema schema)
      throws DrillbookException {
    long place = place(row);
    if (place <= last) {
      // Cursors would skip rows. Scans are pinned to the heap's order, so this is a defect.
      throw new DrillbookException(
          FailureKind.INTERNAL,
          "could not read " + schema.name() + ": rows do not come in the heap's order");
    }
    return place;
  }

  private static long place(CopyReader row) throws DrillbookException {
    if (row.length(0) != 6) {
      throw new DrillbookException(
          FailureKind.CORRUPT,
          "what the server sent could not be read: a row without place [COPY]");
    }
    long block = Integer.toUnsignedLong(Bytes.intAt(row.data(), row.offset(0)));
    return (block << 16) | (Bytes.shortAt(row.data(), row.offset(0) + 4) & 0xffff);
  }

  /** Returns the cursor of a row's place. */
  static String cursor(long place) {
    return "(" + (place >>> 16) + "," + (place & 0xffff) + ")";
  }

  @Override
  public void fetch(
      CollectionSchema schema, String tenant, List<byte[]> ids, BatchConsumer consumer)
      throws DrillbookException, InterruptedException {
    if (ids.size() > MAX_FETCH) {
      throw new IllegalArgumentException(ids.size() + " ids; at most " + MAX_FETCH);
    }
    TableShape shape = TableShape.required(schema);
    List<Column> key = shape.idColumns();
    List<String> wanted = new ArrayList<>();
    for (byte[] id : ids) {
      List<Object> parts = RecordId.parts(id);
      String literal = shape.hasMixedIds() ? mixedLiteral(parts) : idLiteral(key, parts);
      if (!literal.isEmpty()) {
        wanted.add(literal);
      }
    }
    if (wanted.isEmpty()) {
      return;
    }
    RowReader rows = new RowReader(shape);
    String names =
        String.join(", ", key.stream().map(part -> TableDdl.quote(part.name())).toList());
    // The heap's order, since that is what copyOut asserts.
    String sql =
        "SELECT ctid, "
            + rows.selection()
            + " FROM ONLY "
            + TableDdl.qualified(schema.name())
            + " WHERE ("
            + names
            + ") IN ("
            + String.join(", ", wanted)
            + ") AND "
            + tenantIs(shape, tenant)
            + " ORDER BY ctid";
    Session.with(
        options,
        "could not fetch from " + schema.name(),
        session -> {
          copyOut(session, sql, rows, schema, (batch, cursor) -> consumer.accept(batch, ""));
          return true;
        });
  }

  private static String mixedLiteral(List<Object> id) {
    return id.size() == 1 && !(id.getFirst() instanceof String || id.getFirst() instanceof byte[])
        ? "(" + TableDdl.literal(id.getFirst().toString()) + ")"
        : "";
  }

  /** Returns an id as SQL; empty for one that no row of the table can have. */
  private static String idLiteral(List<Column> key, List<Object> id) {
    if (id.size() != key.size()) {
      return "";
    }
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < id.size(); i++) {
      String word = TableShape.idWord(key.get(i).base());
      String part =
          switch (id.get(i)) {
            case String text when word.equals("text") && text.indexOf('\0') < 0 ->
                TableDdl.literal(text);
            case Long number when word.equals("integer") -> number.toString();
            case UUID uuid when word.equals("uuid") -> TableDdl.literal(uuid.toString());
            case byte[] bytes when word.equals("bytes") ->
                TableDdl.literal("\\x" + HexFormat.of().formatHex(bytes));
            case BigInteger _ -> "";
            default -> "";
          };
      if (part.isEmpty()) {
        return "";
      }
      parts.add(part);
    }
    return "(" + String.join(", ", parts) + ")";
  }

  @Override
  public RecordWriter writer(CollectionSchema schema, String tenant)
      throws DrillbookException, InterruptedException {
    TableShape shape = TableShape.required(schema);
    return new TableWriter(Session.open(options), schema.name(), shape, tenant);
  }

  /** Holds a snapshot: its transaction stays open, its connection idle. */
  private record HeldCapture(Session session, CaptureToken token) implements Capture {
    @Override
    public void touch() throws DrillbookException, InterruptedException {
      try {
        session.step(
            "the server did not answer",
            inside -> inside.queryOne("SELECT 1", row -> row.getInt(1)));
      } catch (DrillbookException e) {
        throw new DrillbookException(
            FailureKind.SNAPSHOT_LOST,
            "the snapshot is gone: " + e.getMessage(),
            "The connection that held it ended. The capture starts again.",
            e);
      }
    }

    @Override
    public void close() {
      session.close();
    }
  }
}
