package drillbook.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import drillbook.manifest.CanonicalJson;
import drillbook.record.ElementType;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.VectorField;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PartMeterTest {
  private static final RecordLayout FLOATS = layout(ElementType.F32, 0);

  @Test
  void figures_are_those_of_plain_arithmetic() throws Exception {
    SplittableRandom random = new SplittableRandom(3);
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < 1003; i++) {
      float[] vector = new float[37];
      for (int d = 0; d < vector.length; d++) {
        vector[d] = (float) random.nextDouble(-1, 3);
      }
      vectors.add(vector);
    }
    vectors.add(new float[37]);

    BackupProfile.Vector figures = profile(FLOATS, List.of(meter(FLOATS, vectors, 100)));

    double[] norms =
        vectors.stream()
            .mapToDouble(vector -> {
              double squares = 0;
              for (float value : vector) {
                squares += (double) value * value;
              }
              return Math.sqrt(squares);
            })
            .toArray();
    double mean = Arrays.stream(norms).average().orElseThrow();
    double variance =
        Arrays.stream(norms).map(norm -> (norm - mean) * (norm - mean)).average().orElseThrow();
    assertThat(figures.count()).isEqualTo(1004);
    assertThat(figures.dimension()).isEqualTo(37);
    assertThat(figures.zero()).isEqualTo(1);
    assertThat(figures.notFinite()).isZero();
    assertThat(figures.norm().least()).isZero();
    assertThat(figures.norm().most())
        .isCloseTo(Arrays.stream(norms).max().orElseThrow(), within(1e-9));
    assertThat(figures.norm().mean()).isCloseTo(mean, within(1e-9));
    assertThat(figures.norm().deviation()).isCloseTo(Math.sqrt(variance), within(1e-6));
    float[] centroid = floats(figures.centroid());
    for (int d = 0; d < 37; d++) {
      int element = d;
      double expected =
          vectors.stream().mapToDouble(vector -> vector[element]).average().orElseThrow();
      assertThat((double) centroid[d]).isCloseTo(expected, within(1e-6));
    }
  }

  @Test
  void values_that_are_no_numbers_are_counted_and_spoil_no_sum() throws Exception {
    List<float[]> vectors =
        List.of(
            new float[] {3, 4},
            new float[] {Float.NaN, Float.NaN},
            new float[] {Float.POSITIVE_INFINITY, 1},
            new float[] {Float.NEGATIVE_INFINITY, Float.NaN},
            new float[] {1e38f, 0});

    BackupProfile.Vector figures = profile(FLOATS, List.of(meter(FLOATS, vectors, 2)));

    assertThat(figures.count()).isEqualTo(5);
    assertThat(figures.notFinite()).isEqualTo(3);
    assertThat(figures.nan()).isEqualTo(3);
    assertThat(figures.infinite()).isEqualTo(2);
    assertThat(figures.norm().least()).isEqualTo(5);
    assertThat(figures.norm().most()).isEqualTo((double) 1e38f);
    assertThat(floats(figures.centroid())).containsExactly((3 + 1e38f) / 2, 2);
  }

  @Test
  void stretches_add_up_to_the_whole_and_a_resumed_one_is_bit_for_bit_the_same() throws Exception {
    SplittableRandom random = new SplittableRandom(5);
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      vectors.add(new float[] {(float) random.nextDouble(), (float) random.nextDouble(-9, 1), i});
    }
    List<VectorSums> whole = meter(FLOATS, vectors, 10);
    List<VectorSums> first = meter(FLOATS, vectors.subList(0, 130), 10);
    List<VectorSums> second = meter(FLOATS, vectors.subList(130, 500), 10);

    List<VectorSums> kept =
        CanonicalJson.decode(
                CanonicalJson.encode(new Kept(first)), Kept.class, "what a checkpoint holds")
            .vectors();
    PartMeter resumed = new PartMeter(FLOATS, kept);
    forEachBatch(FLOATS, vectors.subList(130, 500), 10, resumed::take);
    BackupProfile.Vector together = profile(FLOATS, List.of(first, List.of(), second));
    BackupProfile.Vector expected = profile(FLOATS, List.of(whole));

    assertThat(CanonicalJson.encode(new Kept(resumed.sums())))
        .isEqualTo(CanonicalJson.encode(new Kept(whole)));
    assertThat(together.count()).isEqualTo(expected.count());
    assertThat(together.norm().least()).isEqualTo(expected.norm().least());
    assertThat(together.norm().most()).isEqualTo(expected.norm().most());
    assertThat(together.norm().mean()).isCloseTo(expected.norm().mean(), within(1e-9));
    assertThat(together.centroid()).isEqualTo(expected.centroid());
  }

  record Kept(List<VectorSums> vectors) {}

  @Test
  void vectors_of_several_dimensions_have_no_mean() throws Exception {
    List<float[]> vectors = List.of(new float[] {1, 2}, new float[] {1, 2, 2}, new float[] {3, 4});
    List<VectorSums> sums = meter(FLOATS, vectors, 1);

    BackupProfile.Vector figures = profile(FLOATS, List.of(sums));
    BackupProfile.Vector merged =
        profile(
            FLOATS,
            List.of(
                meter(FLOATS, vectors.subList(0, 1), 1), meter(FLOATS, vectors.subList(1, 2), 1)));

    assertThat(figures.dimension()).isZero();
    assertThat(figures.centroid()).isEmpty();
    assertThat(figures.norm().most()).isEqualTo(5);
    assertThat(merged.dimension()).isZero();
    assertThat(merged.norm().most()).isEqualTo(3);
  }

  @ParameterizedTest
  @EnumSource
  void every_element_type_is_read_as_what_it_means(ElementType type) throws Exception {
    RecordLayout layout = layout(type, 8);
    ByteBuffer bits = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    float[] expected = {1, 0, 1, 1, 0, 0, 0, 1};
    if (type == ElementType.BIT) {
      bits.put((byte) 0b10110001);
    } else {
      expected = new float[] {3, 0, 0, 0, 0, 0, 0, type == ElementType.U8 ? 200 : -4};
      for (float value : expected) {
        switch (type) {
          case F32 -> bits.putFloat(value);
          case F64 -> bits.putDouble(value);
          case F16 -> bits.putShort(Float.floatToFloat16(value));
          case BF16 -> bits.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
          case I8, U8 -> bits.put((byte) value);
          case BIT -> throw new AssertionError(type);
        }
      }
    }
    RecordBatch batch = new RecordBatch(layout);
    batch.ids().add(RecordId.of("absent"));
    batch.endRecord();
    batch.ids().add(RecordId.of("a"));
    batch.vectors().getFirst().add(bits.array(), 0, 8, 1);
    batch.endRecord();
    PartMeter meter = new PartMeter(layout);
    meter.take(batch);

    BackupProfile.Vector figures = profile(layout, List.of(meter.sums()));

    assertThat(figures.count()).isEqualTo(1);
    assertThat(floats(figures.centroid())).containsExactly(expected);
  }

  @Test
  void a_profile_too_long_keeps_the_means_of_the_largest_parts() throws Exception {
    List<float[]> one = List.of(new float[100_000]);
    List<float[]> two = List.of(new float[100_000], new float[100_000]);
    List<BackupProfile.Part> parts = new ArrayList<>();
    for (int tenant = 0; tenant < 40; tenant++) {
      parts.add(
          BackupProfile.part(0, tenant, FLOATS, meter(FLOATS, tenant % 2 == 0 ? one : two, 2)));
    }
    byte[] encoded = new BackupProfile(parts).encode();

    BackupProfile profile = BackupProfile.decode(encoded, "profile");

    assertThat(encoded.length).isLessThan(17 << 20);
    assertThat(profile.parts()).hasSize(40);
    assertThat(
            profile.parts().stream()
                .filter(part -> part.tenant() % 2 == 1)
                .allMatch(part -> part.vectors().getFirst().centroid().length == 400_000))
        .isTrue();
    assertThat(
            profile.parts().stream()
                .filter(part -> part.vectors().getFirst().centroid().length == 0)
                .count())
        .isPositive();
  }

  private static RecordLayout layout(ElementType type, int dimension) {
    return RecordLayout.dense(new VectorField("v", type, dimension, false));
  }

  private interface Taker {
    void take(RecordBatch batch);
  }

  private static List<VectorSums> meter(RecordLayout layout, List<float[]> vectors, int batches) {
    PartMeter meter = new PartMeter(layout);
    forEachBatch(layout, vectors, batches, meter::take);
    return meter.sums();
  }

  private static void forEachBatch(
      RecordLayout layout, List<float[]> vectors, int size, Taker taker) {
    RecordBatch batch = new RecordBatch(layout);
    for (int i = 0; i < vectors.size(); i++) {
      batch.ids().add(RecordId.of(i));
      batch.vectors().getFirst().add(vectors.get(i), 0, vectors.get(i).length);
      batch.endRecord();
      if (batch.size() == size) {
        taker.take(batch);
        batch.clear();
      }
    }
    taker.take(batch);
  }

  private static BackupProfile.Vector profile(RecordLayout layout, List<List<VectorSums>> stretches)
      throws Exception {
    List<VectorSums> sums = stretches.stream().reduce(List.of(), PartMeter::plus);
    BackupProfile profile = new BackupProfile(List.of(BackupProfile.part(0, 0, layout, sums)));
    BackupProfile read = BackupProfile.decode(profile.encode(), "profile");
    return read.parts().getFirst().vectors().getFirst();
  }

  private static float[] floats(byte[] bits) {
    float[] floats = new float[bits.length / 4];
    ByteBuffer.wrap(bits).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
    return floats;
  }
}
