package drillbook.engine.weaviate;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import drillbook.failure.DrillbookException;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.Reserved;
import drillbook.record.VectorColumn;
import drillbook.rest.MalformedAnswerException;
import drillbook.rest.RestJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Objects of an answer, made records as they arrive: numbers of vectors go straight into columns.
 * Reused from answer to answer; not thread-safe.
 */
final class ObjectPage {
  /** Tells the type of a property; empty where the class has none of this name. */
  @FunctionalInterface
  interface Types {
    Optional<PropertyType> of(String property) throws DrillbookException, InterruptedException;
  }

  private final Types types;
  private final boolean foreign;
  private final RecordBatch batch;
  private final Map<String, VectorColumn> columns = new HashMap<>();
  private final List<UUID> uuids = new ArrayList<>();
  private float[] floats = new float[1024];
  private int objects;

  /**
   * Creates a page that holds nothing yet.
   *
   * @param foreign whether Drillbook made the class, so that it has a property for documents
   */
  ObjectPage(RecordLayout layout, Types types, boolean foreign) {
    this.types = types;
    this.foreign = foreign;
    this.batch = new RecordBatch(layout);
    batch.vectors().forEach(column -> columns.put(column.field().name(), column));
  }

  /** Returns the records; valid until the next answer is read. */
  RecordBatch batch() {
    return batch;
  }

  /** Returns the object id of each record. */
  List<UUID> uuids() {
    return uuids;
  }

  /** Returns how many objects the answer had, those past the end too. */
  int objects() {
    return objects;
  }

  /** Forgets all records. */
  void clear() {
    batch.clear();
    uuids.clear();
    objects = 0;
  }

  /**
   * Reads a list of objects, and leaves out those from an end on.
   *
   * @throws IOException when it is no such answer, or breaks off
   */
  void readList(InputStream body, Optional<UUID> end)
      throws IOException, DrillbookException, InterruptedException {
    clear();
    try (JsonParser json = RestJson.FACTORY.createParser(body)) {
      require(json.nextToken() == JsonToken.START_OBJECT, "it is no object");
      while (next(json) != JsonToken.END_OBJECT) {
        String field = json.currentName();
        if (next(json) == JsonToken.START_ARRAY && field.equals("objects")) {
          while (next(json) != JsonToken.END_ARRAY) {
            readObject(json, end);
          }
        } else {
          json.skipChildren();
        }
      }
    }
  }

  /** Reads one object and appends it. */
  void readOne(InputStream body) throws IOException, DrillbookException, InterruptedException {
    try (JsonParser json = RestJson.FACTORY.createParser(body)) {
      json.nextToken();
      readObject(json, Optional.empty());
    }
  }

  private void readObject(JsonParser json, Optional<UUID> end)
      throws IOException, DrillbookException, InterruptedException {
    require(json.currentToken() == JsonToken.START_OBJECT, "an object is none");
    objects++;
    UUID uuid = null;
    boolean past = false;
    Map<String, @Nullable Object> properties = new LinkedHashMap<>();
    while (next(json) != JsonToken.END_OBJECT) {
      String field = json.currentName();
      JsonToken value = next(json);
      if (field.equals("id")) {
        uuid = UUID.fromString(json.getText());
        past = end.isPresent() && UuidSpace.compare(uuid, end.get()) >= 0;
      } else if (past || value == JsonToken.VALUE_NULL) {
        json.skipChildren();
      } else if (field.equals("properties")) {
        readProperties(json, properties);
      } else if (field.equals("vector") || field.equals("vectors")) {
        // The server writes an object's fields in the order of their names.
        require(uuid != null, "a vector stands before its object's id");
        if (field.equals("vector")) {
          readVector(json, "");
        } else {
          while (next(json) != JsonToken.END_OBJECT) {
            String name = json.currentName();
            next(json);
            readVector(json, name);
          }
        }
      } else {
        json.skipChildren();
      }
    }
    if (uuid == null) {
      throw new MalformedAnswerException("an object has no id");
    }
    if (!past) {
      append(uuid, properties);
    }
  }

  private void append(UUID uuid, Map<String, @Nullable Object> properties) throws IOException {
    Object document = foreign ? properties.remove(WeaviateClass.DOCUMENT) : null;
    Reserved.Content content;
    try {
      content = Reserved.unpack(properties);
    } catch (IOException e) {
      throw new MalformedAnswerException("object " + uuid + ": " + e.getMessage());
    }
    batch.ids().add(content.id().orElseGet(() -> RecordId.of(uuid)));
    content.payload().ifPresent(payload -> batch.payloads().add(Payload.encode(payload)));
    if (document instanceof String text) {
      batch.documents().add(text.getBytes(StandardCharsets.UTF_8));
    } else {
      content.document().ifPresent(bytes -> batch.documents().add(bytes));
    }
    content.uri().ifPresent(bytes -> batch.uris().add(bytes));
    batch.endRecord();
    uuids.add(uuid);
  }

  private void readProperties(JsonParser json, Map<String, @Nullable Object> properties)
      throws IOException, DrillbookException, InterruptedException {
    while (next(json) != JsonToken.END_OBJECT) {
      String name = json.currentName();
      next(json);
      Optional<PropertyType> type = types.of(name);
      Object value = type.isPresent() ? type.get().read(json) : PropertyType.readPlain(json);
      if (value != null) {
        properties.put(name, value);
      }
    }
  }

  private void readVector(JsonParser json, String name) throws IOException {
    VectorColumn column = columns.get(name);
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    if (column == null) {
      throw new MalformedAnswerException(
          "an object has vector '" + name + "', which its class had not when the capture began");
    }
    require(json.currentToken() == JsonToken.START_ARRAY, "a vector is no list");
    JsonToken first = next(json);
    if (first == JsonToken.START_ARRAY) {
      require(column.field().multi(), "vector '" + name + "' is a list of vectors");
      readMany(json, column);
      return;
    }
    int dimension = readFloats(json, 0, first);
    if (dimension == 0) {
      return;
    }
    requireDimension(column, dimension);
    if (column.field().multi()) {
      column.add(bits(dimension), 0, dimension, 1);
    } else {
      column.add(floats, 0, dimension);
    }
  }

  private void readMany(JsonParser json, VectorColumn column) throws IOException {
    int rows = 0;
    int elements = 0;
    int dimension = 0;
    for (JsonToken token = JsonToken.START_ARRAY;
        token == JsonToken.START_ARRAY;
        token = next(json)) {
      int end = readFloats(json, elements, next(json));
      require(rows == 0 || end - elements == dimension, "vectors of a list differ in length");
      dimension = end - elements;
      elements = end;
      rows++;
    }
    requireDimension(column, dimension);
    column.add(bits(elements), 0, dimension, rows);
  }

  private static void requireDimension(VectorColumn column, int dimension) throws IOException {
    int expected = column.field().dimension();
    require(
        expected == 0 || dimension == expected,
        "a vector has " + dimension + " elements instead of " + expected);
  }

  private byte[] bits(int elements) {
    ByteBuffer bits = ByteBuffer.allocate(elements * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bits.asFloatBuffer().put(floats, 0, elements);
    return bits.array();
  }

  /** Reads numbers up to the end of their list; returns where in {@link #floats} they end. */
  private int readFloats(JsonParser json, int from, JsonToken first) throws IOException {
    int at = from;
    for (JsonToken token = first; token != JsonToken.END_ARRAY; token = next(json)) {
      require(token.isNumeric(), "a vector has an element that is no number");
      if (at == floats.length) {
        floats = Arrays.copyOf(floats, at * 2);
      }
      // Straight to 32 bits: by way of a double the value could be rounded twice.
      float value = json.getFloatValue();
      // The server writes whole numbers as such, and so -0 looks like an integer without sign.
      floats[at++] =
          value == 0 && json.getTextCharacters()[json.getTextOffset()] == '-' ? -0.0f : value;
    }
    return at;
  }

  private static JsonToken next(JsonParser json) throws IOException {
    JsonToken token = json.nextToken();
    if (token == null) {
      throw new JsonEOFException(json, JsonToken.NOT_AVAILABLE, "the answer breaks off");
    }
    return token;
  }

  private static void require(boolean condition, String otherwise) throws IOException {
    if (!condition) {
      throw new MalformedAnswerException(otherwise);
    }
  }
}
