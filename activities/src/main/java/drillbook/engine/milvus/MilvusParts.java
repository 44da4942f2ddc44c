package drillbook.engine.milvus;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The texts of Drillbook's own field of a record. Most are slices of {@link
 * drillbook.record.Reserved}'s text. One may name the fields that hold zeros because the record
 * lacks their vector. Others hold a sparse vector whole, of which the field holds only what Milvus
 * takes: no negative and no infinite weight. Each kind begins with a character that no slice can.
 */
final class MilvusParts {
  private static final char ABSENT = ' ';
  private static final char SPARSE = '~';
  private static final int PAIR = 8;

  /** A sparse vector, as Milvus has it: position and weight, four bytes each, little-endian. */
  record Carried(String field, byte[] pairs) {}

  private MilvusParts() {}

  /** Returns the texts for what a record carries. */
  static List<String> of(String reserved, List<Carried> sparse, List<String> absent) {
    List<String> parts = new ArrayList<>(slices("", reserved));
    for (Carried one : sparse) {
      String start = SPARSE + one.field() + ":";
      parts.addAll(slices(start, Base64.getEncoder().encodeToString(one.pairs())));
    }
    if (!absent.isEmpty()) {
      parts.add(ABSENT + String.join(",", absent));
    }
    return parts;
  }

  /** Cuts a text of ASCII into slices that fit together with their start. */
  private static List<String> slices(String start, String text) {
    List<String> slices = new ArrayList<>();
    int most = MilvusSchema.PART_BYTES - start.length();
    for (int from = 0; from < text.length() || (from == 0 && !start.isEmpty()); from += most) {
      slices.add(start + text.substring(from, Math.min(text.length(), from + most)));
    }
    return slices;
  }

  /** Returns the reserved text; empty where there is none. */
  static String reserved(List<String> parts) {
    return parts.stream()
        .filter(part -> part.charAt(0) != ABSENT && part.charAt(0) != SPARSE)
        .collect(Collectors.joining());
  }

  /** Returns the fields whose zeros stand for no vector. */
  static Set<String> absent(List<String> parts) {
    return !parts.isEmpty() && parts.getLast().charAt(0) == ABSENT
        ? Set.of(parts.getLast().substring(1).split(",", -1))
        : Set.of();
  }

  /** Returns the whole sparse vector of a field, where it is carried. */
  static Optional<byte[]> sparse(List<String> parts, String field) {
    String start = SPARSE + field + ":";
    List<String> slices = parts.stream().filter(part -> part.startsWith(start)).toList();
    if (slices.isEmpty()) {
      return Optional.empty();
    }
    String text =
        slices.stream().map(part -> part.substring(start.length())).collect(Collectors.joining());
    return Optional.of(Base64.getDecoder().decode(text));
  }

  /** Returns a vector's pairs. */
  static byte[] pairs(byte[] positions, byte[] weights) {
    byte[] pairs = new byte[positions.length * 2];
    for (int i = 0; i < positions.length; i += 4) {
      System.arraycopy(positions, i, pairs, i * 2, 4);
      System.arraycopy(weights, i, pairs, i * 2 + 4, 4);
    }
    return pairs;
  }

  /**
   * Returns those of the pairs that Milvus takes: the same array where it takes all. Where none is
   * left that counts, a weight that a search hardly sees stands in, since Milvus Lite wants one.
   */
  static byte[] taken(byte[] pairs) {
    ByteBuffer from = ByteBuffer.wrap(pairs).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer to = ByteBuffer.allocate(pairs.length + PAIR).order(ByteOrder.LITTLE_ENDIAN);
    boolean counts = false;
    for (int i = 0; i < pairs.length; i += PAIR) {
      float weight = from.getFloat(i + 4);
      // A negative zero is not below zero, and its bit would not come back.
      if (Float.isFinite(weight) && Float.compare(weight, 0f) >= 0) {
        to.putInt(from.getInt(i)).putFloat(weight);
        counts |= weight > 0;
      }
    }
    if (!counts) {
      to.clear().putInt(0).putFloat(Float.MIN_NORMAL);
      return Arrays.copyOf(to.array(), PAIR);
    }
    return to.position() == pairs.length ? pairs : Arrays.copyOf(to.array(), to.position());
  }
}
