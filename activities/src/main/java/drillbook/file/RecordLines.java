package drillbook.file;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import drillbook.engine.BatchConsumer;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.BytesColumn;
import drillbook.record.ElementType;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.SparseColumn;
import drillbook.record.SparseField;
import drillbook.record.VectorColumn;
import drillbook.record.VectorField;
import drillbook.store.StreamFailure;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.ZipException;

/**
 * Reads JSON lines of docs/portable.md back into records. Streams: a batch is handed over every
 * {@value #BATCH_BYTES} bytes or {@value #BATCH_RECORDS} records. Not thread-safe.
 */
public final class RecordLines {
  /** The longest text of a line, in characters; a record's document is one. */
  static final int MAX_TEXT = 128 << 20;

  /** The most digits of a number. */
  static final int MAX_NUMBER = 20_000;

  static final int BATCH_BYTES = 1 << 20;
  static final int BATCH_RECORDS = 4096;

  private final RecordBatch batch;
  private final JsonParser json;
  private final String what;
  private final JsonVectors.Bytes positions = new JsonVectors.Bytes();
  private final JsonVectors.Bytes values = new JsonVectors.Bytes();
  private long line;

  private RecordLines(RecordLayout layout, JsonParser json, String what) {
    this.batch = new RecordBatch(layout);
    this.json = json;
    this.what = what;
  }

  /**
   * Reads all lines. Does not close the stream.
   *
   * @param layout which columns the records have, from schema.json
   * @param tenant whose records these are; another tenant on a line is refused
   * @param what names the source in messages, a key for instance
   * @param consumer receives each batch with the number of the last line as cursor
   * @return how many records there were
   * @throws DrillbookException CORRUPT with the line's number when one is no such record
   */
  public static long read(
      InputStream in, RecordLayout layout, String tenant, String what, BatchConsumer consumer)
      throws DrillbookException, InterruptedException {
    try (JsonParser json = RecordLinesWriter.JSON.createParser(in)) {
      json.disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
      return new RecordLines(layout, json, what).readAll(tenant, consumer);
    } catch (EOFException | ZipException e) {
      throw new DrillbookException(
          FailureKind.CORRUPT, "read " + what + ": " + e.getMessage(), "", e);
    } catch (IOException e) {
      throw StreamFailure.of("read " + what, e);
    }
  }

  /** Tells whether a vector is the record's {@code values}: the unnamed one, or the only one. */
  static boolean isMain(RecordLayout layout, VectorField field) {
    return field.name().isEmpty() || layout.vectors().size() == 1;
  }

  /** Tells whether a sparse vector is the record's {@code sparse_values}. */
  static boolean isMain(RecordLayout layout, SparseField field) {
    return field.name().isEmpty() || layout.sparse().size() == 1;
  }

  private long readAll(String tenant, BatchConsumer consumer)
      throws IOException, DrillbookException, InterruptedException {
    while (next()) {
      line++;
      try {
        readRecord(tenant);
      } catch (JsonProcessingException e) {
        throw corrupt(e.getOriginalMessage(), e);
      } catch (IllegalArgumentException | IllegalStateException e) {
        throw corrupt(String.valueOf(e.getMessage()), e);
      }
      if (batch.bytes() >= BATCH_BYTES || batch.size() >= BATCH_RECORDS) {
        handOver(consumer);
      }
    }
    if (batch.size() > 0) {
      handOver(consumer);
    }
    return line;
  }

  private boolean next() throws IOException, DrillbookException {
    try {
      return json.nextToken() != null;
    } catch (JsonProcessingException e) {
      line++;
      throw corrupt(e.getOriginalMessage(), e);
    }
  }

  private void handOver(BatchConsumer consumer) throws DrillbookException, InterruptedException {
    consumer.accept(batch, Long.toString(line));
    batch.clear();
  }

  private void readRecord(String tenant) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw new IllegalArgumentException("a record is an object");
    }
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "id" -> batch.ids().add(readId());
        case "tenant" -> {
          if (!tenant.equals(json.getText())) {
            throw new IllegalArgumentException(
                "tenant '" + json.getText() + "' instead of '" + tenant + "'");
          }
        }
        case "values" -> readVector(mainVector());
        case "vectors" -> readNamed(true);
        case "sparse_values" -> readSparse(mainSparse());
        case "sparse_vectors" -> readNamed(false);
        case "metadata" -> readMetadata();
        case "document" -> readText(batch.documents());
        case "uri" -> readText(batch.uris());
        default ->
            throw new IllegalArgumentException(
                "unknown field '"
                    + field
                    + "'; known: id, tenant, values, vectors, sparse_values, sparse_vectors,"
                    + " metadata, document, uri");
      }
    }
    batch.endRecord();
  }

  private byte[] readId() throws IOException {
    Object id = JsonValues.read(json);
    if (id == null) {
      throw new IllegalArgumentException(
          "an id is a text, an integer, a typed object or a list of these");
    }
    return RecordId.ofParts(id instanceof List<?> parts ? parts : List.of(id));
  }

  private void readMetadata() throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw new IllegalArgumentException("metadata is an object; leave it out where there is none");
    }
    batch.payloads().add(Payload.encode(JsonValues.readPlainMap(json)));
  }

  private void readText(BytesColumn column) throws IOException {
    Object value = JsonValues.read(json);
    switch (value) {
      case String text -> column.add(text.getBytes(StandardCharsets.UTF_8));
      case byte[] bytes -> column.add(bytes);
      case null, default -> throw new IllegalArgumentException("a document or uri is a text");
    }
  }

  private void readNamed(boolean dense) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw new IllegalArgumentException("vectors are an object by name");
    }
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      json.nextToken();
      if (dense) {
        readVector(
            batch.vectors().stream()
                .filter(column -> column.field().name().equals(name))
                .findFirst()
                .orElseThrow(
                    () -> new IllegalArgumentException("no vector is named '" + name + "'")));
      } else {
        readSparse(
            batch.sparse().stream()
                .filter(column -> column.field().name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                    new IllegalArgumentException("no sparse vector is named '" + name + "'")));
      }
    }
  }

  private VectorColumn mainVector() throws IOException {
    return batch.vectors().stream()
        .filter(column -> isMain(batch.layout(), column.field()))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("values: the schema has no unnamed or only vector"));
  }

  private SparseColumn mainSparse() throws IOException {
    return batch.sparse().stream()
        .filter(column -> isMain(batch.layout(), column.field()))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException("sparse_values: the schema has no unnamed or only one"));
  }

  private void readVector(VectorColumn column) throws IOException {
    ElementType type = column.field().elementType();
    values.clear();
    if (!column.field().multi()) {
      JsonVectors.read(json, type, values);
      column.add(values.array(), 0, values.elements(), 1);
      return;
    }
    if (json.currentToken() == JsonToken.START_OBJECT) {
      column.add(values.array(), 0, readEmptyRows(), 0);
      return;
    }
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw new IllegalArgumentException("a multi-vector is an array of vectors");
    }
    int rows = 0;
    int dimension = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      int before = values.elements();
      JsonVectors.read(json, type, values);
      int elements = values.elements() - before;
      if (rows > 0 && elements != dimension) {
        throw new IllegalArgumentException(
            "vectors of " + dimension + " and " + elements + " in one field");
      }
      dimension = elements;
      rows++;
    }
    column.add(values.array(), 0, rows == 0 ? column.field().dimension() : dimension, rows);
  }

  private int readEmptyRows() throws IOException {
    if (!"$dimension".equals(json.nextFieldName())
        || json.nextToken() != JsonToken.VALUE_NUMBER_INT) {
      throw new IllegalArgumentException("a multi-vector is an array of vectors");
    }
    int dimension = json.getIntValue();
    if (json.nextToken() != JsonToken.END_OBJECT) {
      throw new IllegalArgumentException("a multi-vector is an array of vectors");
    }
    return dimension;
  }

  private void readSparse(SparseColumn column) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw new IllegalArgumentException("a sparse vector is an object with indices and values");
    }
    positions.clear();
    values.clear();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "indices" -> readPositions();
        case "values" -> JsonVectors.read(json, column.field().elementType(), values);
        default ->
            throw new IllegalArgumentException("unknown field '" + field + "' of a sparse vector");
      }
    }
    column.add(positions.toByteArray(), values.toByteArray());
  }

  private void readPositions() throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw new IllegalArgumentException("indices are an array");
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      long position = json.getLongValue();
      if (position < 0 || position > 0xffff_ffffL) {
        throw new IllegalArgumentException("an index is 0 to 4294967295: " + position);
      }
      positions.put(position, 4);
    }
  }

  private DrillbookException corrupt(String why, Exception cause) {
    return new DrillbookException(
        FailureKind.CORRUPT, "read " + what + ", line " + line + ": " + why, "", cause);
  }
}
