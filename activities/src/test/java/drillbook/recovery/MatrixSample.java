package drillbook.recovery;

import drillbook.capture.EngineRun;
import drillbook.engine.Alias;
import drillbook.engine.Capability;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.EngineProfile;
import drillbook.engine.IndexTerms;
import drillbook.engine.RecordWriter;
import drillbook.engine.SampleRecords;
import drillbook.engine.VectorIndex;
import drillbook.engine.VectorIndex.Metric;
import drillbook.record.ElementType;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.SparseField;
import drillbook.record.VectorField;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What an engine's row of the matrix starts from: one collection with all that the engine declares
 * to hold, an empty one, and an alias where there are any.
 */
final class MatrixSample {
  private static final int RECORDS = 24;
  private static final int DELETED = 20;
  private static final List<String> TENANTS = List.of("acme", "beta");

  private final EngineRun run;
  private final CollectionSchema rich;
  private final CollectionName empty;
  private final Map<String, RecordBatch> records;

  private MatrixSample(
      EngineRun run,
      CollectionSchema rich,
      CollectionName empty,
      Map<String, RecordBatch> records) {
    this.run = run;
    this.rich = rich;
    this.empty = empty;
    this.records = records;
  }

  /** Makes the collections in a live engine. */
  static MatrixSample in(EngineRun run) throws Exception {
    EngineProfile profile = run.engine().profile();
    List<String> tenants = profile.has(Capability.TENANTS) ? TENANTS : List.of("");
    CollectionSchema rich = run.create(schema(profile, run.adopt("rich"), tenants));
    Map<String, RecordBatch> records = new LinkedHashMap<>();
    for (String tenant : tenants) {
      RecordBatch written = records(rich, tenant);
      try (RecordWriter writer = run.engine().records().writer(rich, tenant)) {
        writer.write(written);
      }
      RecordBatch kept = new RecordBatch(rich.layout());
      for (int i = 0; i < DELETED; i++) {
        kept.append(written, i);
      }
      records.put(tenant, kept);
      run.delete(
          rich,
          tenant,
          IntStream.range(DELETED, RECORDS).mapToObj(i -> id(rich.idType(), i)).toList());
    }
    CollectionSchema empty = run.create(schema(profile, run.adopt("empty"), List.of("")));
    if (profile.has(Capability.ALIASES)) {
      run.engine().control().pointAlias(new Alias(run.name("alias"), rich.name()));
    }
    CollectionSchema described = run.engine().control().schema(rich.name());
    return new MatrixSample(run, described, empty.name(), records);
  }

  /** Returns a tenant's records as they were written, those left out that were deleted again. */
  RecordBatch records(String tenant) {
    RecordBatch batch = records.get(tenant);
    if (batch == null) {
      throw new IllegalArgumentException("no tenant: " + tenant);
    }
    return batch;
  }

  /** Drops everything in the engine: the day on which it is needed. */
  void lose() throws Exception {
    for (Alias alias : run.engine().control().aliases()) {
      if (alias.collection().equals(rich.name())) {
        run.engine().control().dropAlias(alias.name());
      }
    }
    run.engine().control().drop(rich.name());
    run.engine().control().drop(empty);
  }

  EngineRun run() {
    return run;
  }

  /** Returns the full collection as the engine describes it. */
  CollectionSchema rich() {
    return rich;
  }

  CollectionName empty() {
    return empty;
  }

  private static CollectionSchema schema(
      EngineProfile profile, CollectionName name, List<String> tenants) {
    RecordLayout layout = layout(profile);
    Metric metric = metric(profile);
    Map<String, String> parameters = new LinkedHashMap<>();
    profile
        .indexes()
        .parameters()
        .forEach((common, own) -> {
          if (!common.equals(IndexTerms.SEARCH_WIDTH)) {
            parameters.put(own, common.equals(IndexTerms.NEIGHBOURS) ? "24" : "150");
          }
        });
    if (profile.name().equals("weaviate")) {
      parameters.put("rq.enabled", "true");
    }
    List<VectorIndex> indexes = new ArrayList<>();
    for (VectorField field : layout.vectors()) {
      if (field.elementType() == ElementType.F32) {
        indexes.add(new VectorIndex(field.name(), "hnsw", metric, parameters));
      }
    }
    String idType =
        profile.idTypes().contains("text")
            ? "text"
            : profile.idTypes().contains("integer|uuid") ? "integer|uuid" : "uuid";
    return new CollectionSchema(
        name, layout, idType, indexes, tenants, List.of(), attributes(profile));
  }

  /** Quantization where it is set for a whole collection. */
  private static Map<String, String> attributes(EngineProfile profile) {
    return profile.name().equals("qdrant")
        ? Map.of("qdrant-quantization", "{\"scalar\":{\"type\":\"int8\",\"always_ram\":true}}")
        : Map.of();
  }

  private static Metric metric(EngineProfile profile) {
    return profile.vectors().sparse().besideMetric().orElse(Metric.COSINE);
  }

  private static RecordLayout layout(EngineProfile profile) {
    List<VectorField> dense = new ArrayList<>();
    if (profile.vectors().many()) {
      dense.add(new VectorField("title", ElementType.F32, 8, false));
      dense.add(new VectorField("body", ElementType.F32, 5, false));
    } else {
      dense.add(new VectorField("", ElementType.F32, 8, false));
    }
    if (profile.vectors().multi()) {
      dense.add(new VectorField("passages", ElementType.F32, 4, true));
    }
    List<SparseField> sparse = new ArrayList<>();
    if (profile.vectors().sparse().most() > 0) {
      String only = profile.vectors().sparse().onlyName();
      sparse.add(new SparseField(only.isEmpty() ? "words" : only, ElementType.F32, 0));
    }
    return new RecordLayout(dense, sparse);
  }

  private static byte[] id(String idType, int i) {
    return switch (idType) {
      case "text" ->
          RecordId.of(List.of("plain", "naïve-ключ", "日本語 😀", "7").get(i % 4) + "-" + i);
      case "integer|uuid" ->
          i % 2 == 0 ? RecordId.of(i * 1_000_003L) : RecordId.of(new UUID(77L * i, ~(long) i));
      default -> RecordId.of(new UUID(0x0123456789abcdefL * (i + 1), ~(long) i));
    };
  }

  private static RecordBatch records(CollectionSchema schema, String tenant) {
    // Both tenants have the same ids, with other contents.
    int other = tenant.equals("beta") ? 100 : 0;
    RecordBatch batch = new RecordBatch(schema.layout());
    for (int i = 0; i < RECORDS; i++) {
      batch.ids().add(id(schema.idType(), i));
      SampleRecords.addVectors(batch, 2 + i + other);
      if (i % 6 != 5) {
        batch.payloads().add(Payload.encode(payload(i)));
      }
      if (i % 3 != 0) {
        batch.documents().add(("document " + i + other).getBytes(StandardCharsets.UTF_8));
      }
      batch.endRecord();
    }
    return batch;
  }

  private static Map<String, @Nullable Object> payload(int i) {
    Map<String, @Nullable Object> payload = new LinkedHashMap<>();
    payload.put("label", "l" + i % 4);
    payload.put("number", (long) i);
    payload.put("share", i / 8.0);
    if (i == 1) {
      payload.put("whole", 1.0);
      payload.put("large", (1L << 53) + 1);
      payload.put("nul", "before\u0000after");
      payload.put("true", true);
      payload.put("null", null);
      payload.put("day", LocalDate.parse("2026-11-01"));
      payload.put("list", List.of("a", "b"));
      payload.put("mixed", Arrays.asList("a", 1L, null, 2.5));
      payload.put("map", Map.of("inner", Map.of("deep", List.of(1L))));
    }
    return payload;
  }
}
