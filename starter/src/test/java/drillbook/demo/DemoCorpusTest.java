package drillbook.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import drillbook.failure.DrillbookException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The corpus that ships is whole, typed as promised, and its neighbours mean something. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DemoCorpusTest {
  private DemoCorpus corpus = new DemoCorpus(none(), none(), none());

  @BeforeAll
  void load() throws DrillbookException {
    corpus = DemoCorpus.load();
  }

  @Test
  void has_the_promised_sizes() {
    assertThat(corpus.passages().size()).isEqualTo(1200);
    assertThat(corpus.passages().vectors()).hasSize(1200 * 384);
    assertThat(corpus.queries().size()).isEqualTo(25);
    assertThat(corpus.queries().vectors()).hasSize(25 * 384);
    assertThat(corpus.changes().size()).isEqualTo(60);
    assertThat(corpus.changes().vectors()).hasSize(60 * 384);
  }

  @Test
  void embeddings_have_length_one() {
    for (DemoPassages set : List.of(corpus.passages(), corpus.queries(), corpus.changes())) {
      for (int row = 0; row < set.size(); row++) {
        float[] vector = set.vector(row);
        assertThat(vector).hasSize(384);
        assertThat(Math.sqrt(dot(vector, vector))).isEqualTo(1, within(1e-3));
      }
    }
  }

  @Test
  void embeddings_differ_from_each_other() {
    Set<List<Float>> heads = new HashSet<>();
    for (int row = 0; row < 1200; row++) {
      float[] vector = corpus.passages().vector(row);
      heads.add(List.of(vector[0], vector[1], vector[2], vector[3]));
    }
    assertThat(heads).hasSize(1200);
  }

  @Test
  void ids_and_texts_are_unique() {
    assertThat(corpus.passages().ids()).doesNotHaveDuplicates().startsWith("kb-0001", "kb-0002");
    assertThat(corpus.passages().texts()).doesNotHaveDuplicates();
  }

  @Test
  void unusual_ids_come_through_unnormalised() {
    String composed = "kb-0108-" + Normalizer.normalize("café", Normalizer.Form.NFC);
    String decomposed = "kb-0109-" + Normalizer.normalize("café", Normalizer.Form.NFD);

    assertThat(corpus.passages().ids())
        .contains(composed, decomposed, "kb-0042-東京", "kb-0512-🚲", "kb-0404 not found")
        .contains("kb-0777/a");
    assertThat(decomposed).hasSize(composed.length() + 1);
  }

  @Test
  void passages_are_of_readable_length() {
    assertThat(corpus.passages().texts())
        .allSatisfy(text -> assertThat(text.split(" ", -1).length).isBetween(15, 60));
  }

  @Test
  void metadata_keeps_its_types() {
    for (DemoPassage passage : corpus.passages().rows()) {
      passage.metadata().ifPresent(values -> assertTyped(passage, values));
    }
    assertThat(corpus.passages().rows())
        .filteredOn(passage -> passage.metadata().isPresent())
        .extracting(passage -> passage.metadata().orElseThrow().get("score"))
        .contains(0.0, 1.0, 2.0, 3.0);
  }

  @Test
  void some_passages_have_no_metadata_and_some_have_a_uri() {
    assertThat(corpus.passages().rows())
        .filteredOn(passage -> passage.metadata().isEmpty())
        .hasSize(10);
    assertThat(corpus.passages().rows())
        .filteredOn(passage -> passage.uri().isPresent())
        .hasSize(12)
        .allSatisfy(passage ->
            assertThat(passage.uri().orElseThrow()).startsWith("https://handbook.example/"));
  }

  @Test
  void every_topic_has_many_passages() {
    Map<String, Long> counts =
        corpus.passages().rows().stream()
            .map(DemoPassage::topic)
            .filter(topic -> !topic.isEmpty())
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));

    assertThat(counts).hasSize(25);
    assertThat(counts.values()).allSatisfy(count -> assertThat(count).isBetween(40L, 48L));
  }

  @Test
  void changes_replace_45_passages_and_add_15() {
    Map<String, String> before =
        corpus.passages().rows().stream()
            .collect(Collectors.toMap(DemoPassage::id, DemoPassage::text));

    List<DemoPassage> updates =
        corpus.changes().rows().stream().filter(row -> before.containsKey(row.id())).toList();

    assertThat(updates).hasSize(45);
    assertThat(updates)
        .allSatisfy(row -> assertThat(row.text()).isNotEqualTo(before.get(row.id())));
    assertThat(corpus.changes().ids())
        .filteredOn(id -> !before.containsKey(id))
        .hasSize(15)
        .contains("kb-1201", "kb-1203-über", "kb-1215");
  }

  @Test
  void an_update_keeps_the_topic_of_the_passage() {
    Map<String, String> topics =
        corpus.passages().rows().stream()
            .collect(Collectors.toMap(DemoPassage::id, DemoPassage::topic));

    assertThat(corpus.changes().rows())
        .filteredOn(row -> topics.containsKey(row.id()))
        .allSatisfy(row -> assertThat(row.topic()).isEqualTo(topics.get(row.id())));
  }

  @Test
  void questions_are_no_passages() {
    assertThat(corpus.queries().texts())
        .doesNotContainAnyElementsOf(corpus.passages().texts())
        .allSatisfy(text -> assertThat(text).endsWith("?"));
  }

  @ParameterizedTest
  @CsvSource({"backup, 0", "restore, 1", "drills, 2", "gardening, 17", "railways, 24"})
  void the_nearest_passage_of_a_question_is_about_its_topic(String topic, int query) {
    assertThat(corpus.queries().rows().get(query).topic()).isEqualTo(topic);
    assertThat(nearest(corpus.queries().vector(query)).topic()).isEqualTo(topic);
  }

  @Test
  void most_questions_find_their_topic_first() {
    long found =
        IntStream.range(0, 25)
            .filter(query ->
                nearest(corpus.queries().vector(query))
                    .topic()
                    .equals(corpus.queries().rows().get(query).topic()))
            .count();

    assertThat(found).isGreaterThanOrEqualTo(20);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "passages.jsonl",
        "embeddings.f32",
        "queries.jsonl",
        "queries.f32",
        "changes.jsonl",
        "changes.f32"
      })
  void the_readme_states_the_digest_of_each_file(String name)
      throws IOException, NoSuchAlgorithmException {
    byte[] content = resource(name);
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));

    assertThat(new String(resource("README.md"), StandardCharsets.UTF_8))
        .contains("| `" + name + "` | " + content.length + " | `" + sha256 + "` |");
  }

  private static void assertTyped(DemoPassage passage, Map<String, Object> values) {
    assertThat(values).containsOnlyKeys("topic", "words", "score", "reviewed", "year");
    assertThat(values.get("topic")).isInstanceOf(String.class);
    assertThat(values.get("words")).isEqualTo((long) passage.text().split(" ", -1).length);
    assertThat(values.get("score")).isInstanceOf(Double.class);
    assertThat(values.get("reviewed")).isInstanceOf(Boolean.class);
    assertThat(values.get("year")).isInstanceOf(Long.class);
  }

  private DemoPassage nearest(float[] query) {
    int best = 0;
    double bestScore = Double.NEGATIVE_INFINITY;
    for (int row = 0; row < corpus.passages().size(); row++) {
      double score = dot(query, corpus.passages().vector(row));
      if (score > bestScore) {
        best = row;
        bestScore = score;
      }
    }
    return corpus.passages().rows().get(best);
  }

  private static double dot(float[] left, float[] right) {
    double sum = 0;
    for (int i = 0; i < left.length; i++) {
      sum += (double) left[i] * right[i];
    }
    return sum;
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream stream =
        Objects.requireNonNull(DemoCorpus.class.getResourceAsStream(name), name)) {
      return stream.readAllBytes();
    }
  }

  private static DemoPassages none() {
    return new DemoPassages(List.of(), new float[0]);
  }
}
