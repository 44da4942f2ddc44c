package drillbook.engine.qdrant;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordLayout;
import drillbook.record.Reserved;
import drillbook.rest.MalformedAnswerException;
import drillbook.rest.RestJson;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Points of one answer as records, read as they arrive, in batches of about a mebibyte. Used once;
 * not thread-safe.
 */
final class PointsPage {
  private static final long BATCH_BYTES = 1 << 20;

  /** Records that lie together, and the point that comes first among them. */
  record Part(PointId first, RecordBatch batch) {}

  private final RecordLayout layout;
  private final Map<String, PointVector> vectors = new HashMap<>();
  private final Optional<PointId> until;
  private final List<Part> parts = new ArrayList<>();
  private Optional<PointId> next = Optional.empty();
  private Optional<PointId> last = Optional.empty();
  private int points;

  /**
   * Creates a page that holds nothing yet.
   *
   * @param until the first point that is another range's; empty where there is none
   */
  PointsPage(RecordLayout layout, Optional<PointId> until) {
    this.layout = layout;
    this.until = until;
    layout.vectors().forEach(field -> vectors.put(field.name(), new PointVector()));
    layout.sparse().forEach(field -> vectors.put(field.name(), new PointVector()));
  }

  /** Returns the records, in batches that are never empty. */
  List<Part> parts() {
    return parts;
  }

  /** Returns where the next page starts; empty where the range has ended. */
  Optional<PointId> next() {
    return next;
  }

  /** Returns how many points the answer had. */
  int points() {
    return points;
  }

  /**
   * Reads the answer to a scroll, or to a request for points by id.
   *
   * @throws IOException when it is no such answer, or breaks off
   */
  PointsPage read(InputStream body) throws IOException {
    boolean found = false;
    try (JsonParser json = RestJson.FACTORY.createParser(body)) {
      require(json.nextToken() == JsonToken.START_OBJECT, "it is no object");
      while (field(json)) {
        String field = json.currentName();
        json.nextToken();
        if (!field.equals("result")) {
          json.skipChildren();
        } else if (json.currentToken() == JsonToken.START_ARRAY) {
          readPoints(json, false);
          found = true;
        } else {
          found = readResult(json);
        }
      }
    }
    require(found, "it has no points");
    if (until.isPresent() && next.isPresent() && next.get().compareTo(until.get()) >= 0) {
      next = Optional.empty();
    }
    return this;
  }

  /**
   * Fails where the next page does not lie behind this one.
   *
   * @param from where this page started
   */
  void requireProgress(String what, Optional<PointId> from) throws DrillbookException {
    if (next.isPresent()
        && (points == 0 || (from.isPresent() && next.get().compareTo(from.get()) <= 0))) {
      throw new DrillbookException(
          FailureKind.CORRUPT,
          what + ": the server goes back to " + next.get() + " and never comes to an end");
    }
  }

  private boolean readResult(JsonParser json) throws IOException {
    boolean found = false;
    require(json.currentToken() == JsonToken.START_OBJECT, "its result is no object");
    while (field(json)) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "points" -> {
          require(json.currentToken() == JsonToken.START_ARRAY, "its points are no list");
          readPoints(json, true);
          found = true;
        }
        case "next_page_offset" ->
            next =
                json.currentToken() == JsonToken.VALUE_NULL
                    ? Optional.empty()
                    : Optional.of(readId(json));
        default -> json.skipChildren();
      }
    }
    return found;
  }

  private void readPoints(JsonParser json, boolean ordered) throws IOException {
    while (json.nextToken() != JsonToken.END_ARRAY) {
      require(json.currentToken() == JsonToken.START_OBJECT, "a point is no object");
      readPoint(json, ordered);
    }
  }

  private void readPoint(JsonParser json, boolean ordered) throws IOException {
    vectors.values().forEach(PointVector::clear);
    Map<String, @Nullable Object> payload = Map.of();
    Optional<PointId> id = Optional.empty();
    while (field(json)) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "id" -> id = Optional.of(readId(json));
        case "payload" -> {
          if (json.currentToken() == JsonToken.START_OBJECT) {
            payload = RestJson.read(json);
          }
        }
        case "vector" -> readVectors(json);
        default -> json.skipChildren();
      }
    }
    PointId point = id.orElseThrow(() -> new MalformedAnswerException("a point has no id"));
    points++;
    if (ordered) {
      // Whoever reads on from the last id would else read for ever, or past records.
      require(
          last.isEmpty() || last.get().compareTo(point) < 0,
          "point " + point + " comes after " + last.map(PointId::toString).orElse(""));
      last = id;
    }
    if (until.isEmpty() || point.compareTo(until.get()) < 0) {
      append(point, payload);
    }
  }

  private static PointId readId(JsonParser json) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_STRING) {
      try {
        return PointId.of(UUID.fromString(json.getText()));
      } catch (IllegalArgumentException e) {
        throw new MalformedAnswerException("an id is neither number nor UUID: " + e.getMessage());
      }
    }
    require(json.currentToken() == JsonToken.VALUE_NUMBER_INT, "an id is no number");
    BigInteger number = json.getBigIntegerValue();
    require(number.signum() >= 0 && number.bitLength() <= 64, "an id has not 64 bits: " + number);
    return PointId.of(number.longValue());
  }

  private void readVectors(JsonParser json) throws IOException {
    if (json.currentToken() == JsonToken.START_ARRAY) {
      vector("").readDense(json);
    } else if (json.currentToken() == JsonToken.START_OBJECT) {
      while (field(json)) {
        String name = json.currentName();
        if (json.nextToken() == JsonToken.START_OBJECT) {
          vector(name).readSparse(json);
        } else if (json.currentToken() == JsonToken.START_ARRAY) {
          vector(name).readDense(json);
        }
      }
    }
  }

  /** A vector that was added to the collection after its schema was read is nobody's. */
  private PointVector vector(String name) {
    PointVector vector = vectors.get(name);
    return vector == null ? new PointVector() : vector;
  }

  private void append(PointId point, Map<String, @Nullable Object> stored) throws IOException {
    if (parts.isEmpty() || parts.getLast().batch().bytes() >= BATCH_BYTES) {
      parts.add(new Part(point, new RecordBatch(layout)));
    }
    RecordBatch batch = parts.getLast().batch();
    Map<String, @Nullable Object> payload = new LinkedHashMap<>(stored);
    payload.remove(PointPayload.TENANT);
    Object document = payload.remove(PointPayload.DOCUMENT);
    Object uri = payload.remove(PointPayload.URI);
    Object corrections = payload.remove(UnitVectors.KEY);
    Reserved.Content content;
    try {
      content = Reserved.unpack(payload);
    } catch (IOException e) {
      throw new MalformedAnswerException("point " + point + ": " + e.getMessage());
    }
    batch.ids().add(content.id().orElseGet(point::record));
    Map<?, ?> known = corrections instanceof Map<?, ?> map ? map : Map.of();
    for (var column : batch.vectors()) {
      vector(column.field().name()).addTo(column, known.get(column.field().name()));
    }
    for (var column : batch.sparse()) {
      vector(column.field().name()).addTo(column);
    }
    content.payload().ifPresent(entries -> batch.payloads().add(Payload.encode(entries)));
    if (document instanceof String text) {
      batch.documents().add(text.getBytes(StandardCharsets.UTF_8));
    }
    if (uri instanceof String text) {
      batch.uris().add(text.getBytes(StandardCharsets.UTF_8));
    }
    batch.endRecord();
  }

  /** Goes to the next field of an object; false at the object's end. */
  static boolean field(JsonParser json) throws IOException {
    JsonToken token = json.nextToken();
    // A parser at the end of its input says null for ever.
    if (token == null) {
      throw new JsonEOFException(json, JsonToken.NOT_AVAILABLE, "the answer breaks off");
    }
    return token != JsonToken.END_OBJECT;
  }

  static void require(boolean condition, String otherwise) throws IOException {
    if (!condition) {
      throw new MalformedAnswerException(otherwise);
    }
  }
}
