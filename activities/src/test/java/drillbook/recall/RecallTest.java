package drillbook.recall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import drillbook.engine.CollectionSchema;
import drillbook.engine.Neighbour;
import drillbook.engine.VectorIndex.Metric;
import drillbook.failure.DrillbookException;
import drillbook.recall.TestingRecords.One;
import drillbook.record.ElementType;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Questions, their true answers, what increments leave of them, and recall. */
class RecallTest {
  private static final int K = 10;

  @ParameterizedTest
  @EnumSource(Metric.class)
  void answers_are_those_of_a_plain_search_for_every_metric_and_element_type(Metric metric) {
    for (ElementType type : ElementType.values()) {
      for (int dimension : new int[] {1, 8, 13}) {
        CollectionSchema schema = TestingRecords.schema(type, dimension, metric);
        List<One> records = records(new Random(dimension), 0, 300, schema);
        List<Question> questions = TestingRecords.answered(schema, records, 16, K);
        assertThat(questions).isNotEmpty();
        for (Question question : questions) {
          assertSame(question.hits(), TestingRecords.naive(schema, records, question.bits(), K));
        }
      }
    }
  }

  @Test
  void questions_are_the_records_with_the_smallest_id_hashes_that_have_a_direction() {
    CollectionSchema schema = TestingRecords.schema(ElementType.F32, 2, Metric.COSINE);
    List<One> records = records(new Random(7), 0, 200, schema);
    List<String> expected =
        records.stream()
            .filter(one ->
                one.bits().isPresent()
                    && !new String(one.bits().get(), StandardCharsets.ISO_8859_1)
                        .chars()
                        .allMatch(value -> value == 0))
            .map(one -> HexFormat.of().formatHex(one.idHash()))
            .sorted()
            .limit(32)
            .toList();
    assertThat(TestingRecords.answered(schema, records, 32, K))
        .extracting(question -> HexFormat.of().formatHex(question.idHash()))
        .containsExactlyElementsOf(expected);
  }

  @Test
  void a_vector_without_index_is_measured_by_what_it_is() {
    CollectionSchema schema = TestingRecords.schema(ElementType.BIT, 8, Metric.JACCARD);
    CollectionSchema bare =
        new CollectionSchema(
            schema.name(),
            schema.layout(),
            "text",
            List.of(),
            List.of(""),
            List.of(),
            new TreeMap<>());
    assertThat(QuestionChoice.metric(schema, schema.layout().vectors().getFirst()))
        .isEqualTo(Metric.JACCARD);
    assertThat(QuestionChoice.metric(bare, bare.layout().vectors().getFirst()))
        .isEqualTo(Metric.HAMMING);
  }

  @Test
  void a_set_comes_back_from_json_and_refuses_what_is_not_canonical() throws Exception {
    CollectionSchema schema = TestingRecords.schema(ElementType.F32, 5, Metric.INNER_PRODUCT);
    RecallSet set =
        new RecallSet(
            K, TestingRecords.answered(schema, records(new Random(3), 0, 100, schema), 8, K));
    byte[] json = set.encode();
    RecallSet back = RecallSet.decode(json, "recall");
    assertThat(back.encode()).isEqualTo(json);
    assertThat(back.questions()).hasSameSizeAs(set.questions());

    byte[] spaced =
        (new String(json, StandardCharsets.UTF_8) + " ").getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> RecallSet.decode(spaced, "recall"))
        .isInstanceOf(DrillbookException.class);
    byte[] more =
        new String(json, StandardCharsets.UTF_8)
            .replace("\"dimension\":5", "\"dimension\":6")
            .getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> RecallSet.decode(more, "recall"))
        .isInstanceOf(DrillbookException.class);
  }

  @Test
  void a_set_that_must_be_smaller_keeps_some_questions_of_each_part() throws Exception {
    CollectionSchema schema = TestingRecords.schema(ElementType.F32, 64, Metric.EUCLIDEAN);
    List<Question> questions = new ArrayList<>();
    for (int tenant = 0; tenant < 5; tenant++) {
      for (Question each :
          TestingRecords.answered(schema, records(new Random(3), 0, 100, schema), 8, K)) {
        questions.add(
            new Question(
                0,
                tenant,
                each.vector(),
                each.idHash(),
                each.id(),
                each.bits(),
                each.elementType(),
                each.dimension(),
                each.metric(),
                each.hits()));
      }
    }
    RecallSet set = new RecallSet(K, questions);
    RecallSet half = set.within(set.encode().length / 2);
    assertThat(half.encode().length).isLessThanOrEqualTo(set.encode().length / 2);
    for (int tenant = 0; tenant < 5; tenant++) {
      assertThat(half.of(0, tenant).size()).isBetween(2, 5);
    }
  }

  @ParameterizedTest
  @EnumSource(Metric.class)
  void what_an_increment_leaves_is_what_a_full_search_would_find(Metric metric) {
    ElementType type =
        metric == Metric.HAMMING || metric == Metric.JACCARD ? ElementType.BIT : ElementType.F32;
    CollectionSchema schema = TestingRecords.schema(type, 7, metric);
    int kept = 0;
    int lost = 0;
    for (int round = 0; round < 60; round++) {
      Random random = new Random(round);
      int count = round % 3 == 0 ? 8 : 150;
      Map<Long, One> live = new TreeMap<>();
      Set<Long> told = new HashSet<>();
      List<One> before = records(random, 0, count, schema);
      for (int i = 0; i < count; i++) {
        live.put((long) i, before.get(i));
      }
      RecallSet set = new RecallSet(K, TestingRecords.answered(schema, before, 12, K));
      RecallFold fold = new RecallFold(set);
      for (int change = 0; change < 12; change++) {
        long id = random.nextLong(count + 10L);
        if (told.add(id)) {
          change(fold, schema, random, live, id, before);
        }
      }
      RecallSet folded = fold.folded();
      for (Question question : folded.questions()) {
        assertSame(
            question.hits(),
            TestingRecords.naive(schema, List.copyOf(live.values()), question.bits(), K));
        kept++;
      }
      lost += set.questions().size() - folded.questions().size();
    }
    assertThat(kept).isGreaterThan(50);
    assertThat(lost).isGreaterThan(10);
  }

  @Test
  void a_question_goes_with_its_record_and_stays_when_only_other_content_changed()
      throws Exception {
    CollectionSchema schema = TestingRecords.schema(ElementType.F32, 4, Metric.EUCLIDEAN);
    List<One> records = records(new Random(1), 0, 100, schema);
    RecallSet set = new RecallSet(K, TestingRecords.answered(schema, records, 3, K));
    Question first = set.questions().getFirst();

    RecallFold deleted = new RecallFold(set);
    deleted.deleted(0, 0, first.idHash());
    assertThat(ids(deleted.folded())).doesNotContain(HexFormat.of().formatHex(first.idHash()));

    RecallFold same = new RecallFold(set);
    One unchanged = One.of(first.id(), Optional.of(first.bits()));
    RecordBatch batch = TestingRecords.batch(schema.layout(), List.of(unchanged));
    same.changed(0, 0, batch, 0, first.idHash());
    assertThat(same.folded().encode()).isEqualTo(set.encode());

    RecallFold otherPart = new RecallFold(set);
    otherPart.deleted(0, 1, first.idHash());
    otherPart.dropped(1, 0);
    assertThat(ids(otherPart.folded())).isEqualTo(ids(set));
    otherPart.dropped(0, 0);
    assertThat(otherPart.folded().questions()).isEmpty();
  }

  @Test
  void recall_counts_what_was_found_and_ties_at_the_end() {
    List<Hit> truth = IntStream.range(0, 5).mapToObj(i -> hit(i, i < 3 ? i : 3)).toList();
    assertThat(Recall.atK(truth, found(0, 0, 1, 1, 2, 2, 3, 3, 4, 3), 5)).isEqualTo(1.0);
    assertThat(Recall.atK(truth, found(0, 0, 1, 1), 5)).isEqualTo(0.4);
    assertThat(Recall.atK(truth, found(0, 0, 1, 1, 2, 2, 90, 3, 91, 3), 5)).isEqualTo(1.0);
    assertThat(Recall.atK(truth, found(0, 0, 1, 1, 2, 2, 90, 3.1, 91, 4), 5)).isEqualTo(0.6);
    assertThat(Recall.atK(truth, found(0, 0, 0, 0, 0, 0), 5)).isEqualTo(0.2);
    assertThat(Recall.atK(truth, found(7, 9, 8, 9, 0, 0), 2)).isEqualTo(0.0);
    assertThat(Recall.atK(truth, found(0, 0, 1, 1), 2)).isEqualTo(1.0);
    assertThat(Recall.atK(truth, found(), 5)).isEqualTo(0.0);
    assertThatThrownBy(() -> Recall.atK(List.of(), found(), 5))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "EUCLIDEAN, 1, 0, 1",
    "EUCLIDEAN, 2, 0, 1",
    "INNER_PRODUCT, 1, 0, 1",
    "INNER_PRODUCT, 1, 0, -1",
    "INNER_PRODUCT, 1, 1, 1",
    "COSINE, 1, 1, -1",
    "COSINE, 1, 0, 1",
  })
  void recall_understands_the_units_of_engines(
      Metric metric, double power, double shift, double sign) {
    Question question =
        TestingRecords.answered(
                TestingRecords.schema(ElementType.F32, 2, metric),
                records(new Random(5), 0, 50, TestingRecords.schema(ElementType.F32, 2, metric)),
                1,
                4)
            .getFirst()
            .answered(List.of(hit(0, 0.25), hit(1, 0.5), hit(2, 3), hit(3, 3)));
    double[] own = {0.25, 0.5, 3, 3};
    for (int i = 0; i < own.length; i++) {
      own[i] = shift + sign * Math.pow(own[i], power);
    }
    assertThat(Recall.atK(question, found(0, own[0], 1, own[1], 70, own[2], 71, own[3]), 4))
        .isEqualTo(1.0);
    assertThat(Recall.atK(question, found(0, own[0], 1, own[1], 70, 17.5, 71, -17.5), 4))
        .isEqualTo(0.5);
  }

  private static void change(
      RecallFold fold,
      CollectionSchema schema,
      Random random,
      Map<Long, One> live,
      long id,
      List<One> before) {
    if (live.containsKey(id) && random.nextBoolean()) {
      fold.deleted(0, 0, live.remove(id).idHash());
    } else if (live.containsKey(id) || id >= before.size()) {
      ElementType type = schema.layout().vectors().getFirst().elementType();
      One one = TestingRecords.random(random, id, type, 7);
      live.put(id, one);
      fold.changed(0, 0, TestingRecords.batch(schema.layout(), List.of(one)), 0, one.idHash());
    }
  }

  private static void assertSame(List<Hit> actual, List<Hit> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.size(); i++) {
      assertThat(actual.get(i).distance()).isCloseTo(expected.get(i).distance(), within(1e-9));
    }
    // Distances that differ by rounding only may stand in either order; sets up to there agree.
    Set<String> found = new HashSet<>();
    actual.forEach(hit -> found.add(HexFormat.of().formatHex(hit.id())));
    for (Hit wanted : expected) {
      if (Math.abs(wanted.distance() - expected.getLast().distance()) > 1e-9) {
        assertThat(found).contains(HexFormat.of().formatHex(wanted.id()));
      }
    }
  }

  private static List<String> ids(RecallSet set) {
    return set.questions().stream()
        .map(question -> HexFormat.of().formatHex(question.idHash()))
        .toList();
  }

  private static List<One> records(Random random, int from, int count, CollectionSchema schema) {
    ElementType type = schema.layout().vectors().getFirst().elementType();
    int dimension = schema.layout().vectors().getFirst().dimension();
    return IntStream.range(from, from + count)
        .mapToObj(id -> TestingRecords.random(random, id, type, dimension))
        .toList();
  }

  private static Hit hit(long id, double distance) {
    return new Hit(new byte[32], RecordId.of(id), distance);
  }

  private static List<Neighbour> found(double... idsAndDistances) {
    List<Neighbour> found = new ArrayList<>();
    for (int i = 0; i < idsAndDistances.length; i += 2) {
      found.add(new Neighbour(RecordId.of((long) idsAndDistances[i]), idsAndDistances[i + 1]));
    }
    return found;
  }
}
