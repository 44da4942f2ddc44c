package drillbook.capture;

import drillbook.format.RecordHasher;
import drillbook.format.SegmentContext;
import drillbook.format.SegmentWriter;
import drillbook.frame.FrameEncoder;
import drillbook.profile.PartMeter;
import drillbook.record.ElementType;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.VectorField;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * From a batch to a segment in a store that forgets it: records for each second on one core. A
 * record is a unit vector of 768 floats, 3072 bytes, with a small payload and a short id.
 *
 * <pre>{@code
 * mvn -B -q -pl benchmarks -am package -DskipTests
 * java --enable-native-access=ALL-UNNAMED -jar benchmarks/target/benchmarks.jar CaptureBenchmark
 * }</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xmx1g", "--enable-native-access=ALL-UNNAMED"})
public class CaptureBenchmark {
  private static final int RECORDS = 1000;
  private static final int FRAME_RECORDS = 330;
  private static final int DIMENSION = 768;
  private static final RecordLayout LAYOUT =
      RecordLayout.dense(new VectorField("", ElementType.F32, DIMENSION, false));

  /** Whether the floats were 16 bits wide once. */
  @Param({"false", "true"})
  public boolean halves;

  private final RecordBatch batch = new RecordBatch(LAYOUT);
  private final RecordBatch frame = new RecordBatch(LAYOUT);
  private final RecordHasher hasher = new RecordHasher(LAYOUT);
  private final PartMeter meter = new PartMeter(LAYOUT);
  private final FrameEncoder encoder = new FrameEncoder();
  private final DiscardingStore store = new DiscardingStore();
  private final byte[] idHash = new byte[RecordHasher.HASH_BYTES];
  private final byte[] contentHash = new byte[RecordHasher.HASH_BYTES];

  /** Makes the records. */
  @Setup
  public void fill() {
    Random random = new Random(1);
    for (int i = 0; i < RECORDS; i++) {
      batch.ids().add(RecordId.of("record-" + i));
      batch.vectors().getFirst().add(vector(random), 0, DIMENSION);
      batch
          .payloads()
          .add(Payload.encode(Map.of("number", (long) i, "title", "Record number " + i)));
      batch.documents().add(("Text of record " + i + ".").getBytes(StandardCharsets.UTF_8));
      batch.endRecord();
      if (i < FRAME_RECORDS) {
        frame.append(batch, i);
      }
    }
  }

  /** Hashes ids and contents only. */
  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public byte[] hash() {
    for (int i = 0; i < RECORDS; i++) {
      hasher.hash(batch, i, idHash, contentHash);
    }
    return contentHash;
  }

  /** Adds up norms and the mean vector only. */
  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public PartMeter meter() {
    meter.take(batch);
    return meter;
  }

  /** Encodes one frame only. */
  @Benchmark
  @OperationsPerInvocation(FRAME_RECORDS)
  public int encode() {
    return encoder.encode(frame, 0, false);
  }

  /** Does all that a capture does between the engine and the store. */
  @Benchmark
  @OperationsPerInvocation(10 * RECORDS)
  public long capture() throws Exception {
    try (SegmentWriter writer =
        new SegmentWriter(
            store,
            "docs/",
            0,
            LAYOUT,
            new SegmentContext("docs", "20261101t000000z_full_aaaaaa"))) {
      for (int round = 0; round < 10; round++) {
        meter.begin(batch);
        for (int i = 0; i < RECORDS; i++) {
          hasher.hash(batch, i, idHash, contentHash);
          meter.take(i);
          writer.append(batch, i, idHash, contentHash);
        }
      }
      return writer.commit().bytes();
    }
  }

  private float[] vector(Random random) {
    float[] vector = new float[DIMENSION];
    double squares = 0;
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) random.nextGaussian();
      squares += vector[i] * (double) vector[i];
    }
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) (vector[i] / Math.sqrt(squares));
      if (halves) {
        vector[i] = Float.float16ToFloat(Float.floatToFloat16(vector[i]));
      }
    }
    return vector;
  }
}
