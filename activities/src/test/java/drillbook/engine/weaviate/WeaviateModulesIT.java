package drillbook.engine.weaviate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.RecordWriter;
import drillbook.engine.Requirement;
import drillbook.engine.Requirement.Standing;
import drillbook.engine.SeenRecords;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.localserver.LocalWeaviate;
import drillbook.localserver.RealServers;
import drillbook.record.RecordBatch;
import drillbook.rest.RestJson;
import drillbook.secret.SecretReference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Classes whose vectors a module makes, on a real server with such a module. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
final class WeaviateModulesIT {
  private static final String ID = "00000000-0000-0000-0000-00000000000";

  private final List<String> sentAway = new CopyOnWriteArrayList<>();
  @TempDir Path folder;
  private HttpServer provider;
  private LocalWeaviate server;
  private WeaviateHttp http;
  private Engine engine;

  @BeforeEach
  void start() throws Exception {
    provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    provider.createContext(
        "/",
        exchange -> {
          sentAway.add(
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          byte[] answer =
              "{\"embeddings\":[[9,9,9]],\"embedding\":[9,9,9]}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    provider.start();
    RealServers.installed("weaviate", LocalWeaviate.PACKAGE);
    server =
        LocalWeaviate.start(
            RealServers.cache(),
            folder.resolve("server"),
            new LocalWeaviate.Options(
                "node1",
                Map.of(
                    "AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED", "true",
                    "ENABLE_MODULES", "text2vec-ollama,ref2vec-centroid")));
    http = TestingWeaviate.http(server.url());
    engine = TestingWeaviate.open(server.url(), SecretReference.NONE);
  }

  @AfterEach
  void stop() throws Exception {
    engine.close();
    http.close();
    server.close();
    provider.stop(0);
  }

  private CollectionName create(String description) throws Exception {
    CollectionName name = TestingWeaviate.newName("made");
    String module =
        "{'text2vec-ollama':{'apiEndpoint':'http://127.0.0.1:"
            + provider.getAddress().getPort()
            + "','model':'any'}}";
    TestingWeaviate.send(
        http,
        "POST",
        "schema",
        "{'class':'"
            + name
            + "','properties':[{'name':'t','dataType':['text']}],"
            + description.replace("MODULE", module)
            + "}");
    return name;
  }

  private static String object(CollectionName name, int id, String vector) {
    return "{'class':'"
        + name
        + "','id':'"
        + ID
        + id
        + "','properties':{'t':'secret'}"
        + vector
        + "}";
  }

  /** Returns what a class has, written without its first record's vector. */
  private RecordBatch lacking(CollectionName from) throws Exception {
    CollectionSchema schema = engine.control().schema(from);
    RecordBatch batch = new RecordBatch(schema.layout());
    for (int i = 0; i < 2; i++) {
      batch.ids().add(drillbook.record.RecordId.of("" + i));
      if (i == 0) {
        batch.vectors().getFirst().add(new float[] {1, 2, 3}, 0, 3);
      } else {
        batch.vectors().getFirst().addAbsent();
      }
      batch.payloads().add(drillbook.record.Payload.encode(Map.of("t", "secret")));
      batch.endRecord();
    }
    return batch;
  }

  @Test
  void the_server_makes_a_vector_that_an_object_lacks_out_of_its_texts() throws Exception {
    CollectionName name = create("'vectorizer':'text2vec-ollama','moduleConfig':MODULE");
    TestingWeaviate.objects(http, object(name, 1, ",'vector':[1,2,3]"));
    assertThat(sentAway).isEmpty();
    TestingWeaviate.objects(http, object(name, 2, ""));
    assertThat(sentAway).isNotEmpty().anyMatch(sent -> sent.contains("secret"));
    assertThat(TestingWeaviate.shown(http, name, "")).anyMatch(shown -> shown.contains("9"));
  }

  @Test
  void a_record_that_lacks_the_vector_of_a_module_is_refused_and_nothing_is_sent_away()
      throws Exception {
    for (String description :
        List.of(
            "'vectorizer':'text2vec-ollama','moduleConfig':MODULE",
            "'vectorConfig':{'a':{'vectorizer':MODULE,'vectorIndexType':'hnsw'}}")) {
      CollectionName name = create(description);
      RecordBatch batch = lacking(name);
      DrillbookException failure =
          catchThrowableOfType(
              DrillbookException.class,
              () -> {
                try (RecordWriter writer =
                    engine.records().writer(engine.control().schema(name), "")) {
                  writer.write(batch);
                }
              });
      assertThat(failure.kind()).isEqualTo(FailureKind.INCOMPATIBLE_TARGET);
      assertThat(failure).hasMessageContaining("record 1: it has no vector");
      assertThat(failure).hasMessageContaining("module text2vec-ollama would make it");
      assertThat(failure.hint()).isNotEmpty();
      assertThat(engine.control().count(name, "")).isZero();
    }
    assertThat(sentAway).isEmpty();
  }

  @Test
  void records_that_have_the_vectors_of_a_module_come_back_as_they_were() throws Exception {
    CollectionName name =
        create("'vectorConfig':{'a':{'vectorizer':MODULE,'vectorIndexType':'hnsw'}}");
    TestingWeaviate.objects(http, object(name, 1, ",'vectors':{'a':[1,2,3]}"));
    SeenRecords before = TestingWeaviate.seen(engine, name);
    CollectionName copy = TestingWeaviate.newName("copy");
    TestingWeaviate.restore(engine, name, copy);
    TestingWeaviate.seen(engine, copy).requireSame(before);
    assertThat(sentAway).isEmpty();
  }

  @Test
  void requirements_tell_of_objects_that_lack_the_vector_of_a_module() throws Exception {
    CollectionName lacking =
        create(
            "'vectorConfig':{'a':{'vectorizer':MODULE,'vectorIndexType':'hnsw'},"
                + "'b':{'vectorizer':{'none':{}},'vectorIndexType':'hnsw'}}");
    TestingWeaviate.objects(http, object(lacking, 1, ",'vectors':{'a':[1,2,3]}"));
    assertThat(about(Standing.UNKNOWN)).hasSize(1).allMatch(one -> one.contains("first"));
    // A vector that is added later is lacking in what was there before.
    CollectionName grown =
        create("'vectorConfig':{'b':{'vectorizer':{'none':{}},'vectorIndexType':'hnsw'}}");
    TestingWeaviate.objects(http, object(grown, 2, ",'vectors':{'b':[1,2,3]}"));
    Map<String, Object> description = TestingWeaviate.described(http, grown);
    Map<String, Object> vectors = RestJson.fields(description, "vectorConfig");
    vectors.put(
        "a", RestJson.fields(TestingWeaviate.described(http, lacking), "vectorConfig").get("a"));
    description.put("vectorConfig", vectors);
    description.put("class", grown.name());
    http.send("a vector could not be added", "PUT", http.url("schema", grown.name()), description);
    assertThat(about(Standing.MISSING)).singleElement().asString().contains(grown + " (1 of");
    assertThat(sentAway).isEmpty();
  }

  @Test
  void a_class_whose_vectors_are_centroids_of_its_references_is_refused_vectors() throws Exception {
    CollectionName target = create("'vectorizer':'none'");
    CollectionName name = TestingWeaviate.newName("centroid");
    TestingWeaviate.send(
        http,
        "POST",
        "schema",
        "{'class':'"
            + name
            + "','vectorizer':'ref2vec-centroid','moduleConfig':{'ref2vec-centroid':"
            + "{'referenceProperties':['r']}},'properties':[{'name':'t','dataType':['text']},"
            + "{'name':'r','dataType':['"
            + target
            + "']}]}");
    TestingWeaviate.objects(http, object(name, 2, ",'vector':[4,5,6]"));
    assertThat(TestingWeaviate.shown(http, name, ""))
        .as("the server says SUCCESS and drops the vector")
        .singleElement()
        .asString()
        .doesNotContain("vector");
    RecordBatch batch = lacking(name);
    DrillbookException failure =
        catchThrowableOfType(
            DrillbookException.class,
            () -> {
              try (RecordWriter writer =
                  engine.records().writer(engine.control().schema(name), "")) {
                writer.write(batch);
              }
            });
    assertThat(failure.kind()).isEqualTo(FailureKind.INCOMPATIBLE_TARGET);
    assertThat(failure).hasMessageContaining("record 0: module ref2vec-centroid drops");
    assertThat(about(Standing.MISSING)).singleElement().asString().contains(name.name());
  }

  private List<String> about(Standing standing) throws Exception {
    return engine.control().requirements().stream()
        .filter(one -> one.subject().equals("vectors made by modules"))
        .filter(one -> one.standing() == standing)
        .map(Requirement::found)
        .toList();
  }
}
