package drillbook.engine.pgvector.session;

import drillbook.failure.DrillbookException;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.postgresql.PGConnection;
import org.postgresql.jdbc.PgConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection, used by one thread at a time, always in a transaction. While it works, another
 * thread looks whether the caller was interrupted, cancels the statement on the server and, should
 * that not help, cuts the connection.
 */
public final class Session implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Session.class);
  private static final long LOOK_EVERY_NANOS = 50_000_000L;
  private static final long CUT_AFTER_NANOS = 3_000_000_000L;

  /**
   * What texts of values and definitions look like must not depend on the server's settings; what
   * is read must not either: row-level security would leave rows out silently (off: the server
   * refuses instead), and synchronized scans start in the middle of a table.
   */
  private static final String SETTINGS =
      "SET DateStyle TO ISO, YMD; SET IntervalStyle TO postgres; SET TimeZone TO 'UTC';"
          + " SET extra_float_digits TO 3; SET bytea_output TO hex; SET lc_monetary TO 'C';"
          + " SET xmloption TO content; SET standard_conforming_strings TO on;"
          + " SET row_security TO off; SET synchronize_seqscans TO off;"
          + " SET statement_timeout TO 0; SET lock_timeout TO 0;"
          + " SET idle_in_transaction_session_timeout TO 0;"
          + " SET max_parallel_workers_per_gather TO 0;";

  /** Those that newer servers have beside: 14 the one, 17 the other. */
  private static final String TIMEOUTS =
      "SELECT set_config(name, '0', false) FROM pg_settings"
          + " WHERE name IN ('idle_session_timeout', 'transaction_timeout')";

  /** Names of the extension's types and operators need no schema then; all others have theirs. */
  private static final String SEARCH_PATH =
      "SELECT set_config('search_path', coalesce((SELECT quote_ident(n.nspname)"
          + " FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace"
          + " WHERE e.extname = 'vector'), 'pg_catalog'), false)";

  /** Something to do on a connection. */
  @FunctionalInterface
  public interface Work<T> {
    /** Does it. */
    T on(Session session) throws SQLException, DrillbookException, InterruptedException;
  }

  /** Takes a row of a result. */
  @FunctionalInterface
  public interface RowReader<T> {
    /** Returns what the row, which the result stands on, says. */
    T read(ResultSet row) throws SQLException;
  }

  private final PgConnection connection;

  private Session(PgConnection connection) {
    this.connection = connection;
  }

  /** Connects, with the password looked up now. */
  public static Session open(ServerOptions options)
      throws DrillbookException, InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted before connecting");
    }
    String what = "could not connect to " + options.jdbcUrl();
    try {
      PgConnection connection =
          DriverManager.getConnection(options.jdbcUrl(), options.connectionProperties())
              .unwrap(PgConnection.class);
      Session session = new Session(connection);
      try {
        connection.setAutoCommit(true);
        session.execute(SETTINGS);
        session.query(TIMEOUTS, row -> row.getString(1));
        session.placeExtension();
        connection.setAutoCommit(false);
      } catch (SQLException e) {
        session.close();
        throw e;
      }
      return session;
    } catch (SQLException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException(what + ": interrupted");
      }
      throw SqlFailures.of(what, e);
    }
  }

  /** Connects, does the work in one transaction, and closes. */
  public static <T> T with(ServerOptions options, String what, Work<T> work)
      throws DrillbookException, InterruptedException {
    try (Session session = open(options)) {
      return session.transaction(what, work);
    }
  }

  /**
   * Does the work and commits; rolls back where it fails.
   *
   * @param what what could not be done, should it fail
   */
  public <T> T transaction(String what, Work<T> work)
      throws DrillbookException, InterruptedException {
    boolean done = false;
    try {
      T result =
          step(
              what,
              session -> {
                T made = work.on(session);
                connection.commit();
                return made;
              });
      done = true;
      return result;
    } finally {
      if (!done) {
        rollback();
      }
    }
  }

  /** Does the work in the open transaction, which it leaves open. */
  public <T> T step(String what, Work<T> work) throws DrillbookException, InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException(what + ": interrupted before it began");
    }
    Watch watch = new Watch(Thread.currentThread());
    try {
      T result = work.on(this);
      if (watch.end()) {
        throw interrupted(what);
      }
      return result;
    } catch (SQLException e) {
      if (watch.end() || Thread.currentThread().isInterrupted()) {
        throw interrupted(what);
      }
      throw SqlFailures.of(what, e);
    } finally {
      watch.end();
    }
  }

  /** Returns the driver's connection. */
  public PgConnection connection() {
    return connection;
  }

  /** Makes the extension's schema the search path, once more after it was created. */
  public void placeExtension() throws SQLException {
    queryOne(SEARCH_PATH, row -> row.getString(1));
  }

  /** Runs a statement without result, or several. What the server remarks is logged. */
  public void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
      for (SQLWarning warning = statement.getWarnings();
          warning != null;
          warning = warning.getNextWarning()) {
        LOG.info("server remarked: {}", warning.getMessage());
      }
    }
  }

  /** Runs a query with text parameters and returns its rows. */
  public <T> List<T> query(String sql, RowReader<T> reader, String... parameters)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setString(i + 1, parameters[i]);
      }
      List<T> rows = new ArrayList<>();
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          rows.add(reader.read(result));
        }
      }
      return rows;
    }
  }

  /** Runs a query that has one row. */
  public <T> T queryOne(String sql, RowReader<T> reader, String... parameters) throws SQLException {
    return query(sql, reader, parameters).getFirst();
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      LOG.debug("closing a connection failed", e);
    }
  }

  private void rollback() {
    try {
      if (!connection.isClosed()) {
        connection.rollback();
      }
    } catch (SQLException e) {
      // The connection is broken, which the failure under way says already.
      LOG.debug("rolling back failed", e);
    }
  }

  private InterruptedException interrupted(String what) {
    // The flag becomes the exception. A cancel may still be on its way: nothing runs here again.
    boolean flag = Thread.interrupted();
    cut();
    return new InterruptedException(what + ": interrupted" + (flag ? "" : " and cancelled"));
  }

  private void cut() {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      LOG.debug("cutting a connection failed", e);
    }
  }

  /** Looks after a thread that is inside the driver, where an interrupt is not noticed. */
  private final class Watch {
    private final Thread caller;
    private final ReentrantLock lock = new ReentrantLock();
    private final Thread looker;
    private volatile boolean ended;
    private boolean fired;

    Watch(Thread caller) {
      this.caller = caller;
      this.looker = Thread.ofVirtual().start(this::look);
    }

    /** Ends the watch; returns whether it cancelled anything. */
    boolean end() {
      ended = true;
      LockSupport.unpark(looker);
      lock.lock();
      try {
        return fired;
      } finally {
        lock.unlock();
      }
    }

    private void look() {
      while (!ended) {
        if (caller.isInterrupted() && cancel()) {
          LockSupport.parkNanos(CUT_AFTER_NANOS);
          if (!ended) {
            cut();
          }
          return;
        }
        LockSupport.parkNanos(LOOK_EVERY_NANOS);
      }
    }

    private boolean cancel() {
      lock.lock();
      try {
        if (ended) {
          return false;
        }
        fired = true;
        ((PGConnection) connection).cancelQuery();
      } catch (SQLException e) {
        cut();
      } finally {
        lock.unlock();
      }
      return true;
    }
  }
}
