package drillbook.file;

import drillbook.failure.DrillbookException;
import drillbook.record.ElementType;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.VectorColumn;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/**
 * Writes a Parquet file: lists of floats byte-stream-split, pages in zstd, row groups of about
 * {@value #ROW_GROUP_BYTES} bytes, which is what a writer holds in memory.
 */
final class ParquetFile implements RecordFileWriter {
  private static final int ROW_GROUP_BYTES = 16 << 20;

  private final ColumnPlan plan;
  private final ParquetWriter<Row> writer;
  private final Row row = new Row();

  ParquetFile(ColumnPlan plan, ParquetRows.Columns shape, String tenant, OutputStream out)
      throws IOException {
    this.plan = plan;
    this.writer =
        new Builder(new Target(out), new ParquetRows(plan, shape, tenant))
            .withConf(new PlainParquetConfiguration())
            .withCodecFactory(new ParquetCodecs())
            .withCompressionCodec(CompressionCodecName.ZSTD)
            .withWriterVersion(WriterVersion.PARQUET_1_0)
            .withDictionaryEncoding(false)
            .withByteStreamSplitEncoding(true)
            .withRowGroupSize((long) ROW_GROUP_BYTES)
            .withPageRowCountLimit(20_000)
            .build();
  }

  /** A record on its way. */
  static final class Row {
    private RecordBatch batch = new RecordBatch(NOTHING);
    private int record;
    private byte[] id = {};
    private byte[] metadata = {};

    private static final RecordLayout NOTHING = new RecordLayout(List.of(), List.of());

    RecordBatch batch() {
      return batch;
    }

    int record() {
      return record;
    }

    byte[] id() {
      return id;
    }

    byte[] metadata() {
      return metadata;
    }
  }

  @Override
  public void write(RecordBatch batch, int record) throws IOException, DrillbookException {
    requireHeld(batch, record);
    write(
        batch,
        record,
        ColumnValues.id(batch.ids().get(record), plan.idType()),
        batch.payloads().isPresent(record)
            ? ColumnValues.metadata(batch.payloads().get(record))
            : new byte[0]);
  }

  /**
   * Writes a record's vectors beside an id and metadata that its owner made of it.
   *
   * @param metadata JSON, UTF-8; empty where there is none
   */
  void write(RecordBatch batch, int record, String id, byte[] metadata) throws IOException {
    row.batch = batch;
    row.record = record;
    row.id = id.getBytes(StandardCharsets.UTF_8);
    row.metadata = metadata;
    writer.write(row);
  }

  /** Parquet's writers know one NaN only; another one would come back with other bits. */
  private static void requireHeld(RecordBatch batch, int record) throws DrillbookException {
    ColumnValues.requireText(batch.documents(), batch, record, ColumnPlan.DOCUMENT);
    ColumnValues.requireText(batch.uris(), batch, record, ColumnPlan.URI);
    for (VectorColumn column : batch.vectors()) {
      if (!column.isPresent(record)) {
        continue;
      }
      if (column.field().multi()) {
        ColumnPlan.requireDimension(
            column.field(),
            column.dimension(record),
            column.rows(record),
            RecordId.print(batch.ids().get(record)));
      }
      requireNumbers(column.field().elementType(), column.bits().view(record), batch, record);
    }
    for (int i = 0; i < batch.sparse().size(); i++) {
      if (batch.sparse().get(i).isPresent(record)) {
        requireNumbers(
            batch.sparse().get(i).field().elementType(),
            batch.sparse().get(i).values().view(record),
            batch,
            record);
      }
    }
  }

  private static void requireNumbers(
      ElementType type, ByteBuffer bits, RecordBatch batch, int record) throws DrillbookException {
    boolean held = true;
    switch (type) {
      case F32 -> {
        for (int i = 0; i < bits.remaining(); i += 4) {
          int raw = bits.getInt(i);
          held &= (raw & 0x7fffffff) <= 0x7f800000 || raw == 0x7fc00000;
        }
      }
      case F16 -> {
        for (int i = 0; i < bits.remaining(); i += 2) {
          short raw = bits.getShort(i);
          held &= (raw & 0x7fff) <= 0x7c00 || raw == 0x7e00;
        }
      }
      case BF16 -> {
        for (int i = 0; i < bits.remaining(); i += 2) {
          short raw = bits.getShort(i);
          held &= (raw & 0x7fff) <= 0x7f80 || raw == 0x7fc0;
        }
      }
      case F64 -> {
        for (int i = 0; i < bits.remaining(); i += 8) {
          long raw = bits.getLong(i);
          held &= (raw & Long.MAX_VALUE) <= 0x7ff0000000000000L || raw == 0x7ff8000000000000L;
        }
      }
      case I8, U8, BIT -> {}
    }
    if (!held) {
      throw ColumnPlan.unheld(
          RecordId.print(batch.ids().get(record)),
          "it has a NaN whose bits are not the usual ones");
    }
  }

  @Override
  public void finish() throws IOException {
    writer.close();
  }

  /** What was not finished holds memory only: closing it would write a footer. */
  @Override
  public void close() {}

  private static final class Builder extends ParquetWriter.Builder<Row, Builder> {
    private final ParquetRows rows;

    Builder(OutputFile file, ParquetRows rows) {
      super(file);
      this.rows = rows;
    }

    @Override
    protected Builder self() {
      return this;
    }

    @Override
    protected WriteSupport<Row> getWriteSupport(ParquetConfiguration conf) {
      return rows;
    }

    @Override
    @SuppressWarnings("deprecation") // Abstract, and never called with the other configuration.
    protected WriteSupport<Row> getWriteSupport(org.apache.hadoop.conf.Configuration conf) {
      return rows;
    }
  }

  /** A stream that is not closed with the writer, since its owner commits it. */
  private static final class Target implements OutputFile {
    private final OutputStream out;

    Target(OutputStream out) {
      this.out = out;
    }

    @Override
    public PositionOutputStream create(long blockSizeHint) {
      return new PositionOutputStream() {
        private long position;

        @Override
        public long getPos() {
          return position;
        }

        @Override
        public void write(int value) throws IOException {
          out.write(value);
          position++;
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
          out.write(source, offset, length);
          position += length;
        }
      };
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSizeHint) {
      return create(blockSizeHint);
    }

    @Override
    public boolean supportsBlockSize() {
      return false;
    }

    @Override
    public long defaultBlockSize() {
      return 0;
    }
  }
}
