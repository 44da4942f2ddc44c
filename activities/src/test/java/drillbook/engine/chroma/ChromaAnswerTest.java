package drillbook.engine.chroma;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import drillbook.engine.Capture;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.EngineAddress;
import drillbook.engine.MemoryNotes;
import drillbook.engine.VectorIndex.Metric;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.secret.SecretReference;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How answers are read that are not as they should be, and those that are. */
class ChromaAnswerTest {
  private static final CollectionName NAME =
      new CollectionName(List.of("default_tenant", "default_database"), "things");
  private static final String RECORDED =
      """
      {"ids":["b","a"],"embeddings":[[0.1,-0.0,1e-45],[16777216.0,0.099999994,-3]],
       "documents":[null,"d\\u0000\\ud83d\\ude00"],"uris":["u",null],
       "metadatas":[null,{"i":1,"f":1.0,"t":true,"s":"x","l":[1,2],"m":[1.0,2.5],
       "min":-9223372036854775808,"big":1e+22}],
       "include":["embeddings","documents","metadatas","uris"]}
      """;

  private TestingHttpServer server;

  @BeforeEach
  void start() throws Exception {
    server =
        new TestingHttpServer()
            .answering(
                "things",
                200,
                """
                {"id":"11111111-1111-1111-1111-111111111111","name":"things","dimension":3,
                 "configuration_json":{"hnsw":{"space":"l2"}}}
                """);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void columns_become_records_with_types_and_bits_kept() throws Exception {
    server.answering("get", 200, RECORDED);
    List<String> seen = new ArrayList<>();
    fetch(batch -> {
      assertThat(batch.size()).isEqualTo(2);
      assertThat(batch.ids().get(0)).isEqualTo(RecordId.of("b"));
      assertThat(floats(batch, 0)).containsExactly(0.1f, -0.0f, Float.MIN_VALUE);
      assertThat(floats(batch, 1)).containsExactly(16777216f, 0.099999994f, -3f);
      assertThat(batch.documents().isPresent(0)).isFalse();
      assertThat(new String(batch.documents().get(1), StandardCharsets.UTF_8))
          .isEqualTo("d\u0000\ud83d\ude00");
      assertThat(batch.uris().isPresent(0)).isTrue();
      assertThat(batch.uris().isPresent(1)).isFalse();
      assertThat(batch.payloads().isPresent(0)).isFalse();
      assertThat(Payload.decode(batch.payloads().get(1)))
          .isEqualTo(
              Map.of(
                  "i",
                  1L,
                  "f",
                  1.0,
                  "t",
                  true,
                  "s",
                  "x",
                  "l",
                  List.of(1L, 2L),
                  "m",
                  List.of(1.0, 2.5),
                  "min",
                  Long.MIN_VALUE,
                  "big",
                  1e22));
      seen.add("read");
    });
    assertThat(seen).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{\"ids\":null}",
        "{\"ids\":[1]}",
        "{\"ids\":[\"a\"]}",
        "{\"ids\":[\"a\",\"a\"],\"embeddings\":[[1,2,3],[1,2,3]],\"documents\":[null,null],"
            + "\"uris\":[null,null],\"metadatas\":[null,null]}",
        "{\"ids\":[\"a\"],\"ids\":[\"b\"]}",
        "{\"ids\":[\"a\"],\"embeddings\":[[1,2]],\"documents\":[null],\"uris\":[null],"
            + "\"metadatas\":[null]}",
        "{\"ids\":[\"a\"],\"embeddings\":[[1,2,3,4]],\"documents\":[null],\"uris\":[null],"
            + "\"metadatas\":[null]}",
        "{\"ids\":[\"a\"],\"embeddings\":[[1,null,3]],\"documents\":[null],\"uris\":[null],"
            + "\"metadatas\":[null]}",
        "{\"ids\":[\"a\"],\"embeddings\":[[1,2,3]],\"documents\":[],\"uris\":[null],"
            + "\"metadatas\":[null]}",
        "{\"ids\":[\"a\"],\"embeddings\":[[1,2,3]],\"documents\":[7],\"uris\":[null],"
            + "\"metadatas\":[null]}",
        "{\"ids\":[\"a\"],\"embeddings\":[[1,2,3]],\"documents\":[null],\"uris\":[null],"
            + "\"metadatas\":[[]]}",
        "{\"ids\":[\"other\"],\"embeddings\":[[1,2,3]],\"documents\":[null],\"uris\":[null],"
            + "\"metadatas\":[null]}",
        "{\"ids\":[\"a\"],\"embeddings\":null,\"documents\":[null],\"uris\":[null],"
            + "\"metadatas\":[null]}",
        "{\"ids\":[\"a\"],\"embeddings\":[null],\"documents\":[null],\"uris\":[null],"
            + "\"metadatas\":[null]}",
        "{\"ids\":[\"a\"],\"embeddings\":[[1,2,3]],\"documents\":[null],\"uris\":[null],"
            + "\"metadatas\":[{\"_drillbook\":\"{\\\"drillbook\\\":2}\"}]}",
        "<html>Please log in</html>"
      })
  void an_answer_that_is_not_what_the_api_says_is_corrupt(String answer) {
    server.answering("get", 200, answer);
    assertThat(failure(() -> fetch(batch -> {})).kind()).isEqualTo(FailureKind.CORRUPT);
  }

  @Test
  void an_answer_that_breaks_off_is_no_end_of_the_records() throws Exception {
    for (String whole : List.of(RECORDED, "{\"ids\":[\"a\",\"b\"],\"include\":[]}")) {
      for (int length = 1; length < whole.strip().length(); length += 7) {
        String part = whole.substring(0, length);
        server.answering("get", 200, part);
        assertThat(failure(() -> fetch(batch -> {})).kind()).as(part).isIn(cut());
        assertThat(failure(this::begin).kind()).as(part).isIn(cut());
        server.breakingOff("get", part);
        assertThat(failure(this::begin).kind()).as(part).isIn(cut());
      }
    }
  }

  @Test
  void a_long_list_of_ids_becomes_several_ranges() throws Exception {
    String ids = IntStream.range(0, 100_001).mapToObj(i -> "\"id" + i + "\"").collect(joining(","));
    server.answering("get", 200, "{\"ids\":[" + ids + "],\"embeddings\":null,\"include\":[]}");
    try (ChromaEngine engine = TestingChroma.open(server.url(), SecretReference.NONE);
        Capture capture = engine.records().begin(List.of(schema()), new MemoryNotes())) {
      assertThat(capture.token().ranges())
          .extracting(range -> range.position().substring(range.position().lastIndexOf(' ') + 1))
          .containsExactly("50000", "50000", "1");
      assertThat(capture.token().asOf()).isEqualTo(TestingChroma.NOW);
      assertThat(server.requests()).as("one look-up and one listing").hasSize(2);
    }
  }

  private static List<FailureKind> cut() {
    return List.of(FailureKind.UNAVAILABLE, FailureKind.CORRUPT);
  }

  @ParameterizedTest
  @CsvSource({
    "400,CONFIGURATION",
    "401,DENIED",
    "403,DENIED",
    "404,NOT_FOUND",
    "409,CONFLICT",
    "413,EXHAUSTED",
    "422,CONFIGURATION",
    "429,UNAVAILABLE",
    "500,UNAVAILABLE",
    "501,UNSUPPORTED",
    "503,UNAVAILABLE",
    "302,CONFIGURATION"
  })
  void a_refusal_tells_the_engines_words_and_who_acts(int status, FailureKind kind) {
    server.answering("get", status, "{\"error\":\"Some\",\"message\":\"its own words\"}");
    DrillbookException failure = failure(() -> fetch(batch -> {}));
    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure)
        .hasMessageContaining(": its own words [POST /api/v2/tenants/default_tenant/")
        .hasMessageEndingWith("/get " + status + "]");
  }

  @Test
  void a_lost_vector_is_named_after_every_other_was_tried() {
    server.answering(
        "get", 500, "{\"message\":\"Error executing plan: Internal error: Error finding id\"}");
    DrillbookException failure = failure(() -> fetch(batch -> {}));
    assertThat(failure.kind()).isEqualTo(FailureKind.CORRUPT);
    assertThat(failure)
        .hasMessageStartingWith("ENGINE_READ_FAILED: ")
        .hasMessageContaining("[a, b]");
  }

  @Test
  void long_words_are_cut() {
    server.answering("get", 503, "x".repeat(5000));
    assertThat(String.valueOf(failure(() -> fetch(batch -> {})).getMessage()).length())
        .isLessThan(600);
  }

  @Test
  void the_token_is_sent_and_never_told(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("token");
    Files.writeString(file, "t0ken");
    SecretReference reference = new SecretReference("file:" + file);
    try (ChromaEngine engine = TestingChroma.open(server.url(), reference)) {
      engine.control().schema(NAME);
      assertThat(server.requests().getFirst()).endsWith(" t0ken");
      Files.writeString(file, "two words\u00e9");
      DrillbookException failure = failure(() -> engine.control().schema(NAME));
      assertThat(failure.kind()).isEqualTo(FailureKind.CONFIGURATION);
      assertThat(failure.getMessage() + failure.hint()).doesNotContain("words\u00e9");
    }
  }

  @Test
  void names_never_lead_to_another_path() throws Exception {
    try (ChromaEngine engine = TestingChroma.open(server.url(), SecretReference.NONE)) {
      for (CollectionName name : List.of(NAME.named(".."), NAME.named("."))) {
        assertThat(failure(() -> engine.control().drop(name)).kind())
            .isEqualTo(FailureKind.CONFIGURATION);
      }
      assertThat(engine.control().drop(NAME.named("a/../../b?c"))).isFalse();
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void unknown_options_are_refused() {
    EngineAddress address =
        new EngineAddress(
            "chroma", URI.create(server.url()), SecretReference.NONE, Map.of("tenant", "x"));
    assertThat(failure(() -> open(address)).kind()).isEqualTo(FailureKind.CONFIGURATION);
  }

  private static void open(EngineAddress address) throws DrillbookException {
    new ChromaEngine(address, InstantSource.fixed(TestingChroma.NOW)).close();
  }

  /** Looks at a batch. */
  @FunctionalInterface
  private interface Look {
    void at(RecordBatch batch) throws Exception;
  }

  private static CollectionSchema schema() {
    return TestingChroma.schema(NAME, 3, TestingChroma.index(Metric.EUCLIDEAN, Map.of()));
  }

  private void fetch(Look look) throws Exception {
    try (ChromaEngine engine = TestingChroma.open(server.url(), SecretReference.NONE)) {
      engine
          .records()
          .fetch(
              schema(),
              "",
              List.of(RecordId.of("a"), RecordId.of("b")),
              (batch, cursor) -> {
                try {
                  look.at(batch);
                } catch (Exception e) {
                  throw new AssertionError(e);
                }
              });
    }
  }

  private void begin() throws Exception {
    try (ChromaEngine engine = TestingChroma.open(server.url(), SecretReference.NONE)) {
      engine.records().begin(List.of(schema()), new MemoryNotes()).close();
    }
  }

  private static float[] floats(RecordBatch batch, int row) {
    float[] floats = new float[3];
    batch.vectors().getFirst().get(row, floats);
    return floats;
  }

  private static DrillbookException failure(ThrowingCallable call) {
    return catchThrowableOfType(DrillbookException.class, call);
  }
}
