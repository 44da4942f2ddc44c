package drillbook.engine.chroma;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CosineVectorsTest {
  @Test
  void what_was_handed_out_once_is_handed_out_again_without_a_correction() {
    Random random = new Random(7);
    for (int i = 0; i < 2000; i++) {
      float[] meant = handedOut(vector(random, 1 + i % 100));
      float[] written = CosineVectors.prepared(meant);
      assertThat(CosineVectors.correction(written, meant)).isEmpty();
      assertThat(handedOut(written)).containsExactly(meant);
    }
  }

  @Test
  void any_other_vector_comes_back_by_its_correction() {
    Random random = new Random(8);
    int corrected = 0;
    for (int i = 0; i < 2000; i++) {
      float[] meant = vector(random, 1 + i % 100);
      if (i % 10 == 0) {
        meant[0] = Float.MIN_VALUE * (1 + i);
      }
      float[] written = CosineVectors.prepared(meant);
      byte[] bits = bits(handedOut(written));
      Optional<String> correction = CosineVectors.correction(written, meant);
      if (correction.isPresent()) {
        assertThat(CosineVectors.correct(bits, correction.get())).isTrue();
        corrected++;
      }
      assertThat(bits).isEqualTo(bits(meant));
    }
    assertThat(corrected).isGreaterThan(1000);
  }

  @Test
  void a_correction_is_void_once_another_vector_was_written() {
    float[] meant = vector(new Random(9), 64);
    meant[0] = Float.MIN_VALUE;
    String correction =
        CosineVectors.correction(CosineVectors.prepared(meant), meant).orElseThrow();
    byte[] other = bits(vector(new Random(10), 64));
    byte[] before = other.clone();
    assertThat(CosineVectors.correct(other, correction)).isFalse();
    assertThat(CosineVectors.correct(other, "not base64!")).isFalse();
    assertThat(CosineVectors.correct(other, "")).isFalse();
    assertThat(other).isEqualTo(before);
  }

  /** What the engine does, written down apart from the code under test. */
  private static float[] handedOut(float[] written) {
    float sum = 0;
    for (float element : written) {
      sum += element * element;
    }
    float length = (float) Math.sqrt(sum);
    float factor = 1.0f / (length + 1e-30f);
    float[] out = new float[written.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = written[i] * factor * length;
    }
    return out;
  }

  private static float[] vector(Random random, int dimension) {
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }

  private static byte[] bits(float[] vector) {
    byte[] bits = new byte[vector.length * Float.BYTES];
    ByteBuffer.wrap(bits).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(vector);
    return bits;
  }
}
