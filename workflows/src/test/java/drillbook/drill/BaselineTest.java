package drillbook.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BaselineTest {
  @Test
  void fewer_than_three_drills_are_no_baseline() {
    Baseline baseline = Baseline.of(List.of(1.0, 1.0));
    assertThat(baseline.known()).isFalse();
    assertThat(baseline.regressed(1000, 0.2, 5)).isFalse();
  }

  @Test
  void the_baseline_is_the_median_of_the_newest_eight() {
    assertThat(Baseline.of(List.of(30.0, 10.0, 20.0))).isEqualTo(new Baseline(3, 20));
    assertThat(Baseline.of(List.of(30.0, 10.0, 20.0, 40.0))).isEqualTo(new Baseline(4, 25));
    List<Double> many = new ArrayList<>(Collections.nCopies(8, 5.0));
    many.addAll(Collections.nCopies(20, 900.0));
    assertThat(Baseline.of(many)).isEqualTo(new Baseline(8, 5));
  }

  @Test
  void a_regression_is_beyond_both_the_share_and_the_floor() {
    Baseline baseline = new Baseline(3, 100);
    assertThat(baseline.regressed(120, 0.2, 5)).isFalse();
    assertThat(baseline.regressed(120.1, 0.2, 5)).isTrue();
    assertThat(new Baseline(3, 10).regressed(14, 0.2, 5)).isFalse();
    assertThat(new Baseline(3, 10).regressed(15.1, 0.2, 5)).isTrue();
  }
}
