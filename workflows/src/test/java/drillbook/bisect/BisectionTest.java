package drillbook.bisect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class BisectionTest {
  @Test
  void the_first_that_restores_is_found_wherever_it_is_in_few_tries() {
    for (int size = 0; size < 70; size++) {
      for (int firstGood = 0; firstGood <= size; firstGood++) {
        Bisection search = new Bisection(size);
        int tries = 0;
        while (search.next().isPresent()) {
          int position = search.next().getAsInt();
          assertThat(position).isBetween(0, size - 1);
          search.tried(position, position >= firstGood);
          tries++;
        }
        assertThat(search.untried()).isZero();
        assertThat(search.good().orElse(size)).isEqualTo(firstGood);
        assertThat(search.bad().orElse(-1)).isEqualTo(firstGood - 1);
        assertThat(tries).isLessThanOrEqualTo(32 - Integer.numberOfLeadingZeros(size));
      }
    }
  }

  @Test
  void six_tries_tell_63_backups_apart() {
    Bisection search = new Bisection(63);
    for (int i = 0; i < BisectRequest.USUAL; i++) {
      search.tried(search.next().orElseThrow(), false);
    }
    assertThat(search.next()).isEmpty();
  }

  @Test
  void what_was_not_tried_is_counted() {
    Bisection search = new Bisection(20);
    search.tried(10, true);
    search.tried(4, false);
    assertThat(search.untried()).isEqualTo(5);
    assertThat(search.good()).hasValue(10);
    assertThat(search.bad()).hasValue(4);
  }
}
