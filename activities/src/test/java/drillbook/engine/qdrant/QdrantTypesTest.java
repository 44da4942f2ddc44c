package drillbook.engine.qdrant;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.MemoryNotes;
import drillbook.engine.NamedVectors;
import drillbook.engine.RecordWriter;
import drillbook.engine.SeenRecords;
import drillbook.engine.VectorIndex;
import drillbook.record.ElementType;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.VectorField;
import drillbook.secret.SecretReference;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids, numbers and vectors: what the server keeps as it is, and the way back where it does not. */
final class QdrantTypesTest {
  private static final CollectionName DOCS = new CollectionName(List.of(), "docs");

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 31, 32, 33, 384, 1536, 4096})
  void what_is_written_to_a_cosine_collection_is_kept_as_it_is(int dimension) {
    SplittableRandom random = new SplittableRandom(dimension);
    for (double scale : List.of(1e-20, 1e-4, 0.01, 1.0, 1.0000003, 57.0, 1e18)) {
      for (int i = 0; i < 50; i++) {
        float[] meant = random(random, dimension, scale);
        float[] written = UnitVectors.written(meant);
        assertThat(StoredVector.normalised(written.clone())).containsExactly(written);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F16"})
  void every_vector_of_a_cosine_collection_comes_back(ElementType type) {
    SplittableRandom random = new SplittableRandom(7);
    int noted = 0;
    int longest = 0;
    for (int i = 0; i < 2000; i++) {
      int dimension = 1 + random.nextInt(64);
      float[] meant = random(random, dimension, Math.pow(10, random.nextInt(-3, 4)));
      byte[] bits = PointVector.bits(type, meant, dimension);
      float[] written = UnitVectors.written(PointsFloats.of(type, bits));
      byte[] kept = PointVector.bits(type, written, dimension);
      Optional<String> correction = UnitVectors.correction(type, kept, bits, dimension);
      byte[] back = kept.clone();
      if (correction.isPresent()) {
        noted++;
        longest = Math.max(longest, correction.get().length() - dimension);
        assertThat(UnitVectors.correct(type, back, dimension, correction.get())).isTrue();
      }
      assertThat(back).containsExactly(bits);
    }
    assertThat(noted).as("vectors that needed a note").isGreaterThan(1500);
    if (type == ElementType.F32) {
      assertThat(longest).as("characters of a note beyond one an element").isLessThan(40);
    }
  }

  @Test
  void a_note_is_void_once_somebody_wrote_another_vector() {
    float[] meant = {3, 4, 0};
    float[] written = UnitVectors.written(meant);
    byte[] kept = PointVector.bits(ElementType.F32, written, 3);
    String note =
        UnitVectors.correction(
                ElementType.F32, kept, PointVector.bits(ElementType.F32, meant, 3), 3)
            .orElseThrow();
    byte[] other = PointVector.bits(ElementType.F32, new float[] {0, 1, 0}, 3);
    byte[] before = other.clone();
    assertThat(UnitVectors.correct(ElementType.F32, other, 3, note)).isFalse();
    assertThat(other).containsExactly(before);
    assertThat(UnitVectors.correct(ElementType.F32, other, 3, "a user's own")).isFalse();
    assertThat(UnitVectors.correct(ElementType.F32, other, 3, "")).isFalse();
  }

  @Test
  void a_float_is_kept_exactly_if_the_server_reads_it_so_twice() throws Exception {
    SplittableRandom random = new SplittableRandom(11);
    int carried = 0;
    for (int i = 0; i < 20_000; i++) {
      double value =
          i % 2 == 0
              ? Double.longBitsToDouble(random.nextLong())
              : random.nextInt(1 << 20) / 1000.0;
      if (Double.isFinite(value)) {
        Object once = SerdeJson.read(Double.toString(value));
        Object twice = SerdeJson.read(SerdeJson.print(once));
        boolean same = Double.valueOf(value).equals(once) && Double.valueOf(value).equals(twice);
        if (PointPayload.isKept(value)) {
          assertThat(same).as(String.valueOf(value)).isTrue();
        } else {
          carried++;
        }
        assertThat(PointPayload.printed(value)).isEqualTo(SerdeJson.print(value));
      }
    }
    assertThat(carried).as("floats that travel beside").isBetween(100, 15_000);
    assertThat(PointPayload.isKept(0.1)).isTrue();
    assertThat(PointPayload.isKept(-0.0)).isTrue();
    assertThat(PointPayload.isKept(1e300)).isTrue();
  }

  @Test
  void integers_of_64_bits_are_kept_with_sign_and_no_larger_ones() {
    BigInteger two63 = BigInteger.ONE.shiftLeft(63);
    assertThat(PointPayload.holds("k", Long.MIN_VALUE)).isTrue();
    assertThat(PointPayload.holds("k", Long.MAX_VALUE)).isTrue();
    assertThat(PointPayload.holds("k", two63)).as("peers make a float of it").isFalse();
    assertThat(PointPayload.holds("k", two63.shiftLeft(1))).isFalse();
    assertThat(PointPayload.holds("k", two63.negate().subtract(BigInteger.ONE))).isFalse();
    assertThat(PointPayload.holds("k", List.of(1L, Map.of("a", new byte[1])))).isFalse();
    assertThat(PointPayload.holds("_drillbook_document", "mine")).isFalse();
    Object deep = 1L;
    for (int i = 0; i < 101; i++) {
      deep = List.of(deep);
    }
    assertThat(PointPayload.holds("k", deep)).isFalse();
  }

  @Test
  void points_are_ordered_as_the_server_hands_them_out() {
    List<PointId> ordered =
        List.of(
            PointId.of(0),
            PointId.of(7),
            PointId.of(Long.MAX_VALUE),
            PointId.of(Long.MIN_VALUE),
            PointId.of(-1),
            PointId.of(new UUID(0, 0)),
            PointId.of(new UUID(0, Long.MIN_VALUE)),
            PointId.of(new UUID(Long.MAX_VALUE, 0)),
            PointId.of(new UUID(Long.MIN_VALUE, 0)));
    List<PointId> shuffled = new ArrayList<>(ordered);
    Collections.reverse(shuffled);
    Collections.sort(shuffled);
    assertThat(shuffled).isEqualTo(ordered);
    for (PointId id : ordered) {
      assertThat(PointId.parse(id.toString())).isEqualTo(id);
      assertThat(PointId.ofRecord(id.record())).isEqualTo(id);
    }
  }

  @Test
  void mapped_ids_are_the_same_each_time_and_each_tenants_own() {
    byte[] id = RecordId.of("page-1");
    assertThat(PointId.ofRecord(id)).isEqualTo(PointId.ofRecord(id.clone()));
    assertThat(PointId.ofRecord(id).toString()).matches(".{14}5.{4}[89ab].*");
    assertThat(PointId.ofRecord(id)).isNotEqualTo(PointId.ofRecord("", id));
    assertThat(PointId.ofRecord("a", id)).isNotEqualTo(PointId.ofRecord("b", id));
    assertThat(PointId.ofRecord(RecordId.of(-1))).isNotEqualTo(PointId.of(-1));
  }

  @Test
  void a_native_collections_own_ids_numbers_and_unnamed_vectors_come_back() throws Exception {
    RecordLayout layout = RecordLayout.dense(new VectorField("", ElementType.F32, 3, false));
    RecordBatch batch = new RecordBatch(layout);
    List<Object> ids =
        List.of(
            0L,
            7L,
            Long.MAX_VALUE,
            new BigInteger("18446744073709551615"),
            new UUID(0, 0),
            new UUID(-1, -1));
    for (int i = 0; i < ids.size(); i++) {
      batch.ids().add(RecordId.ofParts(List.of(ids.get(i))));
      batch.vectors().getFirst().add(new float[] {i, -0.0f, Float.MIN_VALUE}, 0, 3);
      Map<String, Object> payload = new LinkedHashMap<>();
      payload.put("unsigned", new BigInteger("18446744073709551615"));
      payload.put("float", 1.5777777777770001);
      payload.put("nested", Map.of("list", Arrays.asList(1L, 2.5, "x", true)));
      batch.payloads().add(Payload.encode(payload));
      batch.endRecord();
    }
    try (TestingQdrant server = TestingQdrant.cluster(3);
        Engine engine = QdrantEngineTest.open(server.url(), SecretReference.NONE)) {
      engine
          .control()
          .create(
              new CollectionSchema(
                  DOCS,
                  layout,
                  "integer|uuid",
                  List.of(new VectorIndex("", "hnsw", VectorIndex.Metric.INNER_PRODUCT, Map.of())),
                  List.of(""),
                  List.of(),
                  Map.of()));
      CollectionSchema schema = engine.control().schema(DOCS);
      assertThat(schema.layout()).isEqualTo(layout);
      assertThat(schema.idType()).isEqualTo("integer|uuid");
      try (RecordWriter writer = engine.records().writer(schema, "")) {
        writer.write(batch);
      }
      SeenRecords written = new SeenRecords();
      written.add(batch);
      SeenRecords seen = new SeenRecords();
      MemoryNotes notes = new MemoryNotes();
      try (var capture = engine.records().begin(List.of(schema), notes)) {
        for (var range : capture.token().ranges()) {
          engine.records().read(capture.token(), range, "", notes, (b, c) -> seen.add(b));
        }
      }
      seen.requireSame(written);
      assertThat(
              server.collection("docs").shards.stream()
                  .flatMap(shard -> shard.points.values().stream()))
          .as("only numbers that a server or its peers would change travel beside")
          .allSatisfy(point ->
              assertThat(new TreeMap<>(point.payload())).containsOnlyKeys("_drillbook", "nested"));
    }
  }

  @Test
  void vectors_declared_in_no_order_of_their_names_keep_them() throws Exception {
    try (TestingQdrant server = TestingQdrant.alone();
        Engine engine = QdrantEngineTest.open(server.url(), SecretReference.NONE)) {
      put(
          server.url() + "/collections/docs",
          """
          {"vectors": {"title": {"size": 2, "distance": "Dot"},
                       "body": {"size": 2, "distance": "Dot"}}}
          """);
      put(
          server.url() + "/collections/docs/points?wait=true",
          """
          {"points": [{"id": 7, "vector": {"title": [1, 2], "body": [3, 4]}, "payload": {}}]}
          """);
      NamedVectors.requireCopied(engine, DOCS, new CollectionName(List.of(), "copy"));
    }
  }

  private static void put(String url, String json) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(url))
              .header("Content-Type", "application/json")
              .PUT(HttpRequest.BodyPublishers.ofString(json))
              .build();
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
  }

  @Test
  void a_vector_without_a_dimension_is_noted_and_made_by_the_first_record() throws Exception {
    RecordLayout open = RecordLayout.dense(new VectorField("embedding", ElementType.F32, 0, false));
    try (TestingQdrant server = TestingQdrant.alone();
        Engine engine = QdrantEngineTest.open(server.url(), SecretReference.NONE)) {
      CollectionSchema asked =
          new CollectionSchema(
              DOCS,
              open,
              "text",
              List.of(
                  new VectorIndex(
                      "embedding", "hnsw", VectorIndex.Metric.INNER_PRODUCT, Map.of("m", "24"))),
              List.of(""),
              List.of(),
              Map.of());
      engine.control().create(asked);
      CollectionSchema empty = engine.control().schema(DOCS);
      assertThat(empty.layout()).isEqualTo(open);
      assertThat(empty.indexes().getFirst().parameters()).containsEntry("m", "24");
      CollectionName again = new CollectionName(List.of(), "again");
      engine.control().create(empty.named(again));
      assertThat(engine.control().schema(again)).isEqualTo(empty.named(again));
      RecordBatch batch =
          new RecordBatch(
              RecordLayout.dense(new VectorField("embedding", ElementType.F32, 5, false)));
      batch.ids().add(RecordId.of("first"));
      batch.vectors().getFirst().add(new float[] {1, 2, 3, 4, 5}, 0, 5);
      batch.endRecord();
      for (int time = 0; time < 2; time++) {
        try (RecordWriter writer = engine.records().writer(empty, "")) {
          writer.write(batch);
        }
      }
      CollectionSchema filled = engine.control().schema(DOCS);
      assertThat(filled.layout()).isEqualTo(batch.layout());
      assertThat(filled.indexes().getFirst().metric()).isEqualTo(VectorIndex.Metric.INNER_PRODUCT);
      assertThat(filled.indexes().getFirst().parameters()).containsEntry("m", "24");
      assertThat(engine.control().count(DOCS, "")).isEqualTo(1);
    }
  }

  private static float[] random(SplittableRandom random, int dimension, double scale) {
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) (random.nextDouble(-1, 1) * scale);
    }
    return vector;
  }

  /** The elements that bits stand for. */
  private static final class PointsFloats {
    static float[] of(ElementType type, byte[] bits) {
      ByteBuffer source = ByteBuffer.wrap(bits).order(ByteOrder.LITTLE_ENDIAN);
      float[] floats = new float[bits.length / type.bytes(1)];
      for (int i = 0; i < floats.length; i++) {
        floats[i] =
            type == ElementType.F16
                ? Float.float16ToFloat(source.getShort(i * 2))
                : source.getFloat(i * 4);
      }
      return floats;
    }
  }
}
