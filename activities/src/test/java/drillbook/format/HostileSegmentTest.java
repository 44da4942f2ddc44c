package drillbook.format;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.format.SegmentWriter.Limits;
import drillbook.frame.FrameHeader;
import drillbook.record.RecordBatch;
import drillbook.store.MemoryArtifactStore;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** No bytes make a reader do anything but return records or say CORRUPT. */
class HostileSegmentTest {
  private static final RecordBatch BATCH = TestingRecords.random(TestingRecords.EVERYTHING, 5, 5);

  private final MemoryArtifactStore store = new MemoryArtifactStore();
  private Segment segment = new Segment(0, "none", 0, "", 0, 0, "", 0, "", context());
  private byte[] good = new byte[0];

  @BeforeEach
  void write() throws Exception {
    RecordHasher hasher = new RecordHasher(BATCH.layout());
    byte[] idHash = new byte[32];
    byte[] contentHash = new byte[32];
    try (SegmentWriter writer =
        new SegmentWriter(
            store, "docs/", 3, BATCH.layout(), context(), new Limits(1500, 1 << 20, 100))) {
      for (int i = 0; i < BATCH.size(); i++) {
        hasher.hash(BATCH, i, idHash, contentHash);
        writer.append(BATCH, i, idHash, contentHash);
      }
      segment = writer.commit();
    }
    good = store.bytes(segment.key());
    assertThat(read()).isEqualTo("fine");
    assertThat(fetch()).isEqualTo("fine");
  }

  @Test
  void every_flipped_bit_is_found() throws Exception {
    for (int bit = 0; bit < good.length * 8; bit++) {
      byte[] bad = good.clone();
      bad[bit / 8] ^= (byte) (1 << (bit % 8));
      store.tamper(segment.key(), bad);
      assertThat(read()).as("bit %d", bit).isEqualTo("CORRUPT");
      // The salt is covered by the header's checksum, all else by a checksum of its own.
      assertThat(fetch()).as("bit %d", bit).isEqualTo("CORRUPT");
    }
  }

  @Test
  void every_truncation_and_every_addition_is_found() throws Exception {
    for (int length = 0; length < good.length; length++) {
      store.tamper(segment.key(), Arrays.copyOf(good, length));
      assertThat(read()).as("%d bytes", length).isEqualTo("CORRUPT");
      assertThat(fetch()).as("%d bytes", length).isEqualTo("CORRUPT");
    }
    store.tamper(segment.key(), Arrays.copyOf(good, good.length + 1));
    assertThat(read()).isEqualTo("CORRUPT");
  }

  @Test
  void bytes_with_valid_checksums_and_a_valid_sha256_do_no_harm() throws Exception {
    Random random = new Random(9);
    int start = SegmentHeader.length(Arrays.copyOf(good, 12), "test");
    int body = start + FrameHeader.BYTES;
    int bodyBytes = little(good).getInt(start + 16);
    int refused = 0;
    for (int round = 0; round < 8_000; round++) {
      byte[] bad = good.clone();
      int changes = 1 + random.nextInt(3);
      for (int i = 0; i < changes; i++) {
        bad[body + random.nextInt(bodyBytes)] = strange(random);
      }
      if (random.nextInt(10) == 0) {
        little(bad).putInt(start + 12, random.nextInt(1 << 17));
      }
      seal(bad, start, bodyBytes);
      store.tamper(segment.key(), bad);
      Segment signed = resigned(bad);
      String result =
          outcome(() -> SegmentReader.read(store, signed, BATCH.layout(), (b, r) -> {}));
      assertThat(result).as("round %d", round).isIn("fine", "CORRUPT");
      refused += result.equals("CORRUPT") ? 1 : 0;
    }
    assertThat(refused).isGreaterThan(800);
  }

  @Test
  void a_length_beyond_the_limit_is_refused_before_memory_is_taken() throws Exception {
    int start = SegmentHeader.length(Arrays.copyOf(good, 12), "test");
    byte[] bad = good.clone();
    little(bad).putInt(start + 16, Integer.MAX_VALUE).putInt(start + 20, Integer.MAX_VALUE);
    little(bad).putInt(start + 28, crc(bad, start, 28));
    store.tamper(segment.key(), bad);
    assertThat(read()).isEqualTo("CORRUPT");
  }

  private static byte strange(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> (byte) 0xff;
      case 1 -> (byte) 0x7f;
      case 2 -> 0;
      default -> (byte) random.nextInt(256);
    };
  }

  private static void seal(byte[] bytes, int start, int bodyBytes) {
    little(bytes).putInt(start + 24, crc(bytes, start + FrameHeader.BYTES, bodyBytes));
    little(bytes).putInt(start + 28, crc(bytes, start, 28));
  }

  private static int crc(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private Segment resigned(byte[] bytes) {
    return new Segment(
        segment.number(),
        segment.key(),
        bytes.length,
        MemoryArtifactStore.sha256(bytes),
        segment.rows(),
        segment.logicalBytes(),
        segment.runKey(),
        segment.runBytes(),
        segment.runSha256(),
        segment.context());
  }

  private static SegmentContext context() {
    return new SegmentContext("docs", "20261101t000000z_full_a");
  }

  private String read() throws Exception {
    return outcome(() -> SegmentReader.read(store, segment, BATCH.layout(), (batch, row) -> {}));
  }

  private String fetch() throws Exception {
    int[] all = java.util.stream.IntStream.range(0, segment.rows()).toArray();
    return outcome(
        () -> SegmentReader.fetch(store, segment, BATCH.layout(), all, (batch, record, row) -> {}));
  }

  private interface Reading {
    void run() throws DrillbookException, InterruptedException;
  }

  private static String outcome(Reading reading) throws Exception {
    try {
      reading.run();
      return "fine";
    } catch (DrillbookException e) {
      assertThat(e.kind()).isEqualTo(FailureKind.CORRUPT);
      assertThat(e.getMessage()).contains("docs/00000000000003-");
      return e.kind().name();
    }
  }
}
