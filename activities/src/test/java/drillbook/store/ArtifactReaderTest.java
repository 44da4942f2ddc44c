package drillbook.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.store.ArtifactStore.Stored;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ArtifactReaderTest {
  private final MemoryArtifactStore store = new MemoryArtifactStore();

  @Test
  void an_artifact_of_several_blocks_is_proven_to_its_last_byte() throws Exception {
    byte[] bytes = new byte[700_001];
    Arrays.fill(bytes, (byte) 7);
    Stored stored = store.putNew("a", bytes);
    ArtifactReader.prove(store, stored);

    bytes[700_000] = 8;
    Stored other = store.putNew("b", bytes);
    DrillbookException changed = failure(new Stored("b", stored.bytes(), stored.sha256()));
    assertThat(changed.kind()).isEqualTo(FailureKind.CORRUPT);
    assertThat(changed).hasMessageContaining("read b: its sha256 is " + other.sha256());
  }

  @Test
  void a_shorter_a_longer_and_a_missing_artifact_are_told_apart() throws Exception {
    Stored stored = store.putNew("a", new byte[1000]);
    assertThat(failure(new Stored("a", 1001, stored.sha256())))
        .hasMessageContaining("ends at byte 1000 of 1001");
    assertThat(failure(new Stored("a", 999, stored.sha256())))
        .hasMessageContaining("goes on behind byte 999 of 999");
    assertThat(failure(new Stored("b", 1000, stored.sha256())).kind())
        .isEqualTo(FailureKind.NOT_FOUND);
  }

  @Test
  void an_empty_artifact_is_proven() throws Exception {
    ArtifactReader.prove(store, store.putNew("a", new byte[0]));
  }

  private DrillbookException failure(Stored expected) {
    return catchThrowableOfType(
        DrillbookException.class, () -> ArtifactReader.prove(store, expected));
  }
}
