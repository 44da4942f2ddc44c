package drillbook.prune;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.store.MemoryVersionedStore;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class TieringTest {
  private static final String OLD = "docs/backups/20261001t020000z_full_aaaaaa/";
  private static final String YOUNG = "docs/backups/20261120t020000z_full_bbbbbb/";
  private static final Instant NOW = Instant.parse("2026-11-21T00:00:00Z");
  private static final Instant BEFORE = Instant.parse("2026-10-22T00:00:00Z");

  private final MemoryVersionedStore store = new MemoryVersionedStore();
  private final Tiering tiering = new Tiering(store, "docs", step -> {});

  @BeforeEach
  void two_backups() throws Exception {
    for (String folder : new String[] {OLD, YOUNG}) {
      store.putNew(folder + "manifest.json", new byte[1000]);
      store.putNew(folder + "c0/t0/1-a", new byte[200 << 10]);
      store.putNew(folder + "c0/t0/2-b", new byte[(int) Tiering.SMALLEST]);
      store.putNew(folder + "c0/t0/3-c", new byte[(int) Tiering.SMALLEST - 1]);
    }
  }

  @Test
  void what_is_kept_old_and_large_moves_and_only_once() throws Exception {
    Set<String> wanted =
        Set.of(OLD + "c0/t0/1-a", OLD + "c0/t0/2-b", OLD + "c0/t0/3-c", YOUNG + "c0/t0/1-a");
    assertThat(move(wanted)).contains("2 objects (328 KiB) moved to infrequent access");
    assertThat(store.classes).containsOnlyKeys(OLD + "c0/t0/1-a", OLD + "c0/t0/2-b");
    assertThat(move(wanted)).isEmpty();
  }

  @Test
  void what_nobody_wants_or_somebody_locked_stays_where_it_is() throws Exception {
    store.locked.add(OLD + "c0/t0/1-a");
    assertThat(move(Set.of(OLD + "c0/t0/1-a"))).isEmpty();
    assertThat(store.classes).isEmpty();
  }

  @Test
  void a_store_of_one_class_is_told_and_fails_nothing() throws Exception {
    store.oneClassOnly = true;
    assertThat(move(Set.of(OLD + "c0/t0/1-a")))
        .contains(
            "0 objects (0 B) moved to infrequent access, and then stopped: there is one class only."
                + " Leave it.");
  }

  private Optional<String> move(Set<String> wanted) throws Exception {
    return tiering.move(tiering.ageing(wanted, BEFORE), NOW);
  }
}
