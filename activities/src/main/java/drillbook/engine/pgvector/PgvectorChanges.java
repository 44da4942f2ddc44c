package drillbook.engine.pgvector;

import drillbook.engine.Capture;
import drillbook.engine.CaptureNotes;
import drillbook.engine.CaptureToken;
import drillbook.engine.CaptureToken.Range;
import drillbook.engine.ChangeConsumer;
import drillbook.engine.Changes;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Mark;
import drillbook.engine.pgvector.copy.CopyReader;
import drillbook.engine.pgvector.session.ServerOptions;
import drillbook.engine.pgvector.session.Session;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.BytesColumn;
import drillbook.record.RecordBatch;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import org.postgresql.copy.CopyOut;

/**
 * Reads rows whole that may have changed since a mark ({@link TableMarks}), and of all others the
 * primary key: the server scans the table's heap, but neither reads large values that lie beside it
 * nor sends what did not change.
 */
final class PgvectorChanges implements Changes {
  private static final long BATCH_BYTES = 1 << 20;

  private final ServerOptions options;
  private final PgvectorRecords records;

  PgvectorChanges(ServerOptions options, PgvectorRecords records) {
    this.options = options;
    this.records = records;
  }

  @Override
  public Capture begin(List<CollectionSchema> collections, List<Mark> since, CaptureNotes notes)
      throws DrillbookException, InterruptedException {
    return records.begin(collections, since);
  }

  @Override
  public void read(
      CaptureToken token, Range range, String cursor, CaptureNotes notes, ChangeConsumer consumer)
      throws DrillbookException, InterruptedException {
    TableMarks.Told told = TableMarks.told(range.position());
    if (told.window().isEmpty()) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          "could not read changes of " + range.schema().name() + ": the range tells none");
    }
    TableShape shape = TableShape.required(range.schema());
    RowReader rows = new RowReader(shape);
    String changed = told.window().get().changed();
    String sql =
        PgvectorRecords.select(range, shape, changed + ", " + rows.selectionWhere(changed), cursor);
    try (Session session = Session.open(options)) {
      PgvectorRecords.enter(session, token, range);
      session.step(
          "could not read changes of " + range.schema().name(),
          inside -> {
            copyOut(inside, sql, rows, range.schema(), consumer);
            return true;
          });
    }
  }

  private static void copyOut(
      Session session, String sql, RowReader rows, CollectionSchema schema, ChangeConsumer consumer)
      throws SQLException, DrillbookException, InterruptedException {
    CopyOut copy =
        session.connection().getCopyAPI().copyOut("COPY (" + sql + ") TO STDOUT (FORMAT binary)");
    CopyReader reader = new CopyReader(copy::readFromCopy, rows.columns() + 2);
    RecordBatch changed = new RecordBatch(schema.layout());
    BytesColumn unchanged = new BytesColumn();
    long last = -1;
    while (reader.next()) {
      last = PgvectorRecords.placeAfter(reader, last, schema);
      if (isTrue(reader)) {
        rows.append(reader, 2, changed);
      } else {
        unchanged.add(id(rows, reader));
      }
      if (changed.bytes() + unchanged.bytes() >= BATCH_BYTES) {
        consumer.accept(changed, unchanged, PgvectorRecords.cursor(last));
        changed.clear();
        unchanged.clear();
      }
    }
    if (changed.size() > 0 || unchanged.size() > 0) {
      consumer.accept(changed, unchanged, PgvectorRecords.cursor(last));
    }
  }

  private static boolean isTrue(CopyReader row) throws DrillbookException {
    if (row.length(1) != 1) {
      throw malformed("a row that does not say whether it changed");
    }
    return row.data()[row.offset(1)] != 0;
  }

  private static byte[] id(RowReader rows, CopyReader row) throws DrillbookException {
    try {
      return rows.id(row, 2);
    } catch (IOException e) {
      throw malformed(String.valueOf(e.getMessage()));
    }
  }

  private static DrillbookException malformed(String what) {
    return new DrillbookException(
        FailureKind.CORRUPT, "what the server sent could not be read: " + what + " [COPY]");
  }
}
