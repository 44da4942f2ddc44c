package drillbook.engine.weaviate;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import drillbook.engine.CollectionSchema;
import drillbook.engine.RecordWriter;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.Reserved;
import drillbook.record.VectorColumn;
import drillbook.record.VectorField;
import drillbook.rest.MalformedAnswerException;
import drillbook.rest.RestJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/**
 * Writes objects by {@code /batch/objects}, which replaces an object whole, then their references
 * by {@code /batch/references}, which unlike the former takes those whose target comes later.
 *
 * <p>The answer to a batch is a success whatever became of its objects, so each one's result is
 * looked at (source: Weaviate 1.39.0, observed).
 */
final class WeaviateWriter implements RecordWriter {
  /** An object as it is sent. */
  private record Row(int index, UUID uuid, Map<String, @Nullable Object> properties) {}

  private static final long BODY_BYTES = 8L << 20;
  private static final int MOST_OBJECTS = 1000;
  private static final int MOST_REFERENCES = 1000;
  private static final int EXAMPLES = 3;

  /** A CBOR byte can be six characters of JSON: an escape, or a number's digits. */
  private static final int JSON_PER_BYTE = 6;

  private static final int JSON_PER_FLOAT_BYTE = 3;

  private final WeaviateHttp http;
  private final WeaviateClass found;
  private final ClassProperties properties;
  private final Map<String, Integer> dimensions = new HashMap<>();
  private final String tenant;
  private final String what;

  WeaviateWriter(
      WeaviateHttp http,
      WeaviateControl control,
      WeaviateClass found,
      CollectionSchema schema,
      String tenant) {
    this.http = http;
    this.found = found;
    this.properties = new ClassProperties(http, control, found);
    for (VectorField field : schema.layout().vectors()) {
      dimensions.put(field.name(), field.dimension());
    }
    this.tenant = tenant;
    this.what = "records could not be written to class " + found.name();
  }

  @Override
  public void write(RecordBatch batch) throws DrillbookException, InterruptedException {
    requireVectors(batch);
    Map<UUID, Row> rows = new HashMap<>();
    List<Row> part = new ArrayList<>();
    long bytes = 0;
    for (int i = 0; i < batch.size(); i++) {
      Row row = row(batch, i);
      long size = bytes(batch, i);
      Row same = rows.get(row.uuid());
      if (same != null) {
        requireSame(batch, row, same);
      }
      boolean full = part.size() == MOST_OBJECTS || bytes + size > BODY_BYTES;
      if (same != null || (full && !part.isEmpty())) {
        send(batch, part);
        part.clear();
        rows.clear();
        bytes = 0;
      }
      part.add(row);
      rows.put(row.uuid(), row);
      bytes += size;
    }
    if (!part.isEmpty()) {
      send(batch, part);
    }
  }

  /**
   * The server stores an object whose vector its index then refuses (source: Weaviate 1.39.0,
   * observed), so that a wrong vector must not get there.
   */
  private void requireVectors(RecordBatch batch) throws DrillbookException {
    for (WeaviateClass.Vector vector : found.vectors()) {
      boolean told =
          batch.vectors().stream().anyMatch(column -> column.field().name().equals(vector.name()));
      if (!told && batch.size() > 0) {
        requireNotMade(batch, 0, Optional.of(vector));
      }
    }
    for (VectorColumn column : batch.vectors()) {
      Optional<WeaviateClass.Vector> vector =
          found.vectors().stream()
              .filter(known -> known.name().equals(column.field().name()))
              .findFirst();
      int expected = dimensions.getOrDefault(column.field().name(), 0);
      for (int i = 0; i < batch.size(); i++) {
        if (!column.isPresent(i)) {
          requireNotMade(batch, i, vector);
          continue;
        }
        if (vector.isEmpty()) {
          throw refused(batch, i, "the class has no vector '" + column.field().name() + "'");
        }
        if (vector.get().isCentroid()) {
          throw refused(
              batch,
              i,
              "module "
                  + vector.get().module()
                  + " drops what is written and computes the vector from references that are there"
                  + " already");
        }
        if (expected == 0) {
          // The first vector of a class decides on the length of all.
          expected = column.dimension(i);
          dimensions.put(column.field().name(), expected);
        }
        if (column.dimension(i) != expected) {
          throw refused(
              batch, i, "its vector has " + column.dimension(i) + " elements, not " + expected);
        }
        FloatBuffer floats = column.bits().view(i).asFloatBuffer();
        while (floats.hasRemaining()) {
          if (!Float.isFinite(floats.get())) {
            throw refused(batch, i, "weaviate holds no vector with NaN or infinity");
          }
        }
      }
    }
  }

  /**
   * A module makes the vector that an object lacks, also in a batch: the object's texts would go to
   * whoever makes vectors, and a vector would appear that no backup has. No request says not to.
   *
   * <p>Source: Weaviate 1.39.0, observed; its usecases/modules/vectorizer.go.
   */
  private void requireNotMade(RecordBatch batch, int row, Optional<WeaviateClass.Vector> vector)
      throws DrillbookException {
    String module = vector.map(WeaviateClass.Vector::module).orElse("");
    // A centroid is computed on the server, and only of references that come with the object.
    boolean sent = vector.map(each -> !each.isCentroid()).orElse(false);
    if (sent && !module.isEmpty()) {
      throw new DrillbookException(
          FailureKind.INCOMPATIBLE_TARGET,
          refused(batch, row, lacks(vector.get().name()) + ": module " + module + " would make it")
                  .getMessage()
              + " of the record's texts, and send them to whoever computes it",
          "Let the source have every vector before the backup (or delete these records), or restore"
              + " into another engine.");
    }
  }

  private static String lacks(String vector) {
    return vector.isEmpty() ? "it has no vector" : "it has no vector '" + vector + "'";
  }

  private DrillbookException refused(RecordBatch batch, int row, String reason) {
    return new DrillbookException(
        FailureKind.INCOMPATIBLE_TARGET,
        what + ": record " + RecordId.print(batch.ids().get(row)) + ": " + reason);
  }

  private Row row(RecordBatch batch, int index) throws DrillbookException, InterruptedException {
    byte[] id = batch.ids().get(index);
    try {
      Optional<Map<String, @Nullable Object>> payload = Optional.empty();
      if (batch.payloads().isPresent(index)) {
        payload = Optional.of(Payload.decode(batch.payloads().get(index)));
        for (Map.Entry<String, @Nullable Object> entry : payload.get().entrySet()) {
          properties.take(entry.getKey(), entry.getValue());
        }
      }
      boolean ownDocument = batch.documents().isPresent(index) && properties.hasDocuments();
      Reserved.Content content =
          new Reserved.Content(
              UuidSpace.own(id).isPresent() ? Optional.empty() : Optional.of(id),
              payload,
              batch.documents().isPresent(index) && !ownDocument
                  ? Optional.of(batch.documents().get(index))
                  : Optional.empty(),
              batch.uris().isPresent(index)
                  ? Optional.of(batch.uris().get(index))
                  : Optional.empty());
      Map<String, @Nullable Object> stored =
          new LinkedHashMap<>(Reserved.pack(content, properties::holds));
      if (stored.containsKey(Reserved.KEY)) {
        properties.takeReserved();
      }
      if (ownDocument) {
        properties.takeDocuments();
        stored.put(
            WeaviateClass.DOCUMENT,
            new String(batch.documents().get(index), StandardCharsets.UTF_8));
      }
      return new Row(index, UuidSpace.objectId(id), stored);
    } catch (IOException e) {
      throw new DrillbookException(
          FailureKind.CORRUPT,
          what + ": payload of " + RecordId.print(id) + ": " + e.getMessage(),
          "",
          e);
    }
  }

  private void requireSame(RecordBatch batch, Row one, Row other) throws DrillbookException {
    if (!Arrays.equals(batch.ids().get(one.index()), batch.ids().get(other.index()))) {
      throw refused(batch, one.index(), "another record has the same object id " + one.uuid());
    }
  }

  private static long bytes(RecordBatch batch, int row) {
    long text =
        (long) batch.ids().length(row)
            + batch.payloads().length(row)
            + batch.documents().length(row)
            + batch.uris().length(row);
    long vectors = 0;
    for (VectorColumn column : batch.vectors()) {
      vectors += column.bits().length(row);
    }
    return text * JSON_PER_BYTE + vectors * JSON_PER_FLOAT_BYTE + 256;
  }

  private void send(RecordBatch batch, List<Row> part)
      throws DrillbookException, InterruptedException {
    RequestBody body =
        new RequestBody() {
          @Override
          public MediaType contentType() {
            return WeaviateHttp.JSON_TYPE;
          }

          @Override
          public void writeTo(BufferedSink sink) throws IOException {
            try (JsonGenerator json = RestJson.FACTORY.createGenerator(sink.outputStream())) {
              json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
              writeBody(json, batch, part);
            }
          }
        };
    Map<String, String> failed =
        http.post(
            what, http.url("batch", "objects"), body, answer -> readFailures(answer, part.size()));
    requireNone(failed);
    List<Map<String, String>> references = references(part);
    for (int from = 0; from < references.size(); from += MOST_REFERENCES) {
      sendReferences(references.subList(from, Math.min(references.size(), from + MOST_REFERENCES)));
    }
  }

  private void requireNone(Map<String, String> failed) throws DrillbookException {
    if (failed.isEmpty()) {
      return;
    }
    Map.Entry<String, String> first = failed.entrySet().iterator().next();
    List<String> examples = failed.keySet().stream().limit(EXAMPLES).toList();
    DrillbookException meant =
        http.failure(what, first.getValue() + ", object " + String.join(", ", examples));
    // All else than a refusal for a reason of its own is a refusal of what the backup has.
    throw meant.kind() == FailureKind.CONFIGURATION
        ? new DrillbookException(
            FailureKind.INCOMPATIBLE_TARGET, String.valueOf(meant.getMessage()))
        : meant;
  }

  private void writeBody(JsonGenerator json, RecordBatch batch, List<Row> part) throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("objects");
    for (Row row : part) {
      json.writeStartObject();
      json.writeStringField("class", found.name().name());
      json.writeStringField("id", row.uuid().toString());
      if (!tenant.equals(CollectionSchema.NO_TENANT)) {
        json.writeStringField("tenant", tenant);
      }
      json.writeObjectFieldStart("properties");
      for (Map.Entry<String, @Nullable Object> entry : row.properties().entrySet()) {
        PropertyType type =
            properties
                .type(entry.getKey())
                .orElseThrow(() -> new IllegalStateException("no property " + entry.getKey()));
        if (!type.isReference()) {
          json.writeFieldName(entry.getKey());
          type.write(json, entry.getValue());
        }
      }
      json.writeEndObject();
      writeVectors(json, batch, row.index());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void writeVectors(JsonGenerator json, RecordBatch batch, int row)
      throws IOException {
    boolean open = false;
    for (VectorColumn column : batch.vectors()) {
      if (!column.isPresent(row)) {
        continue;
      }
      FloatBuffer floats = column.bits().view(row).asFloatBuffer();
      if (column.field().name().isEmpty()) {
        json.writeFieldName("vector");
        writeVector(json, floats, column.dimension(row));
        continue;
      }
      if (!open) {
        json.writeObjectFieldStart("vectors");
        open = true;
      }
      json.writeFieldName(column.field().name());
      if (column.field().multi()) {
        json.writeStartArray();
        for (int i = 0; i < column.rows(row); i++) {
          writeVector(json, floats, column.dimension(row));
        }
        json.writeEndArray();
      } else {
        writeVector(json, floats, column.dimension(row));
      }
    }
    if (open) {
      json.writeEndObject();
    }
  }

  private static void writeVector(JsonGenerator json, FloatBuffer floats, int dimension)
      throws IOException {
    json.writeStartArray();
    for (int i = 0; i < dimension; i++) {
      json.writeNumber(floats.get());
    }
    json.writeEndArray();
  }

  /** Reads the results of a batch; returns what the server says of each object that failed. */
  private static Map<String, String> readFailures(InputStream body, int expected)
      throws IOException {
    Map<String, String> failed = new LinkedHashMap<>();
    int results = 0;
    try (JsonParser json = RestJson.FACTORY.createParser(body)) {
      if (json.nextToken() != JsonToken.START_ARRAY) {
        throw new MalformedAnswerException("the results of a batch are no list");
      }
      while (json.nextToken() == JsonToken.START_OBJECT) {
        String id = "?";
        String words = "no result";
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String field = json.currentName();
          json.nextToken();
          switch (field) {
            case "id", "from" -> id = json.getText();
            case "result" -> words = words(RestJson.MAPPER.readValue(json, Object.class));
            default -> json.skipChildren();
          }
        }
        if (!words.isEmpty()) {
          failed.put(id, words);
        }
        results++;
      }
      if (json.currentToken() != JsonToken.END_ARRAY) {
        throw new JsonEOFException(json, JsonToken.NOT_AVAILABLE, "the answer breaks off");
      }
    }
    if (results != expected) {
      throw new MalformedAnswerException(results + " results of a batch of " + expected);
    }
    return failed;
  }

  /** Returns an empty text for a success. */
  private static String words(@Nullable Object result) {
    if (result instanceof Map<?, ?> map && "SUCCESS".equals(map.get("status"))) {
      return "";
    }
    Object errors = RestJson.fields(result, "errors").get("error");
    return errors instanceof List<?> list
            && !list.isEmpty()
            && list.getFirst() instanceof Map<?, ?> error
        ? String.valueOf(error.get("message"))
        : String.valueOf(result);
  }

  private List<Map<String, String>> references(List<Row> part) {
    List<Map<String, String>> references = new ArrayList<>();
    for (Row row : part) {
      row.properties()
          .forEach((key, value) -> {
            boolean links = properties.type(key).filter(PropertyType::isReference).isPresent();
            if (links && value instanceof List<?> targets) {
              for (Object target : targets) {
                references.add(reference(row, key, target));
              }
            }
          });
    }
    return references;
  }

  private Map<String, String> reference(Row row, String key, @Nullable Object target) {
    Map<String, String> reference = new HashMap<>();
    String beacon = target instanceof Map<?, ?> map ? String.valueOf(map.get("beacon")) : "";
    reference.put("from", "weaviate://localhost/" + found.name() + "/" + row.uuid() + "/" + key);
    reference.put("to", beacon);
    if (!tenant.equals(CollectionSchema.NO_TENANT)) {
      reference.put("tenant", tenant);
    }
    return reference;
  }

  private void sendReferences(List<Map<String, String>> references)
      throws DrillbookException, InterruptedException {
    requireNone(
        http.post(
            what,
            http.url("batch", "references"),
            WeaviateHttp.body(references),
            answer -> readFailures(answer, references.size())));
  }

  @Override
  public void close() {
    // Each write was sent whole; connections belong to the engine.
  }
}
