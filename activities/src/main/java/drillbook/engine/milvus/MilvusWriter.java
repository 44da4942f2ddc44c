package drillbook.engine.milvus;

import com.google.protobuf.ByteString;
import drillbook.engine.RecordWriter;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.BytesColumn;
import drillbook.record.ElementType;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.Reserved;
import drillbook.record.SparseColumn;
import drillbook.record.VectorColumn;
import io.milvus.grpc.DeleteRequest;
import io.milvus.grpc.FieldSchema;
import io.milvus.grpc.MutationResult;
import io.milvus.grpc.UpsertRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Upserts records by primary key, in requests that a proxy takes: it refuses one of more than 64
 * MiB. Used by one thread.
 */
final class MilvusWriter implements RecordWriter {
  /** The dynamic entry that is a record's document, in collections that came from elsewhere. */
  static final String DOCUMENT = "document";

  /** The dynamic entry that is a record's uri, there. */
  static final String URI = "uri";

  /** The most bytes of JSON in a field. Source: Milvus 2.3.5, words of its refusal: 65,536. */
  static final int DYNAMIC_BYTES = 65_536;

  private static final int REQUEST_BYTES = 8 << 20;
  private static final int REQUEST_RECORDS = 5_000;
  private static final int KEYS_PER_DELETE = 500;
  private static final int LONGEST_TEXT = 16 << 10;
  private static final int LONG_ENTRY = 1 << 10;

  private final MilvusRpc rpc;
  private final MilvusShape shape;
  private final String partition;
  private final boolean lite;
  private final String what;

  /**
   * Creates a writer.
   *
   * @param partition where records go; empty where Milvus decides
   * @param lite whether the server is Milvus Lite, whose upsert leaves dynamic entries in place
   *     that the new record lacks, and which takes NaN and infinite values
   */
  MilvusWriter(MilvusRpc rpc, MilvusShape shape, String partition, boolean lite) {
    this.rpc = rpc;
    this.shape = shape;
    this.partition = partition;
    this.lite = lite;
    this.what = "records of " + shape.name() + " could not be written";
  }

  @Override
  public void write(RecordBatch batch) throws DrillbookException, InterruptedException {
    requireLayout(batch);
    MilvusRows rows = new MilvusRows(shape);
    for (int record = 0; record < batch.size(); record++) {
      add(rows, batch, record);
      if (rows.bytes() >= REQUEST_BYTES || rows.size() == REQUEST_RECORDS) {
        send(rows);
        rows = new MilvusRows(shape);
      }
    }
    if (rows.size() > 0) {
      send(rows);
    }
  }

  private void requireLayout(RecordBatch batch) throws DrillbookException {
    if (!batch.layout().equals(shape.layout())) {
      throw new DrillbookException(
          FailureKind.INCOMPATIBLE_TARGET,
          what + ": they have " + batch.layout() + ", and the collection has " + shape.layout());
    }
  }

  private void add(MilvusRows rows, RecordBatch batch, int record) throws DrillbookException {
    MilvusKeys.Key key = MilvusKeys.of(shape, batch.ids().get(record));
    if (!lite) {
      requireFinite(batch, record);
    }
    Optional<byte[]> id = key.carried() ? Optional.of(batch.ids().get(record)) : Optional.empty();
    Map<String, @Nullable Object> stored = stored(batch, record, id);
    for (FieldSchema field : shape.scalars().values()) {
      Object value = stored.remove(field.getName());
      if (!MilvusScalars.holds(field, value)) {
        throw refused(batch, record, "it has no value that field '" + field.getName() + "' holds");
      }
      rows.addScalar(field.getName(), value);
    }
    String carried = "";
    if (shape.parts() && stored.remove(Reserved.KEY) instanceof String text) {
      carried = text;
    }
    if (!shape.dynamic() && !stored.isEmpty()) {
      throw refused(batch, record, "no field holds its payload " + stored.keySet());
    }
    byte[] dynamic = shape.dynamic() ? MilvusPayload.encode(stored) : new byte[0];
    if (dynamic.length > DYNAMIC_BYTES) {
      throw refused(batch, record, "its payload is larger than the fields that hold it");
    }
    List<String> parts = MilvusParts.of(carried, sparse(batch, record), absent(batch, record));
    if (!parts.isEmpty() && !shape.parts()) {
      throw refused(batch, record, "it has vectors that a field takes only in part, or not at all");
    }
    if (parts.size() > MilvusSchema.MOST_PARTS) {
      throw refused(batch, record, "its payload is larger than the fields that hold it");
    }
    rows.addPayload(ByteString.copyFrom(dynamic), parts);
    rows.addVectors(batch, record);
    rows.end(key, batch.ids().length(record));
  }

  /** Returns the fields whose vector a record lacks although they need one. */
  private List<String> absent(RecordBatch batch, int record) {
    List<String> absent = new ArrayList<>();
    for (int i = 0; i < shape.dense().size(); i++) {
      if (!batch.vectors().get(i).isPresent(record)) {
        absent.add(shape.dense().get(i).field().getName());
      }
    }
    for (int i = 0; i < shape.sparse().size(); i++) {
      if (!batch.sparse().get(i).isPresent(record)) {
        absent.add(shape.sparse().get(i).field().getName());
      }
    }
    absent.removeIf(this::mayBeNull);
    return absent;
  }

  private boolean mayBeNull(String name) {
    return shape.answer().getSchema().getFieldsList().stream()
        .anyMatch(field -> field.getName().equals(name) && field.getNullable());
  }

  /** Returns the sparse vectors of which a field takes only a part. */
  private List<MilvusParts.Carried> sparse(RecordBatch batch, int record) {
    List<MilvusParts.Carried> carried = new ArrayList<>();
    for (int i = 0; i < shape.sparse().size(); i++) {
      SparseColumn column = batch.sparse().get(i);
      if (column.isPresent(record)) {
        byte[] pairs =
            MilvusParts.pairs(column.positions().get(record), column.values().get(record));
        if (!Arrays.equals(MilvusParts.taken(pairs), pairs)) {
          carried.add(new MilvusParts.Carried(shape.sparse().get(i).field().getName(), pairs));
        }
      }
    }
    return carried;
  }

  /** Returns what Milvus is to keep of a record beside key and vectors. */
  private Map<String, @Nullable Object> stored(RecordBatch batch, int record, Optional<byte[]> id)
      throws DrillbookException {
    Map<String, @Nullable Object> own = new LinkedHashMap<>();
    Optional<byte[]> document = text(batch.documents(), record, DOCUMENT, own);
    Optional<byte[]> uri = text(batch.uris(), record, URI, own);
    Optional<Map<String, @Nullable Object>> payload = payload(batch, record);
    Reserved.Content content = new Reserved.Content(id, payload, document, uri);
    Map<String, @Nullable Object> stored = Reserved.pack(content, this::holds);
    if (shape.dynamic() && tooLong(stored, own)) {
      // The long entries go first; only where many short ones are too much, all of them go.
      stored =
          Reserved.pack(
              content, (key, value) -> holds(key, value) && (isScalar(key) || isShort(value)));
      if (tooLong(stored, own)) {
        stored = Reserved.pack(content, (key, value) -> holds(key, value) && isScalar(key));
      }
    }
    stored.putAll(own);
    return stored;
  }

  private boolean tooLong(Map<String, @Nullable Object> stored, Map<String, @Nullable Object> own) {
    Map<String, @Nullable Object> dynamic = new LinkedHashMap<>(stored);
    dynamic.keySet().removeAll(shape.scalars().keySet());
    if (shape.parts()) {
      dynamic.remove(Reserved.KEY);
    }
    dynamic.putAll(own);
    return MilvusPayload.encode(dynamic).length > DYNAMIC_BYTES;
  }

  private static boolean isShort(@Nullable Object value) {
    return MilvusPayload.encode(value).length <= LONG_ENTRY;
  }

  private boolean isScalar(String key) {
    return shape.scalars().containsKey(key);
  }

  /**
   * A key that is a field's name would overwrite the field, and Milvus's own begin with {@code $}.
   */
  private boolean holds(String key, @Nullable Object value) {
    FieldSchema field = shape.scalars().get(key);
    if (field != null) {
      return MilvusScalars.holds(field, value);
    }
    return shape.dynamic()
        && !key.isEmpty()
        && !key.startsWith("$")
        && key.indexOf('\0') < 0
        && !isField(key)
        && !(shape.marker().texts() && (key.equals(DOCUMENT) || key.equals(URI)))
        && MilvusPayload.holds(value);
  }

  private boolean isField(String key) {
    return shape.answer().getSchema().getFieldsList().stream()
        .anyMatch(field -> field.getName().equals(key));
  }

  /** Puts a text where it is read by people, or returns it where it has to be carried. */
  private Optional<byte[]> text(
      BytesColumn column, int record, String entry, Map<String, @Nullable Object> own) {
    if (!column.isPresent(record)) {
      return Optional.empty();
    }
    byte[] utf8 = column.get(record);
    String text = new String(utf8, StandardCharsets.UTF_8);
    if (shape.marker().texts() && utf8.length <= LONGEST_TEXT && MilvusPayload.holds(text)) {
      own.put(entry, text);
      return Optional.empty();
    }
    return Optional.of(utf8);
  }

  private static Optional<Map<String, @Nullable Object>> payload(RecordBatch batch, int record) {
    if (!batch.payloads().isPresent(record)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Payload.decode(batch.payloads().get(record)));
    } catch (IOException e) {
      throw new IllegalArgumentException("record " + record + " has no payload", e);
    }
  }

  private void requireFinite(RecordBatch batch, int record) throws DrillbookException {
    for (VectorColumn column : batch.vectors()) {
      if (column.field().elementType() == ElementType.F32 && column.isPresent(record)) {
        ByteBuffer view = column.bits().view(record);
        while (view.hasRemaining()) {
          if (!Float.isFinite(view.getFloat())) {
            throw refused(batch, record, "milvus refuses vectors with NaN or infinite values");
          }
        }
      }
    }
  }

  private DrillbookException refused(RecordBatch batch, int record, String why) {
    String id = RecordId.print(batch.ids().get(record));
    return new DrillbookException(
        FailureKind.INCOMPATIBLE_TARGET,
        what + ": record '" + id.substring(0, Math.min(100, id.length())) + "': " + why);
  }

  private void send(MilvusRows rows) throws DrillbookException, InterruptedException {
    if (lite) {
      delete(rows.keys());
    }
    UpsertRequest request =
        UpsertRequest.newBuilder()
            .setCollectionName(shape.name().name())
            .setPartitionName(partition)
            .addAllFieldsData(rows.columns())
            .setNumRows(rows.size())
            .build();
    MutationResult answer =
        rpc.call(
            what,
            MilvusCatalog.database(shape.name()),
            FailureKind.INCOMPATIBLE_TARGET,
            stub -> stub.upsert(request),
            MutationResult::getStatus);
    if (answer.getErrIndexCount() > 0) {
      throw new DrillbookException(
          FailureKind.INCOMPATIBLE_TARGET,
          what + ": milvus took all but " + answer.getErrIndexCount() + " of " + rows.size());
    }
  }

  private void delete(List<MilvusKeys.Key> keys) throws DrillbookException, InterruptedException {
    for (int from = 0; from < keys.size(); from += KEYS_PER_DELETE) {
      List<MilvusKeys.Key> some = keys.subList(from, Math.min(keys.size(), from + KEYS_PER_DELETE));
      rpc.call(
          what,
          MilvusCatalog.database(shape.name()),
          FailureKind.INCOMPATIBLE_TARGET,
          stub ->
              stub.delete(
                  DeleteRequest.newBuilder()
                      .setCollectionName(shape.name().name())
                      .setPartitionName(partition)
                      .setExpr(MilvusKeys.among(shape, some))
                      .build()),
          MutationResult::getStatus);
    }
  }

  @Override
  public void close() {
    // Each write was sent whole; the connection belongs to the engine.
  }
}
