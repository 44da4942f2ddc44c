package drillbook.engine.pinecone;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.engine.Capture;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.EngineAddress;
import drillbook.engine.MemoryNotes;
import drillbook.engine.Requirement.Standing;
import drillbook.engine.SeenRecords;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.http.TestingWeb;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that Pinecone would not give: none is believed, and none gets the key elsewhere. */
class PineconeHostileAnswersTest extends PineconeFixture {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "pinecone.io.evil.example",
        "127.0.0.1.evil.example",
        "user@127.0.0.1:1",
        "127.0.0.1:1/path",
        "127.0.0.1:1#",
        "127.0.0.1:1?x",
        "127.0.0.1:99999999",
        "idx.svc.aped.pinecone.io",
        "10.0.0.1",
        " "
      })
  void a_host_elsewhere_gets_no_key(String host) throws Exception {
    CollectionSchema schema = dense();
    pinecone.next("GET /indexes/", 200, described(schema.name(), host));
    DrillbookException failure =
        requireFailure(FailureKind.CORRUPT, () -> engine.control().count(schema.name(), ""));
    assertThat(failure).hasMessageContaining("the key is not sent");
  }

  @Test
  void a_host_of_another_kind_is_no_host_for_the_real_service() throws Exception {
    HttpUrl real = PineconeHosts.controlPlane(URI.create("https://api.pinecone.io"));
    assertThat(PineconeHosts.dataPlane(real, "i", "i-ab12.svc.aped-4627.pinecone.io").toString())
        .isEqualTo("https://i-ab12.svc.aped-4627.pinecone.io/");
    for (String host :
        List.of(
            "127.0.0.1:80",
            "localhost",
            "evilpinecone.io",
            "pinecone.io",
            "i.svc.pinecone.io:444",
            "i.svc.pinecone.io.evil.example",
            "evil.example/i.svc.pinecone.io",
            "evil.example#.pinecone.io",
            "evil.example\\.pinecone.io",
            "")) {
      requireFailure(FailureKind.CORRUPT, () -> PineconeHosts.dataPlane(real, "i", host));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://api.pinecone.io",
        "https://api.pinecone.io.evil.example",
        "https://example.com",
        "http://10.0.0.1:5080",
        "https://user@api.pinecone.io",
        "https://api.pinecone.io:8443",
        "ftp://api.pinecone.io"
      })
  void a_control_plane_elsewhere_is_refused(String url) {
    requireFailure(
        FailureKind.CONFIGURATION,
        () ->
            new PineconeEngine(
                EngineAddress.of("pinecone", url), InstantSource.fixed(TestingPinecone.NOW)));
  }

  @Test
  void a_redirect_is_not_followed() throws Exception {
    try (TestingWeb elsewhere = new TestingWeb(request -> new TestingWeb.Reply(200, "{}"))) {
      pinecone.next("GET /indexes", 307, "", "Location", elsewhere.url() + "/indexes");
      requireFailure(FailureKind.CONFIGURATION, () -> engine.control().probe());
      assertThat(elsewhere.seen()).isEmpty();
    }
  }

  static Stream<String> descriptions() {
    return Stream.of(
        "[]",
        "null",
        "{}",
        "{\"name\":7}",
        "<html>hello</html>",
        "{\"name\":\"NAME\",\"metric\":\"cosine\",\"dimension\":8,\"host\":\"h\"}",
        "{\"name\":\"other\",\"metric\":\"cosine\",\"dimension\":8,\"host\":\"h\","
            + "\"status\":{\"ready\":true}}",
        "{\"name\":\"NAME\",\"metric\":\"far\",\"dimension\":8,\"host\":\"h\","
            + "\"status\":{\"ready\":true}}",
        "{\"name\":\"NAME\",\"metric\":\"cosine\",\"dimension\":2000000000,\"host\":\"h\","
            + "\"status\":{\"ready\":true}}",
        "{\"name\":\"NAME\",\"metric\":\"cosine\",\"dimension\":-1,\"host\":\"h\","
            + "\"status\":{\"ready\":true}}",
        "{\"name\":\"NAME\",\"metric\":\"cosine\",\"dimension\":\"8\",\"host\":\"h\","
            + "\"status\":{\"ready\":true}}",
        "{\"name\":\"NAME\",\"metric\":\"cosine\",\"dimension\":8,\"host\":7,"
            + "\"status\":{\"ready\":true,\"state\":\"Ready\"}}");
  }

  @ParameterizedTest
  @MethodSource("descriptions")
  void a_description_that_is_none_is_corrupt(String body) throws Exception {
    CollectionSchema schema = dense();
    pinecone.next("GET /indexes/", 200, body.replace("NAME", schema.name().name()));
    requireFailure(FailureKind.CORRUPT, () -> engine.control().count(schema.name(), ""));
  }

  static Stream<String> listings() {
    return Stream.of(
        "[]",
        "{\"vectors\":{}}",
        "{\"vectors\":[7]}",
        "{\"vectors\":[{}]}",
        "{\"vectors\":[{\"id\":\"b\"},{\"id\":\"a\"}]}",
        "{\"vectors\":[{\"id\":\"a\"},{\"id\":\"a\"}]}");
  }

  @ParameterizedTest
  @MethodSource("listings")
  void a_listing_that_is_none_is_corrupt(String body) throws Exception {
    CollectionSchema schema = dense();
    pinecone.index(schema.name()).next("vectors/list", 200, body);
    requireFailure(FailureKind.CORRUPT, () -> engine.control().count(schema.name(), ""));
  }

  @Test
  void a_listing_that_goes_round_in_circles_ends() throws Exception {
    CollectionSchema schema = dense();
    TestingIndex index = pinecone.index(schema.name());
    String page = "{\"vectors\":[],\"pagination\":{\"next\":\"YQ==\"}}";
    index.next("vectors/list", 200, page);
    index.next("vectors/list", 200, page);
    assertThat(requireFailure(FailureKind.CORRUPT, () -> engine.control().count(schema.name(), "")))
        .hasMessageContaining("does not go on");
  }

  static Stream<String> records() {
    String values = "\"values\":[1,2,3,4,5,6,7,8]";
    return Stream.of(
        "[]",
        "{\"vectors\":[]}",
        "{\"vectors\":{\"r0\":7}}",
        "{\"vectors\":{\"r0\":{\"id\":\"r1\"," + values + "}}}",
        "{\"vectors\":{\"r0\":{\"id\":\"r0\"}}}",
        "{\"vectors\":{\"r0\":{\"id\":\"r0\",\"values\":[1,2,3]}}}",
        "{\"vectors\":{\"r0\":{\"id\":\"r0\",\"values\":[1,2,3,4,5,6,7,\"8\"]}}}",
        "{\"vectors\":{\"r0\":{\"id\":\"r0\",\"values\":[1,2,3,4,5,6,7,1e39]}}}",
        "{\"vectors\":{\"r0\":{\"id\":\"r0\",\"values\":[1,2,3,4,5,6,7,NaN]}}}",
        "{\"vectors\":{\"r0\":{\"id\":\"r0\","
            + values
            + "},\"r0\":{\"id\":\"r0\","
            + values
            + "}}}",
        "{\"vectors\":{\"r0\":{" + values + "},\"stranger\":{" + values + "}}}",
        "{\"vectors\":{\"r0\":{" + values + ",\"metadata\":7}}}",
        "{\"vectors\":{\"r0\":{" + values + ",\"metadata\":{\"_drillbook_deflated\":\"!\"}}}}",
        "{\"vectors\":{\"r0\":{" + values + ",\"metadata\":{\"_drillbook_deflated\":\"eJw=\"}}}}",
        "{\"vectors\":{\"r0\":{"
            + values
            + ",\"metadata\":{\"_drillbook\":\"{\\\"drillbook\\\":9}\"}}}}",
        "{\"vectors\":{\"r0\":{"
            + values
            + ",\"sparseValues\":{\"indices\":[1,1],\"values\":[1,1]}}}}",
        "{\"vectors\":{\"r0\":{" + values + ",\"sparseValues\":{\"indices\":[1],\"values\":[]}}}}",
        "{\"vectors\":{\"r0\":{"
            + values
            + ",\"sparseValues\":{\"indices\":[4294967296],\"values\":[1]}}}}",
        "{\"vectors\":{\"r0\":{"
            + values
            + ",\"sparseValues\":{\"indices\":[-1],\"values\":[1]}}}}");
  }

  @ParameterizedTest
  @MethodSource("records")
  void records_that_are_none_are_corrupt(String body) throws Exception {
    CollectionSchema schema = dense();
    write(schema, records(0, 1));
    pinecone.index(schema.name()).next("vectors/fetch", 200, body);
    requireFailure(FailureKind.CORRUPT, () -> capture(schema.name()));
  }

  @Test
  void an_answer_that_breaks_off_is_asked_for_again_later() throws Exception {
    CollectionSchema schema = dense();
    write(schema, records(0, 1));
    pinecone
        .index(schema.name())
        .next("vectors/fetch", 200, "{\"vectors\":{\"r0\":{\"id\":\"r0\",\"values\":[1,2");
    requireFailure(FailureKind.UNAVAILABLE, () -> capture(schema.name()));
  }

  @Test
  void a_record_that_is_listed_and_not_handed_out_is_a_loss_with_its_name() throws Exception {
    CollectionSchema schema = dense();
    write(schema, records(0, 5));
    TestingIndex index = pinecone.index(schema.name());
    index.next("vectors/fetch", 200, "{\"vectors\":{}}");
    index.next("vectors/fetch", 200, "{}");
    DrillbookException failure = requireFailure(FailureKind.CORRUPT, () -> capture(schema.name()));
    assertThat(failure)
        .hasMessageStartingWith("ENGINE_READ_FAILED: ")
        .hasMessageContaining("r0")
        .hasMessageContaining(schema.name().name());
  }

  @Test
  void a_record_that_was_slow_to_be_handed_out_is_no_loss() throws Exception {
    CollectionSchema schema = dense();
    write(schema, records(0, 5));
    pinecone.index(schema.name()).next("vectors/fetch", 200, "{\"vectors\":{}}");
    SeenRecords seen = capture(schema.name());
    assertThat(seen.size()).isEqualTo(5);
  }

  @Test
  void fewer_records_taken_than_sent_are_noticed() throws Exception {
    CollectionSchema schema = dense();
    for (String body : List.of("{\"upsertedCount\":2}", "{}", "{\"upsertedCount\":\"3\"}")) {
      pinecone.index(schema.name()).next("vectors/upsert", 200, body);
      requireFailure(FailureKind.CORRUPT, () -> write(schema, records(0, 3)));
    }
  }

  @Test
  void an_index_of_another_kind_hides_no_other() throws Exception {
    CollectionSchema schema = dense();
    String body =
        "{\"indexes\":[{\"name\":\"documents\",\"status\":{\"ready\":true,\"state\":\"Ready\"}},"
            + described(schema.name(), pinecone.index(schema.name()).host())
            + "]}";
    pinecone.next("GET /indexes", 200, body);
    assertThat(engine.control().collections())
        .containsExactlyInAnyOrder(new CollectionName(List.of(), "documents"), schema.name());
    pinecone.next("GET /indexes", 200, body);
    assertThat(engine.control().requirements())
        .anyMatch(
            each -> each.standing() == Standing.MISSING && each.subject().contains("documents"))
        .anyMatch(each ->
            each.standing() == Standing.MET && each.subject().contains(schema.name().name()));
  }

  @Test
  void an_index_that_goes_while_it_is_read_is_no_empty_one() throws Exception {
    CollectionSchema schema = dense();
    write(schema, records(0, 40));
    MemoryNotes notes = new MemoryNotes();
    try (Capture capture = engine.records().begin(List.of(schema), notes)) {
      String gone = "{\"code\":5,\"message\":\"Not found\",\"details\":[]}";
      pinecone.index(schema.name()).next("vectors/fetch", 404, gone);
      pinecone.next("GET /indexes/", 200, described(schema.name(), host(schema)));
      pinecone.next(
          "GET /indexes/",
          404,
          "{\"status\":404,\"error\":{\"code\":\"NOT_FOUND\",\"message\":\"gone\"}}");
      requireFailure(
          FailureKind.NOT_FOUND,
          () ->
              engine
                  .records()
                  .read(
                      capture.token(),
                      capture.token().ranges().getFirst(),
                      "",
                      notes,
                      (batch, cursor) -> {}));
    }
  }

  @Test
  void a_namespace_that_goes_while_it_is_read_has_no_records() throws Exception {
    CollectionSchema schema = dense();
    write(schema, "going", records(0, 40));
    MemoryNotes notes = new MemoryNotes();
    SeenRecords seen = new SeenRecords();
    CollectionSchema now = engine.control().schema(schema.name());
    try (Capture capture = engine.records().begin(List.of(now), notes)) {
      pinecone.delete(schema, "going", seen(records(0, 40)).ids());
      pinecone
          .index(schema.name())
          .next("vectors/fetch", 404, "{\"code\":5,\"message\":\"Namespace not found\"}");
      engine
          .records()
          .read(
              capture.token(),
              capture.token().ranges().getFirst(),
              "",
              notes,
              (batch, cursor) -> seen.add(batch));
    }
    assertThat(seen.size()).isZero();
  }

  private String host(CollectionSchema schema) {
    return pinecone.index(schema.name()).host();
  }

  @Test
  void a_list_of_indexes_that_is_none_is_not_nothing() {
    for (String body : List.of("{}", "[]", "{\"indexes\":7}", "{\"indexes\":[{}]}")) {
      pinecone.next("GET /indexes", 200, body);
      requireFailure(FailureKind.CORRUPT, () -> engine.control().collections());
    }
  }

  private String described(CollectionName name, String host) {
    return TestingPlane.json(
        Map.of(
            "name",
            name.name(),
            "metric",
            "cosine",
            "dimension",
            DIMENSION,
            "vector_type",
            "dense",
            "spec",
            Map.of("serverless", Map.of()),
            "status",
            Map.of("ready", true, "state", "Ready"),
            "host",
            host));
  }
}
