package drillbook.file;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import drillbook.record.BytesColumn;
import drillbook.record.ElementType;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.SparseColumn;
import drillbook.record.VectorColumn;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes records as JSON lines, one record a line, in the form of docs/portable.md. Not
 * thread-safe.
 */
public final class RecordLinesWriter implements AutoCloseable {
  static final JsonFactory JSON =
      new JsonFactoryBuilder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(RecordLines.MAX_TEXT)
                  .maxNumberLength(RecordLines.MAX_NUMBER)
                  .maxNestingDepth(300)
                  .build())
          .build();

  private final RecordLayout layout;
  private final String tenant;
  private final JsonGenerator json;

  /**
   * Creates a writer.
   *
   * @param tenant stands on each line, unless it is empty
   * @param out is flushed, and closed with the writer
   */
  public RecordLinesWriter(RecordLayout layout, String tenant, OutputStream out)
      throws IOException {
    this.layout = layout;
    this.tenant = tenant;
    json = JSON.createGenerator(out, JsonEncoding.UTF8);
    json.setRootValueSeparator(null);
  }

  /** Writes all records of a batch. */
  public void write(RecordBatch batch) throws IOException {
    for (int record = 0; record < batch.size(); record++) {
      write(batch, record);
    }
  }

  /** Writes one record of a batch. */
  public void write(RecordBatch batch, int record) throws IOException {
    json.writeStartObject();
    json.writeFieldName("id");
    writeId(batch.ids().get(record));
    if (!tenant.isEmpty()) {
      json.writeStringField("tenant", tenant);
    }
    writeVectors(batch, record);
    writeSparse(batch, record);
    if (batch.payloads().isPresent(record)) {
      json.writeFieldName("metadata");
      JsonValues.writePlainMap(json, Payload.decode(batch.payloads().get(record)));
    }
    writeText("document", batch.documents(), record);
    writeText("uri", batch.uris(), record);
    json.writeEndObject();
    json.writeRaw('\n');
  }

  @Override
  public void close() throws IOException {
    json.close();
  }

  private void writeId(byte[] id) throws IOException {
    List<Object> parts = RecordId.parts(id);
    JsonValues.write(json, parts.size() == 1 ? parts.getFirst() : parts);
  }

  private void writeVectors(RecordBatch batch, int record) throws IOException {
    boolean others = false;
    for (VectorColumn column : batch.vectors()) {
      if (!column.isPresent(record)) {
        continue;
      }
      if (RecordLines.isMain(layout, column.field())) {
        json.writeFieldName("values");
        writeVector(column, record);
      } else {
        others = true;
      }
    }
    if (!others) {
      return;
    }
    json.writeObjectFieldStart("vectors");
    for (VectorColumn column : batch.vectors()) {
      if (column.isPresent(record) && !RecordLines.isMain(layout, column.field())) {
        json.writeFieldName(column.field().name());
        writeVector(column, record);
      }
    }
    json.writeEndObject();
  }

  private void writeVector(VectorColumn column, int record) throws IOException {
    BytesColumn bits = column.bits();
    ElementType type = column.field().elementType();
    ByteBuffer data = ByteBuffer.wrap(bits.data()).order(ByteOrder.LITTLE_ENDIAN);
    int offset = bits.offset(record);
    int dimension = column.dimension(record);
    if (!column.field().multi()) {
      JsonVectors.write(json, type, data, offset, dimension);
      return;
    }
    if (column.rows(record) == 0 && dimension != 0) {
      json.writeStartObject();
      json.writeNumberField("$dimension", dimension);
      json.writeEndObject();
      return;
    }
    json.writeStartArray();
    for (int row = 0; row < column.rows(record); row++) {
      JsonVectors.write(json, type, data, offset, dimension);
      offset += bits.length(record) / column.rows(record);
    }
    json.writeEndArray();
  }

  private void writeSparse(RecordBatch batch, int record) throws IOException {
    boolean others = false;
    for (SparseColumn column : batch.sparse()) {
      if (column.isPresent(record)) {
        if (RecordLines.isMain(layout, column.field())) {
          json.writeFieldName("sparse_values");
          writeSparse(column, record);
        } else {
          others = true;
        }
      }
    }
    if (!others) {
      return;
    }
    json.writeObjectFieldStart("sparse_vectors");
    for (SparseColumn column : batch.sparse()) {
      if (column.isPresent(record) && !RecordLines.isMain(layout, column.field())) {
        json.writeFieldName(column.field().name());
        writeSparse(column, record);
      }
    }
    json.writeEndObject();
  }

  private void writeSparse(SparseColumn column, int record) throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("indices");
    ByteBuffer positions = column.positions().view(record);
    for (int i = 0; i < column.count(record); i++) {
      json.writeNumber(Integer.toUnsignedLong(positions.getInt(4 * i)));
    }
    json.writeEndArray();
    json.writeFieldName("values");
    JsonVectors.write(
        json, column.field().elementType(), column.values().view(record), 0, column.count(record));
    json.writeEndObject();
  }

  /** Writes UTF-8 as text; bytes that are none stay bytes, so that nothing is lost. */
  private void writeText(String field, BytesColumn column, int record) throws IOException {
    if (!column.isPresent(record)) {
      return;
    }
    json.writeFieldName(field);
    ByteBuffer bytes = column.view(record);
    try {
      json.writeString(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
    } catch (CharacterCodingException e) {
      JsonValues.write(json, column.get(record));
    }
  }
}
