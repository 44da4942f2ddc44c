package drillbook.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.drift.DriftRule.Kind;
import drillbook.drift.DriftRule.Move;
import drillbook.drift.DriftRule.Vectors;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DriftRuleTest {
  private static final DriftRule RULE = DriftRule.DEFAULT;

  @ParameterizedTest
  @CsvSource({
    "200, 300, false",
    "200, 301, true",
    "200, 100, false",
    "200, 99, true",
    "100, 199, false",
    "100, 200, true",
    "300, 0, true",
    "90, 0, false",
    "0, 5000, false"
  })
  void a_count_moves_by_more_than_the_fraction_and_the_floor(long before, long now, boolean told) {
    assertThat(RULE.judge("records", before, now)).hasSize(told ? 1 : 0);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1.099, false",
    "1, 1.11, true",
    "1, 0.901, false",
    "1, 0.89, true",
    "0, 0.1, true"
  })
  void a_norm_moves_by_more_than_the_fraction(double before, double now, boolean told) {
    assertThat(
            RULE.judge(
                new Vectors(500, 3, 0, before), new Vectors(500, 3, 0, now), OptionalDouble.of(0)))
        .hasSize(told ? 1 : 0);
  }

  @ParameterizedTest
  @CsvSource({"0.15, false", "0.151, true", "2, true"})
  void a_mean_vector_turns_by_more_than_the_distance(double distance, boolean told) {
    assertThat(kinds(distance, 500)).hasSize(told ? 1 : 0);
  }

  @Test
  void few_vectors_say_nothing_of_norm_and_mean() {
    assertThat(kinds(1, 99)).isEmpty();
    assertThat(kinds(1, 100)).containsExactly(Kind.CENTROID);
    List<Move> floorless =
        new DriftRule(0.1, 0.15, 0.5, 0)
            .judge(new Vectors(0, 0, 0, 0), new Vectors(9, 3, 9, 0), OptionalDouble.empty());
    assertThat(floorless).extracting(Move::kind).containsExactly(Kind.NOT_FINITE);
  }

  @Test
  void of_another_dimension_nothing_else_is_said() {
    assertThat(
            RULE.judge(
                new Vectors(500, 3, 0, 1), new Vectors(500, 4, 0, 9), OptionalDouble.empty()))
        .containsExactly(new Move(Kind.DIMENSION, "dimension 3 became 4"));
    assertThat(
            RULE.judge(
                new Vectors(500, 3, 0, 1), new Vectors(500, 0, 0, 9), OptionalDouble.empty()))
        .containsExactly(new Move(Kind.DIMENSION, "dimension 3 became of several"));
  }

  @Test
  void thresholds_that_would_always_be_passed_are_refused() {
    assertThatThrownBy(() -> new DriftRule(0, 0.1, 0.1, 1)).hasMessageContaining("0.0");
    assertThatThrownBy(() -> new DriftRule(0.1, Double.NaN, 0.1, 1)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> new DriftRule(0.1, 0.1, 0.1, -1)).hasMessageContaining("-1");
  }

  @Test
  void a_move_in_many_places_is_one_finding() {
    DriftFindings findings = new DriftFindings("20261101t000000z_full_aaaaaa");
    for (int i = 0; i < 10_000; i++) {
      findings.add("tenant " + i, RULE.judge("records", 1000, 1));
    }
    assertThat(findings.findings()).hasSize(1);
    assertThat(findings.findings().getFirst().message())
        .contains("tenant 0: 1,000 records became 1 (-100 %)", "tenant 2", "and 9997 more")
        .contains("since 20261101t000000z_full_aaaaaa")
        .doesNotContain("tenant 3:");
  }

  private static List<Kind> kinds(double distance, long count) {
    Vectors vectors = new Vectors(count, 3, 0, 1);
    return RULE.judge(vectors, vectors, OptionalDouble.of(distance)).stream()
        .map(Move::kind)
        .toList();
  }
}
