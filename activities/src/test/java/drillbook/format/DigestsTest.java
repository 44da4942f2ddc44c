package drillbook.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.store.MemoryArtifactStore;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DigestsTest {
  private static final BigInteger MODULUS = BigInteger.ONE.shiftLeft(256);

  @Test
  void a_sum_is_the_sum_of_big_integers() {
    Random random = new Random(1);
    MultisetSum sum = MultisetSum.empty();
    BigInteger expected = BigInteger.ZERO;
    for (int i = 0; i < 5000; i++) {
      byte[] hash = hash(random);
      if (i % 3 == 0) {
        // Carries through all words are rare in random numbers.
        Arrays.fill(hash, random.nextInt(32), 32, (byte) 0xff);
      }
      boolean subtract = i > 0 && random.nextInt(3) == 0;
      BigInteger value = new BigInteger(1, hash);
      expected = expected.add(subtract ? value.negate() : value).mod(MODULUS);
      if (subtract) {
        sum.subtract(hash);
      } else {
        sum.add(hash);
      }
      assertThat(new BigInteger(sum.hex(), 16)).isEqualTo(expected);
    }
  }

  @Test
  void sums_merge_in_any_order_and_come_back_from_text() {
    Random random = new Random(2);
    List<byte[]> hashes = new ArrayList<>();
    MultisetSum left = MultisetSum.empty();
    MultisetSum right = MultisetSum.empty();
    for (int i = 0; i < 100; i++) {
      byte[] hash = hash(random);
      hashes.add(hash);
      (i % 2 == 0 ? left : right).add(hash);
    }
    Collections.shuffle(hashes, random);
    MultisetSum all = MultisetSum.empty();
    hashes.forEach(all::add);
    MultisetSum merged = MultisetSum.of(left.hex(), left.count());
    merged.merge(right);
    assertThat(merged.hex()).isEqualTo(all.hex());
    assertThat(merged.count()).isEqualTo(100);
    hashes.forEach(merged::subtract);
    assertThat(merged.hex()).isEqualTo("0".repeat(64));
    assertThat(merged.count()).isZero();
    assertThatThrownBy(() -> MultisetSum.of("00", 0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_root_is_that_of_the_recursive_definition() {
    Random random = new Random(3);
    for (int count = 0; count < 140; count++) {
      List<byte[]> ids = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        ids.add(hash(random));
      }
      ids.sort(Arrays::compareUnsigned);
      MerkleRoot root = new MerkleRoot();
      List<byte[]> leaves = new ArrayList<>();
      for (byte[] id : ids) {
        byte[] content = hash(random);
        root.add(id, content);
        leaves.add(sha256(new byte[] {0}, id, content));
      }
      assertThat(root.hex()).isEqualTo(HexFormat.of().formatHex(naive(leaves)));
      assertThat(root.hex()).as("asked twice").isEqualTo(root.hex());
    }
  }

  @Test
  void leaves_that_descend_are_refused() {
    MerkleRoot root = new MerkleRoot();
    byte[] high = new byte[32];
    high[0] = (byte) 0x80;
    root.add(high, new byte[32]);
    byte[] low = new byte[32];
    low[0] = 0x7f;
    assertThatThrownBy(() -> root.add(low, new byte[32]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void an_address_keeps_segment_and_row() {
    long last = Address.of(Address.MAX_SEGMENT, Address.MAX_ROWS - 1);
    assertThat(last).isNotEqualTo(Address.TOMBSTONE);
    assertThat(Address.segment(last)).isEqualTo(Address.MAX_SEGMENT);
    assertThat(Address.row(last)).isEqualTo(Address.MAX_ROWS - 1);
    assertThat(Address.of(3, 7)).isEqualTo(3L << 20 | 7);
    assertThatThrownBy(() -> Address.of(0, Address.MAX_ROWS))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static byte[] naive(List<byte[]> leaves) {
    if (leaves.isEmpty()) {
      return sha256(new byte[0]);
    }
    if (leaves.size() == 1) {
      return leaves.getFirst();
    }
    int split = Integer.highestOneBit(leaves.size() - 1);
    return sha256(
        new byte[] {1},
        naive(leaves.subList(0, split)),
        naive(leaves.subList(split, leaves.size())));
  }

  private static byte[] sha256(byte[]... parts) {
    java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return HexFormat.of().parseHex(MemoryArtifactStore.sha256(all.toByteArray()));
  }

  private static byte[] hash(Random random) {
    byte[] hash = new byte[32];
    random.nextBytes(hash);
    return hash;
  }
}
