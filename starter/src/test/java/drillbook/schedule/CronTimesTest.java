package drillbook.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CronTimesTest {
  private static final Instant NOW = Instant.parse("2026-11-21T03:00:00Z");

  @Test
  void times_are_those_of_the_zone() {
    assertThat(times("0 2 * * *", "UTC", NOW, 2))
        .containsExactly("2026-11-22T02:00:00Z", "2026-11-23T02:00:00Z");
    assertThat(times("0 2 * * *", "Europe/Zurich", NOW, 1)).containsExactly("2026-11-22T01:00:00Z");
    assertThat(times("0 2 * * *", "Asia/Tokyo", NOW, 1)).containsExactly("2026-11-21T17:00:00Z");
  }

  @Test
  void a_time_is_never_the_moment_itself() {
    assertThat(times("0 3 * * *", "UTC", NOW, 1)).containsExactly("2026-11-22T03:00:00Z");
    assertThat(times("0 3 * * *", "UTC", NOW.minusMillis(1), 1))
        .containsExactly("2026-11-21T03:00:00Z");
  }

  @Test
  void lists_ranges_steps_and_names_are_understood() {
    assertThat(times("5 * * * *", "UTC", NOW, 2))
        .containsExactly("2026-11-21T03:05:00Z", "2026-11-21T04:05:00Z");
    assertThat(times("0 5 1 1,4,7,10 *", "UTC", NOW, 2))
        .containsExactly("2027-01-01T05:00:00Z", "2027-04-01T05:00:00Z");
    assertThat(times("0,30 8-9 * * mon", "UTC", NOW, 4))
        .containsExactly(
            "2026-11-23T08:00:00Z",
            "2026-11-23T08:30:00Z",
            "2026-11-23T09:00:00Z",
            "2026-11-23T09:30:00Z");
    assertThat(times("*/25 4 * * *", "UTC", NOW, 3))
        .containsExactly("2026-11-21T04:00:00Z", "2026-11-21T04:25:00Z", "2026-11-21T04:50:00Z");
    assertThat(times("50/5 4 * * *", "UTC", NOW, 3))
        .containsExactly("2026-11-21T04:50:00Z", "2026-11-21T04:55:00Z", "2026-11-22T04:50:00Z");
    assertThat(times("0 3 * * 7", "UTC", NOW, 1))
        .isEqualTo(times("0 3 * * 0", "UTC", NOW, 1))
        .isEqualTo(times("0 3 * * sunday", "UTC", NOW, 1))
        .containsExactly("2026-11-22T03:00:00Z");
  }

  @Test
  void day_of_month_and_weekday_must_both_hold() {
    assertThat(times("0 0 13 * fri", "UTC", NOW, 2))
        .containsExactly("2027-08-13T00:00:00Z", "2028-10-13T00:00:00Z");
  }

  @Test
  void a_time_that_the_clocks_skip_is_left_out() {
    Instant before = Instant.parse("2027-03-27T12:00:00Z");
    assertThat(times("0 2 * * *", "Europe/Zurich", before, 1))
        .containsExactly("2027-03-29T00:00:00Z");
    assertThat(times("0 4 * * *", "Europe/Zurich", before, 1))
        .containsExactly("2027-03-28T02:00:00Z");
  }

  @Test
  void a_time_that_comes_twice_is_taken_as_the_server_does() {
    Instant zurich = Instant.parse("2027-10-30T12:00:00Z");
    assertThat(times("30 2 * * *", "Europe/Zurich", zurich, 2))
        .containsExactly("2027-10-31T01:30:00Z", "2027-11-01T01:30:00Z");
    Instant york = Instant.parse("2027-11-06T12:00:00Z");
    assertThat(times("30 1 * * *", "America/New_York", york, 3))
        .containsExactly("2027-11-07T05:30:00Z", "2027-11-07T06:30:00Z", "2027-11-08T06:30:00Z");
  }

  @Test
  void what_never_comes_has_no_times() {
    assertThat(times("0 0 31 2 *", "UTC", NOW, 1)).isEmpty();
    assertThat(times("0 0 29 2 *", "UTC", NOW, 1)).containsExactly("2028-02-29T00:00:00Z");
  }

  @Test
  void between_two_moments_lie_the_times_after_the_first() {
    CronTimes daily = CronTimes.of("0 3 * * *", "UTC");
    assertThat(daily.between(NOW, Instant.parse("2026-11-23T03:00:00Z"), 10))
        .containsExactly(
            Instant.parse("2026-11-22T03:00:00Z"), Instant.parse("2026-11-23T03:00:00Z"));
    assertThat(daily.between(NOW, NOW.plusSeconds(60), 10)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0 2 * *",
        "0 2 * * * *",
        "60 2 * * *",
        "0 24 * * *",
        "0 2 0 * *",
        "0 2 * 13 *",
        "0 2 * * 8",
        "a 2 * * *",
        "0 5-2 * * *",
        "*/0 2 * * *",
        "1/2/3 2 * * *",
        "1-2-3 2 * * *",
        "0, 2 * * *",
        "@daily"
      })
  void what_is_no_time_is_refused(String words) {
    assertThatThrownBy(() -> CronTimes.of(words, "UTC"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static List<String> times(String cron, String zone, Instant after, int most) {
    return CronTimes.of(cron, zone).after(after, most).stream().map(Instant::toString).toList();
  }
}
