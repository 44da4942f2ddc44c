package drillbook.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SpellingTest {
  private static final List<String> KNOWN =
      List.of("runbook", "recovery-point", "max-regression", "at", "to", "rpo", "rto");

  @ParameterizedTest
  @CsvSource({
    "runbok, runbook",
    "runbooks, runbook",
    "urnbook, runbook",
    "Runbook, runbook",
    "recovery_point, recovery-point",
    "recoveryPoint, recovery-point",
    "recovery-pont, recovery-point",
    "maxRegresion, max-regression",
    "rop, rpo",
    "att, at",
    "regression, max-regression",
  })
  void a_near_word_was_probably_meant(String word, String meant) {
    assertThat(Spelling.near(word, KNOWN)).contains(meant);
    assertThat(Spelling.suggestion(word, KNOWN)).isEqualTo(" (did you mean '" + meant + "'?)");
  }

  @ParameterizedTest
  @CsvSource({"colour", "zone", "hunter2", "r", "x-recovery-point-of-mine"})
  void a_far_one_was_not(String word) {
    assertThat(Spelling.near(word, KNOWN)).isEmpty();
    assertThat(Spelling.suggestion(word, KNOWN)).isEmpty();
  }

  @Test
  void a_long_word_is_not_even_compared() {
    assertThat(Spelling.near("a".repeat(60_000), List.of("a".repeat(60_001)))).isEmpty();
    assertThat(Spelling.near("word", List.of())).isEmpty();
  }

  @Test
  void only_what_looks_like_a_key_is_repeated() {
    assertThat(List.of("colour", "size-delta", "a")).allMatch(Spelling::isWord);
    assertThat(
            List.of(
                "", "hunter2", "xoxb-123", "Token", "a_b", "a-", "-a", "a".repeat(25), "a-b-c-d-e"))
        .noneMatch(Spelling::isWord);
  }
}
