package drillbook.engine.pinecone;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import drillbook.pinecone.PineconeMetadata;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.Reserved;
import drillbook.rest.MalformedAnswerException;
import drillbook.rest.Quote;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a fetch: records as they arrive become columns of a batch. Reused from answer to
 * answer; not thread-safe.
 */
final class PineconeAnswer {
  /** A record handed out without what its index is made of. */
  static final class IncompleteRecordException extends IOException {
    private static final long serialVersionUID = 1L;

    IncompleteRecordException(String message) {
      super(message);
    }
  }

  private final RecordLayout layout;
  private final RecordBatch batch;
  private final Set<String> ids = new LinkedHashSet<>();
  private float[] values = new float[1024];
  private int valueCount;
  private long[] sparse = new long[64];
  private int sparseCount;
  private boolean hasSparse;

  /** Creates an answer that holds nothing yet. */
  PineconeAnswer(RecordLayout layout) {
    this.layout = layout;
    this.batch = new RecordBatch(layout);
  }

  /** Returns the records; valid until the next reading. */
  RecordBatch batch() {
    return batch;
  }

  /** Returns the ids by which Pinecone knows the records, in the order of the batch. */
  Set<String> ids() {
    return ids;
  }

  /** Forgets the records. */
  void clear() {
    batch.clear();
    ids.clear();
  }

  /**
   * Reads an answer, and adds its records to those that are there.
   *
   * @throws IOException when it is no such answer, or breaks off
   */
  void read(InputStream body) throws IOException {
    try (JsonParser json = PineconeHttp.JSON.createParser(body)) {
      require(json.nextToken() == JsonToken.START_OBJECT, "it is no object");
      for (String field = field(json); !field.isEmpty(); field = field(json)) {
        if (field.equals("vectors")) {
          require(json.currentToken() == JsonToken.START_OBJECT, "'vectors' is no map");
          readVectors(json);
        } else {
          json.skipChildren();
        }
      }
    }
  }

  /** Steps to the next field's value; returns its name, or an empty text after the last. */
  private static String field(JsonParser json) throws IOException {
    JsonToken token = json.nextToken();
    // A parser at the end of its input says null for ever.
    if (token == null) {
      throw new JsonEOFException(json, JsonToken.NOT_AVAILABLE, "the answer breaks off");
    }
    if (token == JsonToken.END_OBJECT) {
      return "";
    }
    String name = json.currentName();
    require(!name.isEmpty(), "a field has no name");
    json.nextToken();
    return name;
  }

  private void readVectors(JsonParser json) throws IOException {
    for (String key = field(json); !key.isEmpty(); key = field(json)) {
      require(json.currentToken() == JsonToken.START_OBJECT, "record '" + key + "' is no object");
      require(ids.add(key), "record '" + key + "' stands twice");
      readVector(json, key);
    }
  }

  private void readVector(JsonParser json, String key) throws IOException {
    valueCount = 0;
    sparseCount = 0;
    hasSparse = false;
    String id = key;
    Map<String, @Nullable Object> metadata = Map.of();
    for (String field = field(json); !field.isEmpty(); field = field(json)) {
      switch (field) {
        case "id" -> id = json.getText();
        case "values" -> readValues(json, key);
        case "sparseValues" -> readSparse(json, key);
        case "metadata" -> {
          if (json.currentToken() == JsonToken.START_OBJECT) {
            metadata = readMetadata(json);
          } else {
            require(json.currentToken() == JsonToken.VALUE_NULL, "metadata is no map");
          }
        }
        default -> json.skipChildren();
      }
    }
    require(id.equals(key), "record '" + id + "' is handed out as '" + key + "'");
    append(key, metadata);
  }

  /** Reads the object that a parser stands on; every number is a float, as Pinecone has them. */
  private static Map<String, @Nullable Object> readMetadata(JsonParser json) throws IOException {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String key = json.currentName();
      json.nextToken();
      map.put(key, readValue(json));
    }
    return map;
  }

  private static @Nullable Object readValue(JsonParser json) throws IOException {
    return switch (json.currentToken()) {
      case VALUE_STRING -> json.getText();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      case VALUE_NUMBER_INT -> wholeNumber(json);
      case VALUE_NUMBER_FLOAT -> json.getDoubleValue();
      case START_ARRAY -> {
        List<@Nullable Object> list = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
          list.add(readValue(json));
        }
        yield list;
      }
      case START_OBJECT -> readMetadata(json);
      default -> throw new MalformedAnswerException("metadata has " + json.currentToken());
    };
  }

  /** A negative zero is printed without a fraction, and an integer would lose its sign. */
  private static double wholeNumber(JsonParser json) throws IOException {
    return Double.parseDouble(json.getText());
  }

  private void readValues(JsonParser json, String key) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    require(json.currentToken() == JsonToken.START_ARRAY, "values of '" + key + "' are no list");
    JsonToken token = json.nextToken();
    for (; token != null && token.isNumeric(); token = json.nextToken()) {
      if (valueCount == values.length) {
        values = Arrays.copyOf(values, values.length * 2);
      }
      values[valueCount++] = number(json, key);
    }
    require(token == JsonToken.END_ARRAY, "values of '" + key + "' are no numbers");
  }

  /** A negative zero is printed without a fraction, and an integer would lose its sign. */
  private static float number(JsonParser json, String key) throws IOException {
    float value = json.getFloatValue();
    if (value == 0
        && json.getTextLength() > 0
        && json.getTextCharacters()[json.getTextOffset()] == '-') {
      return -0.0f;
    }
    require(Float.isFinite(value), "values of '" + key + "' are beyond 32 bits");
    return value;
  }

  private void readSparse(JsonParser json, String key) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    require(json.currentToken() == JsonToken.START_OBJECT, "sparse values are no object");
    List<Long> indices = new ArrayList<>();
    List<Float> numbers = new ArrayList<>();
    for (String field = field(json); !field.isEmpty(); field = field(json)) {
      boolean known = field.equals("indices") || field.equals("values");
      if (!known || json.currentToken() != JsonToken.START_ARRAY) {
        json.skipChildren();
        continue;
      }
      JsonToken token = json.nextToken();
      for (; token != null && token.isNumeric(); token = json.nextToken()) {
        if (field.equals("indices")) {
          indices.add(json.getLongValue());
        } else {
          numbers.add(number(json, key));
        }
      }
      require(token == JsonToken.END_ARRAY, "sparse values of '" + key + "' are no numbers");
    }
    require(indices.size() == numbers.size(), "sparse vector of '" + key + "' is torn");
    hasSparse = !indices.isEmpty();
    sparseCount = indices.size();
    sparse = sparse.length < sparseCount ? new long[sparseCount * 2] : sparse;
    for (int i = 0; i < sparseCount; i++) {
      long index = indices.get(i);
      require(index >= 0 && index < 1L << 32, "sparse vector of '" + key + "' has index " + index);
      // The index above the bits of its value: one sort orders both.
      sparse[i] = index << 32 | Integer.toUnsignedLong(Float.floatToRawIntBits(numbers.get(i)));
    }
    for (int i = 0; i < sparseCount; i++) {
      sparse[i] ^= Long.MIN_VALUE;
    }
    Arrays.sort(sparse, 0, sparseCount);
    for (int i = 0; i < sparseCount; i++) {
      sparse[i] ^= Long.MIN_VALUE;
    }
  }

  private void append(String key, Map<String, @Nullable Object> metadata) throws IOException {
    Reserved.Content content;
    try {
      content = PineconeMetadata.unpack(metadata);
    } catch (IOException e) {
      throw new MalformedAnswerException("record '" + key + "': " + e.getMessage());
    }
    requireComplete(key);
    batch.ids().add(content.id().orElseGet(() -> RecordId.of(key)));
    if (!layout.vectors().isEmpty()) {
      batch.vectors().getFirst().add(values, 0, valueCount);
    }
    if (hasSparse) {
      ByteBuffer positions = ByteBuffer.allocate(4 * sparseCount).order(ByteOrder.LITTLE_ENDIAN);
      ByteBuffer bits = ByteBuffer.allocate(4 * sparseCount).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < sparseCount; i++) {
        positions.putInt((int) (sparse[i] >>> 32));
        bits.putInt((int) sparse[i]);
      }
      try {
        batch.sparse().getFirst().add(positions.array(), bits.array());
      } catch (IllegalArgumentException e) {
        throw new MalformedAnswerException("record '" + key + "': " + e.getMessage());
      }
    }
    content
        .payload()
        .ifPresent(payload -> batch.payloads().add(drillbook.record.Payload.encode(payload)));
    content.document().ifPresent(batch.documents()::add);
    content.uri().ifPresent(batch.uris()::add);
    batch.endRecord();
  }

  private void requireComplete(String key) throws IOException {
    if (layout.vectors().isEmpty()) {
      if (!hasSparse) {
        throw new IncompleteRecordException("record '" + key + "' comes without its sparse vector");
      }
      require(valueCount == 0, "record '" + key + "' of a sparse index has a dense vector");
      return;
    }
    if (valueCount == 0) {
      throw new IncompleteRecordException("record '" + key + "' comes without its vector");
    }
    int dimension = layout.vectors().getFirst().dimension();
    require(
        dimension == valueCount,
        "record '" + key + "' has " + valueCount + " elements in an index of " + dimension);
    if (hasSparse && layout.sparse().isEmpty()) {
      throw new IncompleteRecordException(
          "record '" + key + "' has a sparse vector, which this index was made without");
    }
  }

  private static void require(boolean condition, String otherwise) throws IOException {
    if (!condition) {
      throw new MalformedAnswerException(Quote.of(otherwise));
    }
  }
}
