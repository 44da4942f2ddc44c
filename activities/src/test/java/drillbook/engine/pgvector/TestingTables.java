package drillbook.engine.pgvector;

import drillbook.engine.BatchConsumer;
import drillbook.engine.Capture;
import drillbook.engine.CaptureNotes;
import drillbook.engine.CaptureToken;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.RecordWriter;
import drillbook.engine.Records;
import drillbook.failure.DrillbookException;
import drillbook.localserver.LocalPostgres;
import java.io.InputStream;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Tables in a schema of their own, made by SQL past the adapter. */
final class TestingTables implements AutoCloseable {
  /** Notes that nobody may use. */
  static final CaptureNotes NO_NOTES =
      new CaptureNotes() {
        @Override
        public OutputStream write(String name) {
          throw new AssertionError("no notes are needed");
        }

        @Override
        public InputStream read(String name, long offset) {
          throw new AssertionError("no notes are needed");
        }
      };

  private final LocalPostgres server;
  private final String schema = "t_" + UUID.randomUUID().toString().substring(0, 8);

  TestingTables(LocalPostgres server) throws Exception {
    this.server = server;
    execute("CREATE SCHEMA " + schema);
  }

  /** Returns a table's name. */
  CollectionName name(String table) {
    return new CollectionName(List.of(schema), table);
  }

  /** Runs statements with the schema first in the search path. */
  void execute(String... statements) throws SQLException, DrillbookException {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SET search_path TO " + schema + ", public; SET extra_float_digits TO 3");
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** Runs a query and returns its first column. */
  List<String> query(String sql) throws Exception {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SET search_path TO " + schema + ", public; SET extra_float_digits TO 3");
      List<String> values = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery(sql)) {
        while (rows.next()) {
          values.add(String.valueOf(rows.getString(1)));
        }
      }
      return values;
    }
  }

  /** Hands every record of a table to a consumer, as one capture reads them. */
  static void capture(Records records, List<CollectionSchema> schemas, BatchConsumer consumer)
      throws Exception {
    try (Capture capture = records.begin(schemas, NO_NOTES)) {
      for (CaptureToken.Range range : capture.token().ranges()) {
        records.read(capture.token(), range, "", NO_NOTES, consumer);
      }
    }
  }

  /** Creates a table again from its schema under another name, with all its records and indexes. */
  static CollectionSchema restore(Engine engine, CollectionName from, CollectionName to)
      throws Exception {
    CollectionSchema schema = engine.control().schema(from);
    engine.control().create(schema.named(to));
    CollectionSchema empty = engine.control().schema(to);
    try (Capture capture = engine.records().begin(List.of(schema), NO_NOTES)) {
      for (CaptureToken.Range range : capture.token().ranges()) {
        try (RecordWriter writer = engine.records().writer(empty, range.tenant())) {
          engine
              .records()
              .read(capture.token(), range, "", NO_NOTES, (batch, cursor) -> writer.write(batch));
        }
      }
    }
    engine.control().buildIndexes(schema.named(to));
    return engine.control().schema(to);
  }

  @Override
  public void close() throws SQLException, DrillbookException {
    execute("DROP SCHEMA " + schema + " CASCADE");
  }
}
