package drillbook.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A damaged set is refused, and the message says where. */
class DemoPassagesTest {
  @Test
  void accepts_unit_vectors_and_copies_them_out() {
    DemoPassages passages = new DemoPassages(List.of(passage("a"), passage("b")), unitVectors(2));

    float[] copy = passages.vector(1);
    copy[0] = 7;

    assertThat(passages.ids()).containsExactly("a", "b");
    assertThat(passages.vector(1)[0]).isEqualTo(1f);
    assertThatThrownBy(() -> passages.vector(2)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void refuses_a_text_without_embedding() {
    assertThatThrownBy(() -> new DemoPassages(List.of(passage("a"), passage("b")), unitVectors(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("2 passages of dimension 384 have 384 floats");
  }

  @Test
  void refuses_an_id_that_stands_twice() {
    assertThatThrownBy(() -> new DemoPassages(List.of(passage("a"), passage("a")), unitVectors(2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("id stands twice: 'a'");
  }

  @Test
  void refuses_an_embedding_that_is_not_normalised() {
    float[] vectors = unitVectors(2);
    vectors[384] = 1.01f;

    assertThatThrownBy(() -> new DemoPassages(List.of(passage("a"), passage("b")), vectors))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("embedding of 'b' has length 1.0");
  }

  @Test
  void refuses_an_embedding_that_is_no_number() {
    float[] vectors = unitVectors(1);
    vectors[3] = Float.NaN;

    assertThatThrownBy(() -> new DemoPassages(List.of(passage("a")), vectors))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("embedding of 'a' has length NaN");
  }

  @Test
  void a_missing_file_is_a_damaged_installation() {
    assertThatThrownBy(() -> DemoPassages.read("absent.jsonl", "queries.f32", 25))
        .hasMessage(
            "demo texts could not be read: no resource absent.jsonl [absent.jsonl, queries.f32]")
        .asInstanceOf(type(DrillbookException.class))
        .extracting(DrillbookException::kind)
        .isEqualTo(FailureKind.CORRUPT);
  }

  @Test
  void a_set_of_another_size_is_refused() {
    assertThatThrownBy(() -> DemoPassages.read("queries.jsonl", "queries.f32", 24))
        .isInstanceOf(DrillbookException.class)
        .hasMessageContaining("25 passages instead of 24");
  }

  @Test
  void texts_that_are_no_json_are_refused() {
    assertThatThrownBy(() -> DemoPassages.read("README.md", "queries.f32", 25))
        .isInstanceOf(DrillbookException.class)
        .hasMessageContaining("[README.md, queries.f32]");
  }

  private static DemoPassage passage(String id) {
    return new DemoPassage(id, "A text.", Optional.empty(), Optional.empty());
  }

  private static float[] unitVectors(int rows) {
    float[] vectors = new float[rows * DemoPassages.DIMENSION];
    for (int row = 0; row < rows; row++) {
      vectors[row * DemoPassages.DIMENSION] = 1;
    }
    return vectors;
  }
}
