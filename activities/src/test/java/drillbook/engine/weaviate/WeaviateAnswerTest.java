package drillbook.engine.weaviate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import drillbook.engine.BatchConsumer;
import drillbook.engine.CaptureToken;
import drillbook.engine.CaptureToken.Range;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.MemoryNotes;
import drillbook.engine.RecordWriter;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.http.TestingWeb;
import drillbook.http.TestingWeb.Reply;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.rest.RestJson;
import drillbook.secret.SecretReference;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How answers are read that are not as they should be, and those that are. */
class WeaviateAnswerTest {
  private static final CollectionName NAME = new CollectionName(List.of(), "Things");
  private static final String ID = "00000000-0000-0000-0000-00000000000";
  private static final String DESCRIPTION =
      """
      {"class":"Things","invertedIndexConfig":{},"vectorIndexType":"hnsw","vectorIndexConfig":{},
       "properties":[{"name":"i","dataType":["int"]},{"name":"n","dataType":["number"]},
                     {"name":"d","dataType":["date"]}]}
      """;
  private static final String PAGE =
      """
      {"deprecations":[],"objects":[
        {"class":"Things","creationTimeUnix":1,"id":"%1$s1","lastUpdateTimeUnix":2,
         "properties":{"i":9223372036854775808,"n":7,"d":"2026-11-01T10:00:00Z","new":"x"},
         "vector":[0.1,-0,1e-45],"vectorWeights":null},
        {"class":"Things","id":"%1$s2","properties":{},"vector":null}],"totalResults":2}
      """
          .formatted(ID);

  private TestingWeb web;
  private Engine engine;
  private String page = PAGE;

  @BeforeEach
  void start() throws Exception {
    web = new TestingWeb(this::answer);
    engine = TestingWeaviate.open(web.url(), SecretReference.NONE);
  }

  @AfterEach
  void stop() {
    engine.close();
    web.close();
  }

  private Reply answer(TestingWeb.Seen request) {
    String path = request.path();
    if (path.endsWith("/schema/Things")) {
      return new Reply(200, DESCRIPTION);
    }
    if (path.endsWith("/objects") && request.method().equals("GET")) {
      String rest = "{\"objects\":[]}";
      return new Reply(200, request.query().contains("after=" + ID + "2") ? rest : page);
    }
    return path.endsWith("/aliases")
        ? new Reply(200, "{\"aliases\":[]}")
        : new Reply(401, "{\"code\":401,\"message\":\"anonymous\"}");
  }

  @Test
  void numbers_keep_type_and_sign() throws Exception {
    List<String> seen = new ArrayList<>();
    read((batch, cursor) -> {
      for (int row = 0; row < batch.size(); row++) {
        String bits = HexFormat.of().formatHex(batch.vectors().getFirst().bits().get(row));
        seen.add(RecordId.print(batch.ids().get(row)) + " " + bits);
        if (batch.payloads().isPresent(row)) {
          Map<String, ?> payload = payload(batch, row);
          assertThat(payload.get("i")).hasToString("9223372036854775808");
          assertThat(payload.get("n")).isEqualTo(7.0);
          assertThat(payload.get("d")).hasToString("2026-11-01T10:00Z");
          assertThat(payload.get("new")).isEqualTo("x");
        }
      }
      assertThat(cursor).isEqualTo(ID + "2");
    });
    assertThat(seen).containsExactly(ID + "1 cdcccc3d0000008001000000", ID + "2 ");
  }

  @Test
  void an_answer_that_breaks_off_is_no_shorter_one() {
    page = PAGE.substring(0, PAGE.indexOf(",\"totalResults\"") - 1);
    assertThat(requireFailure(FailureKind.UNAVAILABLE, this::readAll))
        .hasMessageContaining("breaks");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{\"objects\":[7]}",
        "{\"objects\":[{\"properties\":{}}]}",
        "{\"objects\":[{\"vector\":[1,2,3],\"id\":\"00000000-0000-0000-0000-000000000001\"}]}",
        "{\"objects\":[{\"id\":\"00000000-0000-0000-0000-000000000001\",\"vector\":[1,\"2\"]}]}",
        "{\"objects\":[{\"id\":\"00000000-0000-0000-0000-000000000001\",\"vector\":[[1],[2]]}]}",
        "{\"objects\":[{\"id\":\"00000000-0000-0000-0000-000000000001\",\"vectors\":{\"b\":[1]}}]}",
        "{\"objects\":[{\"id\":\"00000000-0000-0000-0000-000000000001\",\"properties\":"
            + "{\"_drillbook\":\"{\\\"drillbook\\\":2}\"}}]}",
        "<html>"
      })
  void an_answer_that_is_none_is_corrupt(String answer) {
    page = answer;
    assertThat(requireFailure(FailureKind.CORRUPT, this::readAll))
        .hasMessageContaining("records of class Things could not be read: the answer is");
  }

  @ParameterizedTest
  @CsvSource({
    "401, DENIED, unauthorized: invalid api key",
    "403, DENIED, rbac: authorization",
    "404, NOT_FOUND, ''",
    "413, EXHAUSTED, too large",
    "422, CONFLICT, class name Things already exists",
    "422, NOT_FOUND, tenant not found: zz",
    "422, INCOMPATIBLE_TARGET, Things is not a valid class name",
    "422, EXHAUSTED, store is read-only",
    "500, CONFLICT, 'create alias: class Things already exists'",
    "500, UNAVAILABLE, leader not found",
    "502, UNAVAILABLE, bad gateway",
  })
  void refusals_mean_what_their_words_say(int status, FailureKind kind, String words) {
    String body = words.isEmpty() ? "" : "{\"error\":[{\"message\":\"" + words + "\"}]}";
    web.next(new Reply(status, body));
    assertThat(requireFailure(kind, () -> engine.control().probe()))
        .hasMessageContaining(words)
        .hasMessageContaining("[GET /v1/meta " + status + "]");
  }

  @Test
  void a_server_that_asks_to_come_later_is_obeyed() {
    web.next(
        new Reply(429, "{\"error\":[{\"message\":\"usage limit\"}]}", Map.of("Retry-After", "7")));
    DrillbookException later =
        requireFailure(FailureKind.UNAVAILABLE, () -> engine.control().probe());
    assertThat(later.retryAfter()).isEqualTo(Duration.ofSeconds(7));
    web.next(new Reply(503, ""));
    assertThat(requireFailure(FailureKind.UNAVAILABLE, () -> engine.control().probe()).retryAfter())
        .isEqualTo(Duration.ZERO);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "null | CORRUPT",
        "[] | CORRUPT",
        "[{'id':'x','result':{'status':'SUCCESS'}} | UNAVAILABLE",
        "[{'id':'x'}] | INCOMPATIBLE_TARGET",
        "[{'id':'x','result':{'status':'FAILED','errors':{'error':[{'message':'store is read-only'}]}}}] | EXHAUSTED",
        "[{'id':'x','result':{'status':'FAILED','errors':{'error':[{'message':'odd'}]}}}] | INCOMPATIBLE_TARGET"
      })
  void a_batch_is_written_when_every_object_says_so(String answer, FailureKind kind)
      throws Exception {
    CollectionSchema schema = engine.control().schema(NAME);
    RecordBatch batch = new RecordBatch(schema.layout());
    batch.ids().add(RecordId.of(UUID.fromString(ID + "7")));
    batch.endRecord();
    try (RecordWriter writer = engine.records().writer(schema, "")) {
      web.next(new Reply(200, answer.replace('\'', '"')));
      requireFailure(kind, () -> writer.write(batch));
    }
  }

  @Test
  void words_that_come_with_a_success_are_failures_all_the_same() {
    for (String words : List.of("Cannot query field", "does not exist")) {
      requireFailure(
          FailureKind.NOT_FOUND,
          () -> {
            web.next(new Reply(200, DESCRIPTION));
            web.next(new Reply(200, "{\"errors\":[{\"message\":\"" + words + "\"}]}"));
            engine.control().count(NAME, "");
          });
    }
  }

  private static Map<String, ?> payload(RecordBatch batch, int row) {
    try {
      return Payload.decode(batch.payloads().get(row));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void readAll() throws Exception {
    read((batch, cursor) -> {});
  }

  private void read(BatchConsumer consumer) throws Exception {
    CollectionSchema schema =
        new WeaviateClass(NAME, RestJson.fields(Map.of("c", description()), "c"))
            .schema(Map.of(), Map.of(), List.of());
    Range range = new Range(schema, "", "- -");
    CaptureToken token =
        new CaptureToken("", CaptureToken.Consistency.FUZZY, TestingWeaviate.NOW, List.of(range));
    engine.records().read(token, range, "", new MemoryNotes(), consumer);
  }

  private static Object description() throws Exception {
    return RestJson.MAPPER.readValue(DESCRIPTION, Object.class);
  }

  private static DrillbookException requireFailure(FailureKind kind, ThrowingCallable call) {
    DrillbookException failure = catchThrowableOfType(DrillbookException.class, call);
    assertThat(failure).as("a failure of kind " + kind).isNotNull();
    assertThat(failure.kind()).as(String.valueOf(failure.getMessage())).isEqualTo(kind);
    return failure;
  }
}
