package drillbook.engine.chroma;

import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.EngineAddress;
import drillbook.engine.VectorIndex;
import drillbook.engine.VectorIndex.Metric;
import drillbook.record.ElementType;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.VectorField;
import drillbook.secret.SecretReference;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/** What the tests of the Chroma adapter share. */
public final class TestingChroma {
  /** When every capture of these tests begins. */
  static final Instant NOW = Instant.parse("2026-11-01T10:00:00Z");

  private static final AtomicInteger NAMES = new AtomicInteger();
  private static final String RUN = Long.toString(ProcessHandle.current().pid(), 36);

  private TestingChroma() {}

  static ChromaEngine open(String url, SecretReference credential) throws Exception {
    return new ChromaEngine(
        new EngineAddress("chroma", URI.create(url), credential, Map.of()),
        InstantSource.fixed(NOW));
  }

  /** Opens an adapter within the quotas of Chroma Cloud. */
  static ChromaEngine openCloud(String url, SecretReference token) throws Exception {
    return new ChromaEngine(
        new EngineAddress(
            "chroma",
            URI.create(url),
            token,
            Map.of(
                "cloud", "true",
                "tenants", TestingChromaCloud.TENANT,
                "databases", TestingChromaCloud.DATABASE)),
        InstantSource.fixed(NOW));
  }

  /** Returns a reference to the token of {@link TestingChromaCloud}. */
  static SecretReference token(Path folder) throws IOException {
    Path file = folder.resolve("token");
    Files.writeString(file, TestingChromaCloud.TOKEN + "\n");
    return new SecretReference("file:" + file);
  }

  static CollectionName newName(String hint) {
    return new CollectionName(
        List.of(ChromaEngine.DEFAULT_TENANT, ChromaEngine.DEFAULT_DATABASE),
        hint + "-" + RUN + "-" + NAMES.incrementAndGet());
  }

  static CollectionSchema schema(CollectionName name, int dimension, VectorIndex index) {
    return new CollectionSchema(
        name,
        RecordLayout.dense(new VectorField("", ElementType.F32, dimension, false)),
        "text",
        List.of(index),
        List.of(CollectionSchema.NO_TENANT),
        List.of(),
        Map.of());
  }

  static VectorIndex index(Metric metric, Map<String, String> parameters) {
    return new VectorIndex("", "hnsw", metric, parameters);
  }

  /** Returns records {@code r<from>} and so on, with random vectors, payloads and documents. */
  static RecordBatch records(RecordLayout layout, int from, int count) {
    int dimension = layout.vectors().getFirst().dimension();
    RecordBatch batch = new RecordBatch(layout);
    for (int i = from; i < from + count; i++) {
      Random random = new Random(i);
      float[] vector = new float[dimension];
      for (int d = 0; d < dimension; d++) {
        vector[d] = (float) random.nextGaussian();
      }
      batch.ids().add(RecordId.of("r" + i));
      batch.vectors().getFirst().add(vector, 0, dimension);
      batch.payloads().add(Payload.encode(Map.of("number", (long) i)));
      batch.documents().add(("document " + i).getBytes(StandardCharsets.UTF_8));
      batch.endRecord();
    }
    return batch;
  }

  /** Deletes records past the adapter. */
  public static void delete(String url, CollectionName name, List<byte[]> ids) throws Exception {
    try (ChromaHttp http = new ChromaHttp(URI.create(url), SecretReference.NONE)) {
      ChromaControl control =
          new ChromaControl(http, ChromaServer.of(EngineAddress.of("chroma", url)), false);
      List<String> texts = ids.stream().map(RecordId::print).toList();
      http.send(
          "records could not be deleted",
          "POST",
          control.collectionUrl(name, control.describe(name).id(), "delete"),
          Map.of("ids", texts));
    }
  }
}
