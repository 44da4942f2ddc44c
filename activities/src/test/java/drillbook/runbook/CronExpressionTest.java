package drillbook.runbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CronExpressionTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "* * * * *",
        "0 0 1 1 0",
        "59 23 31 12 7",
        "*/15 * * * *",
        "5/20 * * * *",
        "0 6-22/2 * * *",
        "0,30 8-12,14-18/2 * * *",
        "0 0 29 2 *",
        "0 0 31 1,2 *",
        "0 0 * jan-dec *",
        "0 0 * Sept *",
        "0 0 * * sun",
        "0 0 * * MON-fri",
        "0 0 * * tu,thurs",
        "0 0 * * 5-7",
        "0 4 1-7 * sun",
        "00 02 * * *",
      })
  void what_comes_back_is_accepted(String cron) {
    assertThat(CronExpression.parse(cron)).isEqualTo(cron);
  }

  @Test
  void fields_are_set_apart_by_single_spaces() {
    assertThat(CronExpression.parse(" 0  2\t* * *  ")).isEqualTo("0 2 * * *");
  }

  @ParameterizedTest
  @EnumSource(Cadence.class)
  void the_usual_times_are_such_expressions(Cadence cadence) {
    assertThat(CronExpression.parse(cadence.cron())).isEqualTo(cadence.cron());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "60 * * * *      | 'minute' is outside 0 to 59",
        "* 24 * * *      | 'hour' is outside 0 to 23",
        "* * 0 * *       | 'day of month' is outside 1 to 31",
        "* * 32 * *      | 'day of month' is outside 1 to 31",
        "* * * 0 *       | 'month' is outside 1 to 12",
        "* * * 13 *      | 'month' is outside 1 to 12",
        "* * * * 8       | 'day of week' is outside 0 to 7",
        "* * * ja *      | 'month' is no number, or names such as february",
        "* * * janx *    | 'month' is no number",
        "* * * * m       | 'day of week' is no number, or names such as monday",
        "jan * * * *     | 'minute' is no number",
        "-1 * * * *      | 'minute' is no number",
        "+1 * * * *      | 'minute' is no number",
        "1- * * * *      | 'minute' is no number",
        "1,,2 * * * *    | 'minute' is no number",
        "1, * * * *      | 'minute' is no number",
        "1.5 * * * *     | 'minute' is no number",
        "99999 * * * *   | 'minute' is no number",
        "1-2-3 * * * *   | 'minute' has a range of more than two ends",
        "5-1 * * * *     | 'minute' has a range that ends before it begins",
        "* * * * fri-sun | 'day of week' has a range that ends before it begins",
        "*/0 * * * *     | 'minute' has a step that is never reached",
        "*/60 * * * *    | 'minute' has a step that is never reached",
        "* */24 * * *    | 'hour' has a step that is never reached",
        "*/ * * * *      | 'minute' is no number",
        "*/5/5 * * * *   | 'minute' has more than one step",
        "/5 * * * *      | 'minute' is no number",
        "*5 * * * *      | 'minute' is no number",
        "? * * * *       | 'minute' is no number",
        "* * L * *       | 'day of month' is no number",
        "* * 15W * *     | 'day of month' is no number",
        "* * * * 5#3     | 'day of week' is no number",
        "* * 30 2 *      | 'day of month' names a day that none of the months has",
        "* * 31 4,6,9 *  | 'day of month' names a day that none of the months has",
        "02:00           | has 1 field, not five",
        "* * * *         | has 4 fields, not five",
        "0 * * * * *     | has 6 fields, not five",
        "@every 1h       | is a word where five fields belong",
        "CRON_TZ=UTC * * * * * | names a zone",
      })
  void what_does_not_is_refused_by_its_field(String cron, String wrong) {
    assertThat(
            catchThrowableOfType(IllegalArgumentException.class, () -> CronExpression.parse(cron)))
        .hasMessageContaining(wrong);
  }
}
