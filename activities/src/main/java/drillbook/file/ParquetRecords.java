package drillbook.file;

import drillbook.engine.BatchConsumer;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.RecordBatch;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;

/** Reads the records of a Parquet file, one row group in memory at a time. */
final class ParquetRecords {
  private static final long MAX_ROW_GROUP = 256L << 20;

  private ParquetRecords() {}

  /** Reads all records; returns how many. */
  static long read(Path file, ColumnPlan plan, String tenant, String what, BatchConsumer consumer)
      throws DrillbookException, InterruptedException {
    RecordBatch batch = new RecordBatch(plan.layout());
    long rows = 0;
    try (ParquetFileReader reader = open(file)) {
      MessageType schema = reader.getFooter().getFileMetaData().getSchema();
      for (BlockMetaData group : reader.getRowGroups()) {
        if (group.getCompressedSize() > MAX_ROW_GROUP) {
          throw new IllegalArgumentException(
              "a row group has "
                  + group.getCompressedSize()
                  + " bytes, and "
                  + MAX_ROW_GROUP
                  + " are read at most: write smaller ones");
        }
      }
      ParquetConverters converters = new ParquetConverters(schema, plan, tenant, batch);
      MessageColumnIO columns = new ColumnIOFactory().getColumnIO(schema);
      for (PageReadStore pages = reader.readNextRowGroup();
          pages != null;
          pages = reader.readNextRowGroup()) {
        RecordReader<Boolean> records = columns.getRecordReader(pages, converters);
        for (long row = 0; row < pages.getRowCount(); row++) {
          rows++;
          records.read();
          if (batch.bytes() >= RecordLines.BATCH_BYTES
              || batch.size() >= RecordLines.BATCH_RECORDS) {
            flush(batch, consumer, rows);
          }
        }
      }
    } catch (IOException | RuntimeException e) {
      // The library throws of many kinds at what is not Parquet; none of them is a defect of ours.
      throw corrupt(what, rows, e);
    }
    flush(batch, consumer, rows);
    return rows;
  }

  private static ParquetFileReader open(Path file) throws IOException {
    ParquetReadOptions options =
        ParquetReadOptions.builder(new PlainParquetConfiguration())
            .withCodecFactory(new ParquetCodecs())
            .usePageChecksumVerification()
            .build();
    return ParquetFileReader.open(new LocalInputFile(file), options);
  }

  private static void flush(RecordBatch batch, BatchConsumer consumer, long rows)
      throws DrillbookException, InterruptedException {
    if (batch.size() > 0) {
      consumer.accept(batch, Long.toString(rows));
      batch.clear();
    }
  }

  /** Says it in the words of the innermost cause: ours, where a value was refused. */
  private static DrillbookException corrupt(String what, long row, Exception thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String words = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    return new DrillbookException(
        FailureKind.CORRUPT,
        "read " + what + (row == 0 ? "" : ", row " + row) + ": " + words,
        "",
        thrown);
  }
}
