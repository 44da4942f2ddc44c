package drillbook.engine.weaviate;

import static java.util.Optional.empty;
import static org.assertj.core.api.Assertions.assertThat;

import drillbook.engine.Capture;
import drillbook.engine.CaptureToken;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.EngineAddress;
import drillbook.engine.MemoryNotes;
import drillbook.engine.RecordWriter;
import drillbook.engine.SeenRecords;
import drillbook.record.RecordBatch;
import drillbook.record.RecordLayout;
import drillbook.rest.RestJson;
import drillbook.secret.SecretReference;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** What the tests of the Weaviate adapter share. */
public final class TestingWeaviate {
  /** When every capture of these tests begins. */
  static final Instant NOW = Instant.parse("2026-11-01T10:00:00Z");

  private static final AtomicInteger NAMES = new AtomicInteger();
  private static final String RUN = Long.toString(ProcessHandle.current().pid(), 36);

  private TestingWeaviate() {}

  static WeaviateEngine open(String url, SecretReference credential) throws Exception {
    return new WeaviateEngine(
        new EngineAddress("weaviate", URI.create(url), credential, Map.of()),
        InstantSource.fixed(NOW));
  }

  static CollectionName newName(String hint) {
    String word = Character.toUpperCase(hint.charAt(0)) + hint.substring(1);
    return new CollectionName(List.of(), word + "_" + RUN + "_" + NAMES.incrementAndGet());
  }

  /** Returns a connection past the adapter. */
  static WeaviateHttp http(String url) throws Exception {
    return new WeaviateHttp(URI.create(url), SecretReference.NONE);
  }

  /** Returns a schema as it comes from another engine. */
  static CollectionSchema foreign(CollectionName name, RecordLayout layout, String idType) {
    return new CollectionSchema(
        name,
        layout,
        idType,
        List.of(),
        List.of(CollectionSchema.NO_TENANT),
        List.of(),
        Map.of("class", "{\"another\":\"engine's\"}"));
  }

  /** Sends a document past the adapter, given as JSON with single quotes; returns the answer. */
  static Object send(WeaviateHttp http, String method, String path, String json) throws Exception {
    return http.send(
        method + " " + path + " failed",
        method,
        http.url(path.split("/", -1)),
        RestJson.MAPPER.readValue(json.replace('\'', '"'), Object.class));
  }

  /** Writes objects past the adapter, each of which must be taken. */
  static void objects(WeaviateHttp http, String json) throws Exception {
    Object results = send(http, "POST", "batch/objects", "{'objects':[" + json + "]}");
    assertThat(RestJson.text(results)).doesNotContain("FAILED");
  }

  /** Returns a class as the server describes it, but for its name. */
  static Map<String, Object> described(WeaviateHttp http, CollectionName name) throws Exception {
    Object found = http.get("no class " + name, http.url("schema", name.name()));
    Map<String, Object> config = RestJson.fields(Map.of("class", found), "class");
    config.remove("class");
    return config;
  }

  /** Returns a tenant's objects as the server shows them, but for class and times. */
  static List<String> shown(WeaviateHttp http, CollectionName name, String tenant)
      throws Exception {
    Object page =
        http.get("no objects", new WeaviateControl(http).objects(name, tenant, empty(), 1000));
    List<String> shown = new ArrayList<>();
    for (Object object : WeaviateHttp.list("no objects", ((Map<?, ?>) page).get("objects"))) {
      Map<String, Object> fields = RestJson.fields(Map.of("object", object), "object");
      fields.keySet().removeAll(List.of("class", "creationTimeUnix", "lastUpdateTimeUnix"));
      shown.add(RestJson.text(fields));
    }
    return shown;
  }

  /** Captures a class and restores it under another name, as a restore does. */
  static CollectionSchema restore(Engine engine, CollectionName from, CollectionName into)
      throws Exception {
    CollectionSchema schema = engine.control().schema(from);
    engine.control().create(schema.named(into));
    MemoryNotes notes = new MemoryNotes();
    try (Capture capture = engine.records().begin(List.of(schema), notes)) {
      for (CaptureToken.Range range : capture.token().ranges()) {
        try (RecordWriter writer =
            engine.records().writer(engine.control().schema(into), range.tenant())) {
          engine
              .records()
              .read(capture.token(), range, "", notes, (batch, cursor) -> writer.write(batch));
        }
      }
    }
    engine.control().buildIndexes(schema.named(into));
    return engine.control().schema(into);
  }

  /** Writes records of one tenant. */
  static void write(Engine engine, CollectionName name, String tenant, RecordBatch batch)
      throws Exception {
    try (RecordWriter writer = engine.records().writer(engine.control().schema(name), tenant)) {
      writer.write(batch);
    }
  }

  /** Returns all records of a class. */
  static SeenRecords seen(Engine engine, CollectionName name) throws Exception {
    SeenRecords seen = new SeenRecords();
    MemoryNotes notes = new MemoryNotes();
    try (Capture capture = engine.records().begin(List.of(engine.control().schema(name)), notes)) {
      for (CaptureToken.Range range : capture.token().ranges()) {
        engine.records().read(capture.token(), range, "", notes, (b, cursor) -> seen.add(b));
      }
    }
    return seen;
  }

  /** Deletes records past the adapter. */
  public static void delete(String url, CollectionName name, String tenant, List<byte[]> ids)
      throws Exception {
    try (WeaviateHttp http = http(url)) {
      for (byte[] id : ids) {
        http.delete(
            "an object could not be deleted",
            http.url("objects", name.name(), UuidSpace.objectId(id).toString())
                .newBuilder()
                .query(tenant.isEmpty() ? null : "tenant=" + tenant)
                .build());
      }
    }
  }
}
