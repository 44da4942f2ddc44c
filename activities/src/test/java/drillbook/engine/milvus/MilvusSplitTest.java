package drillbook.engine.milvus;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.engine.CollectionName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Ranges of keys, against a counter that knows all of them. */
class MilvusSplitTest {
  @Test
  void every_integer_is_in_one_of_several_ranges_of_about_one_size() throws Exception {
    List<String> keys = new ArrayList<>();
    Random random = new Random(7);
    for (int i = 0; i < 10_000; i++) {
      keys.add(Long.toString(i < 9_000 ? i : random.nextLong()));
    }
    keys.add(Long.toString(Long.MIN_VALUE));
    keys.add(Long.toString(Long.MAX_VALUE));
    requireSplit("Int64", keys, (key, bound) -> Long.parseLong(key) <= Long.parseLong(bound));
  }

  @Test
  void every_text_is_in_one_of_several_ranges_of_about_one_size() throws Exception {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      keys.add(String.format("document-%07d", i));
    }
    keys.add("");
    keys.add("日本語");
    requireSplit("VarChar", keys, (key, bound) -> key.compareTo(bound) <= 0);
  }

  @Test
  void a_small_collection_is_one_range() throws Exception {
    assertThat(new MilvusSplit(shape("Int64"), 1_000, filter -> 1_999).parts())
        .containsExactly(new MilvusSplit.Part("", ""));
  }

  private static void requireSplit(String type, List<String> keys, BiPredicate<String, String> upTo)
      throws Exception {
    Pattern filter = Pattern.compile("id <= \"?([^\"]*)\"?");
    List<MilvusSplit.Part> parts =
        new MilvusSplit(
                shape(type),
                1_000,
                text -> {
                  Matcher bound = filter.matcher(text);
                  return keys.stream()
                      .filter(key -> !bound.matches() || upTo.test(key, bound.group(1)))
                      .count();
                })
            .parts();
    assertThat(parts).hasSize(8);
    Set<String> seen = new HashSet<>();
    for (MilvusSplit.Part part : parts) {
      int size = 0;
      for (String key : keys) {
        boolean after = part.after().isEmpty() || !upTo.test(key, MilvusKeys.ofToken(part.after()));
        boolean before = part.upTo().isEmpty() || upTo.test(key, MilvusKeys.ofToken(part.upTo()));
        if (after && before) {
          size++;
          assertThat(seen.add(key)).as(key).isTrue();
        }
      }
      assertThat(size).as("records of " + part).isBetween(500, 2_500);
    }
    assertThat(seen).hasSameSizeAs(new HashSet<>(keys));
  }

  private static MilvusShape shape(String type) throws Exception {
    return TestingMilvus.shape(
        new CollectionName(List.of("default"), "split"),
        "{\"fields\":[{\"name\":\"id\",\"isPrimaryKey\":true,\"dataType\":\"" + type + "\"}]}");
  }
}
