package drillbook.advice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import drillbook.advice.Advice.Recommendation;
import drillbook.runbook.Objectives;
import drillbook.runbook.Retention;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The worked examples of docs/advise.md, and what decides. */
final class AdviceTest {
  /** 30 days in the usual class, then monthly points for 90 days in the infrequent one. */
  private static final Retention KEPT =
      new Retention(Duration.ofDays(30), 0, 0, 0, 4, 0, Duration.ofDays(30));

  private static final long KNOWLEDGE_BASE = 12_000_000;

  @Test
  void twelve_million_vectors_are_embedded_again_in_four_and_a_half_hours_for_14_dollars() {
    Embedding a10g = Embedding.A10G;
    assertThat(a10g.time(KNOWLEDGE_BASE)).isEqualTo(Duration.ofMinutes(270));
    assertThat(a10g.dollars(KNOWLEDGE_BASE)).isCloseTo(14, within(0.001));
    assertThat(a10g.rebuild(KNOWLEDGE_BASE)).isEqualTo(Duration.ofHours(5));
  }

  @Test
  void a_derived_cache_that_is_rebuilt_within_its_objective_is_not_backed_up() {
    Advice advice = Advice.of(knowledgeBase(Duration.ZERO, Duration.ofHours(5)));
    assertThat(advice.recommendation()).isEqualTo(Recommendation.REBUILD);
    assertThat(advice.rebuildDollarsPerYear()).isLessThan(advice.backupDollarsPerYear());
    assertThat(advice.reasons().getFirst()).contains("4.5 h", "$14");
    assertThat(advice.conditions()).isNotEmpty();
  }

  @Test
  void a_promise_that_a_rebuild_breaks_by_a_second_asks_for_backups() {
    Advice advice = Advice.of(knowledgeBase(Duration.ZERO, Duration.ofSeconds(5 * 3600 - 1)));
    assertThat(advice.recommendation()).isEqualTo(Recommendation.BACK_UP);
    assertThat(advice.reasons()).singleElement().asString().contains("a rebuild takes 5.0 h");
  }

  @Test
  void half_an_hour_for_a_mid_size_index_asks_for_a_standby() {
    Advice advice = Advice.of(knowledgeBase(Duration.ZERO, Duration.ofMinutes(30)));
    assertThat(advice.recommendation()).isEqualTo(Recommendation.BACK_UP_WITH_STANDBY);
    assertThat(advice.reasons().getLast()).contains("warm standby");
  }

  @Test
  void what_drills_measured_outweighs_what_is_expected_by_size() {
    Situation slow = knowledgeBase(Duration.ZERO, Duration.ofHours(1));
    Situation measured =
        new Situation(
            slow.records(),
            slow.bytesPerRecord(),
            slow.dailyShare(),
            slow.embedding(),
            slow.prices(),
            slow.objectives(),
            slow.retention(),
            slow.recoveriesPerYear(),
            true,
            true,
            false,
            Optional.of(Duration.ofMinutes(47)));
    assertThat(Advice.of(slow).recommendation()).isEqualTo(Recommendation.BACK_UP_WITH_STANDBY);
    assertThat(Advice.of(measured).recommendation()).isEqualTo(Recommendation.BACK_UP);
    assertThat(Advice.of(measured).recoverySeconds()).isEqualTo(47 * 60);
  }

  @Test
  void a_small_recovery_point_objective_a_lost_source_and_compliance_each_ask_for_backups() {
    assertThat(Advice.of(knowledgeBase(Duration.ofHours(1), Duration.ZERO)).recommendation())
        .isEqualTo(Recommendation.BACK_UP);
    assertThat(Advice.of(knowledgeBase(Duration.ofHours(4), Duration.ZERO)).recommendation())
        .isEqualTo(Recommendation.REBUILD);
    assertThat(Advice.of(situation(KNOWLEDGE_BASE, false, true)).reasons())
        .containsExactly(
            "the source is not kept in a stable form: there is nothing to rebuild from");
    assertThat(Advice.of(situation(KNOWLEDGE_BASE, true, false)).reasons())
        .containsExactly("compliance forbids that records are made again from their source");
  }

  @Test
  void embedding_that_takes_days_or_costs_more_than_storage_asks_for_backups() {
    assertThat(Advice.of(situation(90_000_000, true, true)).reasons())
        .anyMatch(reason -> reason.startsWith("embedding takes days"));
    Situation base = situation(1_000_000, true, true);
    Embedding service = new Embedding(1000, 1, 0, 0.00013, 500);
    Situation dear =
        new Situation(
            base.records(),
            base.bytesPerRecord(),
            base.dailyShare(),
            service,
            base.prices(),
            base.objectives(),
            base.retention(),
            base.recoveriesPerYear(),
            true,
            true,
            false,
            Optional.empty());
    assertThat(service.dollars(1_000_000)).isCloseTo(65, within(1e-9));
    assertThat(Advice.of(dear).reasons())
        .singleElement()
        .asString()
        .startsWith("rebuilds cost $65 a year, backups $");
  }

  @Test
  void a_hundred_gigabytes_take_four_to_five_hundred_over_30_and_90_days() {
    StorageNeed need = StorageNeed.of(100e9, 0.115, KEPT);
    assertThat(need.points()).isEqualTo(33);
    assertThat(need.bytes()).isBetween(400e9, 500e9);
    assertThat(need.standardBytes()).isCloseTo(345e9, within(1.0));
    assertThat(need.infrequentBytes()).isCloseTo(134.5e9, within(1.0));
    assertThat(need.dailyBytes()).isBetween(8e9, 15e9);
    assertThat(need.spreadBytes()).isGreaterThan(need.bytes());
    // The ends of the range of daily changes lie around it.
    assertThat(StorageNeed.of(100e9, 0.08, KEPT).bytes()).isBetween(300e9, 400e9);
    assertThat(StorageNeed.of(100e9, 0.15, KEPT).bytes()).isBetween(500e9, 600e9);
  }

  @Test
  void without_a_second_class_all_of_it_is_in_the_usual_one() {
    StorageNeed need = StorageNeed.of(10, 0.5, Retention.DEFAULT);
    assertThat(need.standardBytes()).isEqualTo(10 + 30 * 5);
    assertThat(need.infrequentBytes()).isZero();
    assertThat(need.spreadBytes()).isEqualTo(need.bytes());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 30",
    "9999999, 0, 30",
    "10000000, 60, 120",
    "99999999, 60, 120",
    "100000000, 240, 480"
  })
  void a_recovery_is_expected_to_take_longer_by_size(long records, long least, long most) {
    assertThat(RecoveryTime.expected(records, false))
        .isEqualTo(new RecoveryTime(Duration.ofMinutes(least), Duration.ofMinutes(most)));
    assertThat(RecoveryTime.expected(records, true).most()).isEqualTo(Duration.ofMinutes(30));
  }

  @Test
  void what_cannot_be_is_refused() {
    assertThatThrownBy(() -> new Embedding(Double.NaN, 1, 1, 0, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> StorageNeed.of(1, 1.1, KEPT))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Situation knowledgeBase(Duration rpo, Duration rto) {
    Situation base = situation(KNOWLEDGE_BASE, true, true);
    return new Situation(
        base.records(),
        base.bytesPerRecord(),
        base.dailyShare(),
        base.embedding(),
        base.prices(),
        new Objectives(rpo, rto),
        base.retention(),
        base.recoveriesPerYear(),
        true,
        true,
        false,
        Optional.empty());
  }

  private static Situation situation(long records, boolean sourceKept, boolean rederivable) {
    return new Situation(
        records,
        1024 * 4 + 1200,
        0.115,
        Embedding.A10G,
        Situation.Prices.S3,
        Objectives.NONE,
        KEPT,
        1,
        sourceKept,
        rederivable,
        false,
        Optional.empty());
  }
}
