package drillbook.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeclaredTest {
  private final Declared declared = new Declared();

  @Test
  void a_sentence_stands_once_with_the_collections_that_share_it() {
    declared.add("main/a", "alias 'live': is left out");
    declared.add("main/b", "ids: are mapped");
    for (String name : new String[] {"main/b", "main/c", "main/d", "main/e"}) {
      declared.add(name, "alias 'live': is left out");
    }
    assertThat(declared.isEmpty()).isFalse();
    assertThat(declared.sentences())
        .containsExactly(
            "main/a, main/b, main/c and 2 more alias 'live': is left out",
            "main/b ids: are mapped");
  }

  @Test
  void what_is_too_long_for_a_message_is_counted() {
    assertThat(declared.sentences()).isEmpty();
    for (int i = 0; i < 1_234; i++) {
      declared.add("docs", "vector 'v" + i + "': is left out");
    }
    assertThat(declared.sentences()).hasSize(501).endsWith("and 734 more");
  }
}
