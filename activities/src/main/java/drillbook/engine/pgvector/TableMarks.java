package drillbook.engine.pgvector;

import drillbook.engine.CollectionSchema;
import drillbook.engine.Mark;
import drillbook.engine.pgvector.session.ServerOptions;
import drillbook.engine.pgvector.session.Session;
import drillbook.failure.DrillbookException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which rows of a table are as an earlier capture saw them, by the transaction that wrote each.
 *
 * <p>A mark is the oldest transaction that was running when the snapshot was taken: all before it
 * had ended, and a row of one of these that is visible now was visible then. A snapshot's list of
 * running transactions would be closer, but lacks subtransactions (PostgreSQL 18 documentation,
 * 9.27.4, pg_current_snapshot; observed), and a row written behind a savepoint bears one of these.
 * A subtransaction is younger than its transaction, so the oldest covers it.
 *
 * <p>Transactions are compared within one history only: the same system, timeline, start of the
 * server, database, table and file of the table, read by the same columns. A standby, a table that
 * was rewritten, a server that was restarted or set back to an earlier state: all are scanned.
 */
final class TableMarks {
  /** Raise it when rows become records differently: what did not change reads differently then. */
  private static final int READING = 1;

  /** A row's own transaction is known modulo 2^32; beyond half of that nothing is compared. */
  private static final long MOST_BETWEEN = 1L << 31;

  private static final int OLDEST_SERVER = 140_000;
  private static final long FLUSH_MILLIS = 10_000;
  private static final long LOOK_EVERY_MILLIS = 20;
  private static final Pattern XID = Pattern.compile("(.+ )xid=([0-9]{1,18})");
  private static final Pattern SINCE =
      Pattern.compile("(.+) since=([0-9]{1,18}) until=([0-9]{1,18})");
  private static final Logger LOG = LoggerFactory.getLogger(TableMarks.class);

  private static final String SERVER =
      """
      SELECT 'system=' || (SELECT system_identifier FROM pg_control_system())
          || ' timeline=' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8)
          || ' started=' || (extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint
          || ' database=' || (SELECT oid FROM pg_database WHERE datname = current_database()),
        pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
        pg_snapshot_xmax(pg_current_snapshot())::text::bigint,
        pg_current_wal_insert_lsn()::text
      """;

  /**
   * Values of enumerations, and of types beside the server's own, are read as text, which follows
   * from more than the row: from labels, which are part of the mark, or from an extension, whose
   * version is. What follows from other tables' names (regclass) or columns has no mark.
   */
  private static final String TABLE =
      """
      WITH RECURSIVE types(oid) AS (
        SELECT atttypid FROM pg_attribute
          WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped
        UNION
        SELECT next FROM types JOIN pg_type t USING (oid)
          LEFT JOIN pg_range r ON t.oid IN (r.rngtypid, r.rngmultitypid),
          LATERAL (VALUES (t.typbasetype), (t.typelem), (r.rngsubtype)) AS v(next)
          WHERE next <> 0)
      SELECT ' table=' || c.oid || ' file=' || pg_relation_filenode(c.oid),
        a.amname = 'heap' AND NOT EXISTS (SELECT FROM types JOIN pg_type t USING (oid)
          WHERE t.typtype IN ('c', 'p') OR t.typname IN ('aclitem')
            OR t.typnamespace = 'pg_catalog'::regnamespace AND t.typname LIKE 'reg%'),
        c.relnatts || ' ' || (SELECT coalesce(string_agg(
            e.enumtypid || e.enumlabel, ',' ORDER BY e.enumtypid, e.enumsortorder), '')
          FROM pg_enum e JOIN types ON types.oid = e.enumtypid) || ' '
          || (SELECT string_agg(extname || extversion, ',' ORDER BY extname) FROM pg_extension)
      FROM pg_class c JOIN pg_am a ON a.oid = c.relam WHERE c.oid = $1::regclass
      """;

  /** What ranges say of the transactions that they are compared by. */
  record Window(long since, long until) {
    /**
     * Returns what is true of rows that may have changed.
     *
     * <p>A row shows the low half of its transaction's number, frozen or not. The number is the
     * greatest below {@code until} with that half: where the row is older by whole rounds, it looks
     * younger than it is, and is read again without need. The numbers 1 and 2 are no transactions.
     * Source: PostgreSQL 18 documentation, 5.6 and 24.1.5; observed after VACUUM FREEZE, CLUSTER
     * and COPY FREEZE.
     */
    String changed() {
      long from = since & 0xffffffffL;
      long to = until & 0xffffffffL;
      String xid = "xmin::text::bigint";
      if (since == until) {
        return xid + " < 3";
      }
      String joint = from <= to ? " AND " : " OR ";
      return "(" + xid + " < 3 OR (" + xid + " >= " + from + joint + xid + " < " + to + "))";
    }

    /** Returns how a range's position ends. */
    String words() {
      return " since=" + since + " until=" + until;
    }
  }

  /** A position of a range, and what it says of changes. */
  record Told(String position, Optional<Window> window) {}

  private final String server;
  private final long oldest;
  private final long next;

  private TableMarks(String server, long oldest, long next) {
    this.server = server;
    this.oldest = oldest;
    this.next = next;
  }

  /**
   * Looks at the server within the capture's snapshot; empty where it cannot be told apart later:
   * in recovery, or where the caller may not ask.
   *
   * <p>Waits until the log is on disk as far as it was written: after a crash, numbers of
   * transactions that never reached it are given out again.
   */
  static Optional<TableMarks> of(Session session, ServerOptions options)
      throws SQLException, DrillbookException, InterruptedException {
    session.execute("SAVEPOINT marks");
    try {
      int version =
          session.queryOne("SHOW server_version_num", row -> Integer.parseInt(row.getString(1)));
      if (version < OLDEST_SERVER) {
        return Optional.empty();
      }
      String[] written = new String[1];
      TableMarks marks =
          session.queryOne(
              SERVER,
              row -> {
                written[0] = row.getString(4);
                return new TableMarks(row.getString(1), row.getLong(2), row.getLong(3));
              });
      return isFlushed(session, options, written[0]) ? Optional.of(marks) : Optional.empty();
    } catch (SQLException e) {
      String state = e.getSQLState() == null ? "" : e.getSQLState();
      if (state.startsWith("08") || state.startsWith("57")) {
        throw e;
      }
      LOG.info("the server does not tell what changes: {}", e.getMessage());
      session.execute("ROLLBACK TO SAVEPOINT marks");
      return Optional.empty();
    }
  }

  private static boolean isFlushed(Session session, ServerOptions options, String written)
      throws SQLException, InterruptedException {
    String question =
        "SELECT pg_current_wal_flush_lsn() >= " + TableDdl.literal(written) + "::pg_lsn";
    for (long waited = 0; waited < FLUSH_MILLIS; waited += LOOK_EVERY_MILLIS) {
      if (session.queryOne(question, row -> row.getBoolean(1))) {
        return true;
      }
      if (waited == 0) {
        nudge(options);
      }
      Thread.sleep(LOOK_EVERY_MILLIS);
    }
    LOG.info("the server's log is not on disk after {} ms: no marks", FLUSH_MILLIS);
    return false;
  }

  /** Ends a transaction that did nothing: the server's log writer flushes up to there soon. */
  private static void nudge(ServerOptions options) throws InterruptedException {
    try {
      Session.with(
          options,
          "could not have the log flushed",
          session ->
              session.queryOne("SELECT pg_current_xact_id()::text", row -> row.getString(1)));
    } catch (DrillbookException e) {
      LOG.debug("the log is flushed when it is", e);
    }
  }

  /** Returns a table's history up to now; empty where it has none that can be compared. */
  Optional<String> history(Session session, CollectionSchema schema)
      throws SQLException, DrillbookException {
    TableShape shape = TableShape.required(schema);
    String table = TableDdl.literal(TableDdl.qualified(schema.name()));
    return session.queryOne(
        TABLE.replace("$1", table),
        row ->
            row.getBoolean(2)
                ? Optional.of(
                    server + row.getString(1) + " read=" + reading(shape, row.getString(3)) + " ")
                : Optional.empty());
  }

  /** Returns the mark of a history, for the next capture. */
  Mark mark(CollectionSchema schema, String history) {
    return new Mark(schema.name(), history + "xid=" + oldest);
  }

  /** Returns what changed since a mark of the same history; empty where none of them is. */
  Optional<Window> since(CollectionSchema schema, String history, List<Mark> marks) {
    for (Mark mark : marks) {
      Matcher words = XID.matcher(mark.text());
      if (mark.collection().equals(schema.name())
          && words.matches()
          && words.group(1).equals(history)) {
        long xid = Long.parseLong(words.group(2));
        if (xid <= oldest && next - xid < MOST_BETWEEN) {
          return Optional.of(new Window(xid, next));
        }
      }
    }
    return Optional.empty();
  }

  /** Takes apart what {@link Window#words} put together. */
  static Told told(String position) {
    Matcher words = SINCE.matcher(position);
    if (!words.matches()) {
      return new Told(position, Optional.empty());
    }
    long since = Long.parseLong(words.group(2));
    return new Told(words.group(1), Optional.of(new Window(since, Long.parseLong(words.group(3)))));
  }

  private static String reading(TableShape shape, String types) {
    String words =
        READING
            + "\n"
            + shape.columns()
            + "\n"
            + shape.key()
            + "\n"
            + shape.roles()
            + "\n"
            + shape.mapping().map(mapping -> mapping.vectors().toString()).orElse("")
            + "\n"
            + types;
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(words.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
