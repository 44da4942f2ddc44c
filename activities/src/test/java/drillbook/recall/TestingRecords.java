package drillbook.recall;

import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.VectorIndex;
import drillbook.engine.VectorIndex.Metric;
import drillbook.format.RecordHasher;
import drillbook.record.ElementType;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.VectorField;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Records with one vector, and a search over them that is slow and plainly right. */
final class TestingRecords {
  /** One record. */
  record One(byte[] id, byte[] idHash, Optional<byte[]> bits) {
    static One of(byte[] id, Optional<byte[]> bits) {
      RecordLayout layout = new RecordLayout(List.of(), List.of());
      RecordBatch batch = new RecordBatch(layout);
      batch.ids().add(id);
      batch.endRecord();
      byte[] hash = new byte[32];
      new RecordHasher(layout).hash(batch, 0, hash, new byte[32]);
      return new One(id, hash, bits);
    }
  }

  private TestingRecords() {}

  static CollectionSchema schema(ElementType type, int dimension, Metric metric) {
    return new CollectionSchema(
        new CollectionName(List.of(), "c"),
        RecordLayout.dense(new VectorField("v", type, dimension, false)),
        "integer",
        List.of(new VectorIndex("v", "hnsw", metric, Map.of())),
        List.of(CollectionSchema.NO_TENANT),
        List.of(),
        Map.of());
  }

  static One random(RandomGenerator random, long id, ElementType type, int dimension) {
    if (random.nextInt(20) == 0) {
      return One.of(RecordId.of(id), Optional.empty());
    }
    ByteBuffer bits = ByteBuffer.allocate(type.bytes(dimension)).order(ByteOrder.LITTLE_ENDIAN);
    if (type == ElementType.BIT) {
      for (int i = 0; i < dimension; i++) {
        if (random.nextBoolean()) {
          bits.put(i / 8, (byte) (bits.get(i / 8) | (0x80 >> (i % 8))));
        }
      }
      return One.of(RecordId.of(id), Optional.of(bits.array()));
    }
    // Few different values, so that many distances are equal.
    for (int i = 0; i < dimension; i++) {
      int value = random.nextInt(4) - 1;
      put(bits, type, value);
    }
    return One.of(RecordId.of(id), Optional.of(bits.array()));
  }

  private static void put(ByteBuffer bits, ElementType type, int value) {
    switch (type) {
      case F32 -> bits.putFloat(value * 0.25f);
      case F64 -> bits.putDouble(value * 0.25);
      case F16 -> bits.putShort(Float.floatToFloat16(value * 0.25f));
      case BF16 -> bits.putShort((short) (Float.floatToRawIntBits(value * 0.25f) >>> 16));
      case I8, U8 -> bits.put((byte) value);
      case BIT -> throw new AssertionError(type);
    }
  }

  static RecordBatch batch(RecordLayout layout, List<One> records) {
    RecordBatch batch = new RecordBatch(layout);
    for (One one : records) {
      batch.ids().add(one.id());
      one.bits()
          .ifPresent(bits ->
              batch.vectors().getFirst().add(bits, 0, layout.vectors().getFirst().dimension(), 1));
      batch.endRecord();
    }
    return batch;
  }

  static List<Question> answered(CollectionSchema schema, List<One> records, int count, int k) {
    RecordLayout layout = schema.layout();
    QuestionChoice choice = new QuestionChoice(0, 0, schema, count);
    RecordBatch batch = batch(layout, records);
    for (int i = 0; i < records.size(); i++) {
      choice.offer(batch, i, records.get(i).idHash());
    }
    ExactSearch search = new ExactSearch(layout, choice.questions(), k);
    for (int i = 0; i < records.size(); i++) {
      search.take(batch, i, records.get(i).idHash());
    }
    return search.answered();
  }

  /** Sorts everything by a distance that is written out without any cleverness. */
  static List<Hit> naive(CollectionSchema schema, List<One> records, byte[] query, int k) {
    ElementType type = schema.layout().vectors().getFirst().elementType();
    int dimension = schema.layout().vectors().getFirst().dimension();
    Metric metric = schema.indexes().getFirst().metric();
    List<Hit> hits = new ArrayList<>();
    for (One one : records) {
      if (one.bits().isPresent()) {
        double distance =
            distance(
                metric, decode(query, type, dimension), decode(one.bits().get(), type, dimension));
        if (Double.isFinite(distance)) {
          hits.add(new Hit(one.idHash(), one.id(), distance));
        }
      }
    }
    hits.sort(
        Comparator.comparingDouble((Hit hit) -> Math.rint(hit.distance() * 1e9))
            .thenComparing(Hit::idHash, Arrays::compareUnsigned));
    return hits.subList(0, Math.min(k, hits.size()));
  }

  private static double distance(Metric metric, double[] a, double[] b) {
    double sum = 0;
    double left = 0;
    double right = 0;
    int either = 0;
    for (int i = 0; i < a.length; i++) {
      sum +=
          switch (metric) {
            case COSINE, INNER_PRODUCT -> a[i] * b[i];
            case EUCLIDEAN -> (a[i] - b[i]) * (a[i] - b[i]);
            case MANHATTAN -> Math.abs(a[i] - b[i]);
            case HAMMING -> a[i] == b[i] ? 0 : 1;
            case JACCARD -> a[i] != 0 && b[i] != 0 ? 1 : 0;
          };
      left += a[i] * a[i];
      right += b[i] * b[i];
      either += a[i] != 0 || b[i] != 0 ? 1 : 0;
    }
    return switch (metric) {
      case COSINE -> 1 - sum / Math.sqrt(left) / Math.sqrt(right);
      case INNER_PRODUCT -> -sum;
      case EUCLIDEAN -> Math.sqrt(sum);
      case MANHATTAN, HAMMING -> sum;
      case JACCARD -> either == 0 ? 1 : 1 - sum / either;
    };
  }

  private static double[] decode(byte[] bits, ElementType type, int dimension) {
    ByteBuffer buffer = ByteBuffer.wrap(bits).order(ByteOrder.LITTLE_ENDIAN);
    double[] values = new double[dimension];
    for (int i = 0; i < dimension; i++) {
      values[i] =
          switch (type) {
            case F32 -> buffer.getFloat();
            case F64 -> buffer.getDouble();
            case F16 -> Float.float16ToFloat(buffer.getShort());
            case BF16 -> Float.intBitsToFloat(buffer.getShort() << 16);
            case I8 -> buffer.get();
            case U8 -> buffer.get() & 0xff;
            case BIT -> bits[i / 8] >> (7 - i % 8) & 1;
          };
    }
    return values;
  }
}
