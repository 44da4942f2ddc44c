package drillbook.engine.pgvector;

import drillbook.engine.CollectionName;
import drillbook.engine.RecordWriter;
import drillbook.engine.pgvector.RowReader.Slot;
import drillbook.engine.pgvector.copy.Bytes;
import drillbook.engine.pgvector.session.Session;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.RecordBatch;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.postgresql.copy.CopyIn;

/**
 * Writes batches, each in one transaction. Rows go straight into the table until one is there
 * already, from then on through a temporary table and an upsert. Columns that the server reads from
 * text always take the second way.
 */
final class TableWriter implements RecordWriter {
  private static final String UNIQUE_VIOLATION = "23505";
  private static final String STAGING = "pg_temp.drillbook_staging";
  private static final int PIECE = 1 << 18;

  private final Session session;
  private final CollectionName table;
  private final TableShape shape;
  private final RowWriter rows;
  private boolean direct;
  private boolean staged;

  TableWriter(Session session, CollectionName table, TableShape shape, String tenant) {
    this.session = session;
    this.table = table;
    this.shape = shape;
    this.rows = new RowWriter(table, shape, tenant);
    this.direct = rows.slots().stream().noneMatch(RowWriter::asText);
  }

  @Override
  public void write(RecordBatch batch) throws DrillbookException, InterruptedException {
    if (batch.size() == 0) {
      return;
    }
    Bytes stream = rows.encode(batch);
    String what = "could not write " + batch.size() + " records into " + table;
    if (direct && writeDirectly(what, stream)) {
      return;
    }
    if (!staged) {
      session.transaction(
          what,
          inside -> {
            inside.execute(createStaging());
            return true;
          });
      staged = true;
    }
    session.transaction(
        what,
        inside -> {
          copyIn(inside, STAGING, stagingColumns(), stream);
          inside.execute(upsert());
          return true;
        });
  }

  @Override
  public void close() {
    session.close();
  }

  /** Copies into the table; returns false, nothing written, where one of the records is there. */
  private boolean writeDirectly(String what, Bytes stream)
      throws DrillbookException, InterruptedException {
    try {
      session.transaction(
          what,
          inside -> {
            copyIn(inside, TableDdl.qualified(table), tableColumns(), stream);
            return true;
          });
      return true;
    } catch (DrillbookException e) {
      boolean there =
          e.kind() == FailureKind.INCOMPATIBLE_TARGET
              && e.getCause() instanceof SQLException cause
              && UNIQUE_VIOLATION.equals(cause.getSQLState());
      if (!there) {
        throw e;
      }
      direct = false;
      return false;
    }
  }

  private static void copyIn(Session session, String into, String columns, Bytes stream)
      throws SQLException {
    CopyIn copy =
        session
            .connection()
            .getCopyAPI()
            .copyIn("COPY " + into + " (" + columns + ") FROM STDIN (FORMAT binary)");
    try {
      for (int at = 0; at < stream.length(); at += PIECE) {
        copy.writeToCopy(stream.data(), at, Math.min(PIECE, stream.length() - at));
      }
      copy.endCopy();
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  private String createStaging() {
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < rows.slots().size(); i++) {
      Slot slot = rows.slots().get(i);
      columns.add("c" + i + " " + (RowWriter.asText(slot) ? "text" : slot.column().type()));
    }
    return "CREATE TEMPORARY TABLE drillbook_staging ("
        + String.join(", ", columns)
        + ") ON COMMIT DELETE ROWS";
  }

  private String stagingColumns() {
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < rows.slots().size(); i++) {
      columns.add("c" + i);
    }
    return String.join(", ", columns);
  }

  private String tableColumns() {
    return rows.slots().stream()
        .map(slot -> TableDdl.quote(slot.column().name()))
        .collect(Collectors.joining(", "));
  }

  private String upsert() {
    List<String> values = new ArrayList<>();
    List<String> changes = new ArrayList<>();
    Set<String> key = new TreeSet<>(shape.key());
    for (int i = 0; i < rows.slots().size(); i++) {
      Slot slot = rows.slots().get(i);
      values.add("c" + i + (RowWriter.asText(slot) ? "::" + slot.column().type() : ""));
      // The server refuses to change columns that it always numbers itself.
      boolean fixed =
          key.contains(slot.column().name()) || slot.column().identity().equals("ALWAYS");
      if (!fixed) {
        String name = TableDdl.quote(slot.column().name());
        changes.add(name + " = EXCLUDED." + name);
      }
    }
    return "INSERT INTO "
        + TableDdl.qualified(table)
        + " ("
        + tableColumns()
        + ") OVERRIDING SYSTEM VALUE SELECT "
        + String.join(", ", values)
        + " FROM "
        + STAGING
        + " ON CONFLICT ("
        + shape.key().stream().map(TableDdl::quote).collect(Collectors.joining(", "))
        + ") DO "
        + (changes.isEmpty() ? "NOTHING" : "UPDATE SET " + String.join(", ", changes));
  }
}
