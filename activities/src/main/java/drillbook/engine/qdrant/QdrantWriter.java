package drillbook.engine.qdrant;

import com.fasterxml.jackson.core.JsonGenerator;
import drillbook.engine.RecordWriter;
import drillbook.engine.VectorIndex.Metric;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.ElementType;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.Reserved;
import drillbook.record.SparseColumn;
import drillbook.record.VectorColumn;
import drillbook.record.VectorField;
import drillbook.rest.RestJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Writes records by upsert and waits until they are there, in requests below Qdrant's limits.
 *
 * <p>Each point is sent with a payload, an empty one too: without, an upsert leaves what was there.
 * Before 1.15 peers of a cluster forward an empty one as none, so that it is cleared afterwards.
 */
final class QdrantWriter implements RecordWriter {
  /** Far below service.max_request_size_mb, which is 32 by default: a failure costs less so. */
  private static final int BODY_BYTES = 8 << 20;

  private static final int ROWS = 2_000;

  /** Since when peers forward an empty payload as one. */
  private static final ServerVersion EMPTY_PAYLOADS = new ServerVersion(1, 15);

  private final QdrantHttp http;
  private final String what;
  private final QdrantControl control;
  private final Described found;
  private final HttpUrl url;
  private final String tenant;
  private final boolean shared;
  private final byte[] head;
  private final int rows;
  private final Pace pace;
  private final List<Object> bare = new ArrayList<>();
  private Optional<Boolean> clears = Optional.empty();
  private final Map<String, VectorField> fields = new HashMap<>();
  private final Set<String> sparse;
  private final Set<String> cosine = new HashSet<>();

  QdrantWriter(QdrantHttp http, QdrantControl control, String what, Described found, String tenant)
      throws DrillbookException {
    this.http = http;
    this.control = control;
    this.what = what;
    this.found = found;
    this.url = QdrantControl.waiting(control.collectionUrl(found.name(), "points"));
    this.tenant = tenant;
    this.shared = found.tenancy() == Described.Tenancy.PAYLOAD;
    this.rows =
        Math.min(found.limit("upsert_max_batchsize", ROWS), found.limit("write_rate_limit", ROWS));
    this.pace = Pace.ofWrites(found);
    this.sparse = Set.copyOf(found.sparse().keySet());
    QdrantSchema.of(found).layout().vectors().forEach(field -> fields.put(field.name(), field));
    found
        .allVectors()
        .forEach((name, vector) -> {
          if (QdrantSchema.metric(vector.get("distance")) == Metric.COSINE) {
            cosine.add(name);
          }
        });
    Object shardKey = found.narrowed(tenant).get("shard_key");
    String key = shardKey == null ? "" : "\"shard_key\":" + RestJson.text(shardKey) + ",";
    this.head = ("{" + key + "\"points\":[").getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void write(RecordBatch batch) throws DrillbookException, InterruptedException {
    requireFields(batch);
    openVectors(batch);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    Map<PointId, byte[]> points = new HashMap<>();
    for (int row = 0; row < batch.size(); row++) {
      byte[] id = batch.ids().get(row);
      PointId point = shared ? PointId.ofRecord(tenant, id) : PointId.ofRecord(id);
      Sent sent = point(batch, row, id, point);
      byte[] json = sent.json();
      byte[] other = points.get(point);
      if (other != null && !Arrays.equals(other, id)) {
        throw incompatible(
            id, "and " + RecordId.print(other) + " would both be the point " + point);
      }
      boolean full =
          points.size() == rows || (body.size() > 0 && body.size() + json.length > BODY_BYTES);
      if (full || other != null) {
        send(body, points.size());
        points.clear();
      }
      if (body.size() == 0) {
        body.writeBytes(head);
      } else {
        body.write(',');
      }
      body.writeBytes(json);
      points.put(point, id);
      if (sent.bare()) {
        bare.add(point.json());
      }
    }
    if (!points.isEmpty()) {
      send(body, points.size());
    }
  }

  private void send(ByteArrayOutputStream body, int rows)
      throws DrillbookException, InterruptedException {
    body.writeBytes("]}".getBytes(StandardCharsets.UTF_8));
    pace.await(rows);
    Object result = http.put(what, url, body.toByteArray());
    pace.done();
    body.reset();
    Object status = result instanceof Map<?, ?> map ? map.get("status") : null;
    if (!"completed".equals(status)) {
      throw new DrillbookException(
          FailureKind.UNAVAILABLE,
          what + ": the server accepted the records and has not applied them: " + status,
          "Its update queue is full; the same records are written again.");
    }
    if (!bare.isEmpty() && forwardsNoEmptyPayload()) {
      Map<String, Object> request = new TreeMap<>(shared ? Map.of() : found.narrowed(tenant));
      request.put("points", bare);
      http.send(
          what,
          "POST",
          QdrantControl.waiting(control.collectionUrl(found.name(), "points", "payload", "clear")),
          request);
    }
    bare.clear();
  }

  private boolean forwardsNoEmptyPayload() throws DrillbookException, InterruptedException {
    if (clears.isEmpty()) {
      boolean old = !ServerVersion.of(control.version()).isAtLeast(EMPTY_PAYLOADS);
      clears = Optional.of(old && control.isCluster());
    }
    return clears.get();
  }

  private void requireFields(RecordBatch batch) throws DrillbookException {
    String reason = "";
    for (VectorColumn column : batch.vectors()) {
      VectorField given = column.field();
      VectorField field = fields.get(given.name());
      if (field == null) {
        reason = "it has no vector '" + given.name() + "'";
      } else if (field.elementType() != given.elementType() || field.multi() != given.multi()) {
        reason = "vector '" + given.name() + "' is " + field + ", not " + given;
      }
    }
    for (SparseColumn column : batch.sparse()) {
      if (!sparse.contains(column.field().name())) {
        reason = "it has no sparse vector '" + column.field().name() + "'";
      } else if (column.field().elementType() != ElementType.F32) {
        reason = "sparse vectors have f32 values, not " + column.field().elementType().word();
      }
    }
    if (!reason.isEmpty()) {
      throw new DrillbookException(FailureKind.INCOMPATIBLE_TARGET, what + ": " + reason);
    }
  }

  /** Makes the vectors whose dimension the first record tells. */
  private void openVectors(RecordBatch batch) throws DrillbookException, InterruptedException {
    for (VectorColumn column : batch.vectors()) {
      String name = column.field().name();
      VectorField field = fields.get(name);
      for (int row = 0; field != null && field.dimension() == 0 && row < batch.size(); row++) {
        if (column.isPresent(row)) {
          control.openVector(what, found, name, column.dimension(row));
          field = new VectorField(name, field.elementType(), column.dimension(row), field.multi());
          fields.put(name, field);
        }
      }
    }
  }

  /** A point as it is sent, and whether it has no payload. */
  private record Sent(byte[] json, boolean bare) {}

  private Sent point(RecordBatch batch, int row, byte[] id, PointId point)
      throws DrillbookException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    boolean bare;
    try (JsonGenerator json = RestJson.FACTORY.createGenerator(out)) {
      Map<String, @Nullable Object> payload = payload(batch, row, id, point);
      Map<String, @Nullable Object> corrections = new TreeMap<>();
      json.writeStartObject();
      json.writeFieldName("id");
      json.writeObject(point.json());
      json.writeFieldName("vector");
      writeVectors(json, batch, row, corrections);
      if (!corrections.isEmpty()) {
        payload.put(UnitVectors.KEY, corrections);
      }
      bare = payload.isEmpty();
      json.writeFieldName("payload");
      PointPayload.write(json, payload);
      json.writeEndObject();
    } catch (IOException e) {
      throw new DrillbookException(
          FailureKind.CORRUPT,
          what + ": payload of " + RecordId.print(id) + ": " + e.getMessage(),
          "",
          e);
    }
    return new Sent(out.toByteArray(), bare);
  }

  private Map<String, @Nullable Object> payload(
      RecordBatch batch, int row, byte[] id, PointId point) throws IOException {
    Optional<Map<String, @Nullable Object>> payload =
        batch.payloads().isPresent(row)
            ? Optional.of(Payload.decode(batch.payloads().get(row)))
            : Optional.empty();
    boolean isPoint = !shared && Arrays.equals(point.record(), id);
    Map<String, @Nullable Object> stored =
        new LinkedHashMap<>(
            Reserved.pack(
                new Reserved.Content(
                    isPoint ? Optional.empty() : Optional.of(id),
                    payload,
                    Optional.empty(),
                    Optional.empty()),
                PointPayload::holds));
    if (batch.documents().isPresent(row)) {
      stored.put(
          PointPayload.DOCUMENT, new String(batch.documents().get(row), StandardCharsets.UTF_8));
    }
    if (batch.uris().isPresent(row)) {
      stored.put(PointPayload.URI, new String(batch.uris().get(row), StandardCharsets.UTF_8));
    }
    if (shared) {
      stored.put(PointPayload.TENANT, tenant);
    }
    return stored;
  }

  private void writeVectors(
      JsonGenerator json, RecordBatch batch, int row, Map<String, @Nullable Object> corrections)
      throws IOException, DrillbookException {
    boolean unnamed =
        batch.vectors().size() == 1
            && batch.vectors().getFirst().field().name().isEmpty()
            && batch.vectors().getFirst().isPresent(row)
            && batch.sparse().isEmpty();
    if (unnamed) {
      writeDense(json, batch.vectors().getFirst(), row, batch, corrections);
      return;
    }
    json.writeStartObject();
    for (VectorColumn column : batch.vectors()) {
      if (column.isPresent(row)) {
        json.writeFieldName(column.field().name());
        writeDense(json, column, row, batch, corrections);
      }
    }
    for (SparseColumn column : batch.sparse()) {
      if (column.isPresent(row)) {
        json.writeFieldName(column.field().name());
        writeSparse(json, column, row);
      }
    }
    json.writeEndObject();
  }

  private void writeDense(
      JsonGenerator json,
      VectorColumn column,
      int row,
      RecordBatch batch,
      Map<String, @Nullable Object> corrections)
      throws IOException, DrillbookException {
    VectorField field = column.field();
    VectorField own = fields.getOrDefault(field.name(), field);
    int dimension = column.dimension(row);
    byte[] id = batch.ids().get(row);
    if (dimension != own.dimension()) {
      throw incompatible(id, "has " + dimension + " elements in a vector of " + own.dimension());
    }
    if (column.rows(row) == 0) {
      throw incompatible(id, "has an empty list of vectors, which qdrant does not take");
    }
    boolean divided = cosine.contains(field.name()) && field.elementType() != ElementType.U8;
    byte[] meant = column.bits().get(row);
    float[] written = new float[column.rows(row) * dimension];
    for (int at = 0; at < column.rows(row); at++) {
      float[] vector = elements(field.elementType(), meant, at * dimension, dimension);
      for (float element : vector) {
        if (!Float.isFinite(element)) {
          throw incompatible(id, "has " + element + " in its vector, which JSON does not hold");
        }
      }
      float[] kept = divided ? UnitVectors.written(vector) : vector;
      System.arraycopy(kept, 0, written, at * dimension, dimension);
    }
    if (divided) {
      byte[] kept = PointVector.bits(field.elementType(), written, written.length);
      UnitVectors.correction(field.elementType(), kept, meant, dimension)
          .ifPresent(text -> corrections.put(field.name(), text));
    }
    json.writeStartArray();
    for (int i = 0; i < written.length; i++) {
      if (field.multi() && i % dimension == 0) {
        json.writeStartArray();
      }
      json.writeNumber(written[i]);
      if (field.multi() && i % dimension == dimension - 1) {
        json.writeEndArray();
      }
    }
    json.writeEndArray();
  }

  private static float[] elements(ElementType type, byte[] bits, int from, int count) {
    ByteBuffer source = ByteBuffer.wrap(bits).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    float[] elements = new float[count];
    for (int i = 0; i < count; i++) {
      int at = from + i;
      elements[i] =
          switch (type) {
            case F16 -> Float.float16ToFloat(source.getShort(at * 2));
            case U8 -> source.get(at) & 0xff;
            default -> source.getFloat(at * 4);
          };
    }
    return elements;
  }

  private static void writeSparse(JsonGenerator json, SparseColumn column, int row)
      throws IOException {
    ByteBuffer positions = column.positions().view(row);
    ByteBuffer values = column.values().view(row);
    json.writeStartObject();
    json.writeArrayFieldStart("indices");
    while (positions.hasRemaining()) {
      json.writeNumber(Integer.toUnsignedLong(positions.getInt()));
    }
    json.writeEndArray();
    json.writeArrayFieldStart("values");
    while (values.hasRemaining()) {
      json.writeNumber(values.getFloat());
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private DrillbookException incompatible(byte[] id, String reason) {
    return new DrillbookException(
        FailureKind.INCOMPATIBLE_TARGET, what + ": record " + RecordId.print(id) + " " + reason);
  }

  @Override
  public void close() {
    // Each write was sent whole; connections belong to the engine.
  }
}
