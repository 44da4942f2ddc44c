package drillbook.engine.milvus;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.RecordId;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Ids as primary keys, and primary keys in filters. */
final class MilvusKeys {
  /** How a key is written where it has to travel as text: as a cursor, as a range's bound. */
  private static final String HEX = "x";

  private MilvusKeys() {}

  /**
   * A record's primary key.
   *
   * @param text the key of a collection with text keys, else empty
   * @param number the key of a collection with integer keys, else 0
   * @param carried whether the id is another one than the key and travels beside it
   */
  record Key(String text, long number, boolean carried) {}

  /**
   * Returns the primary key of an id.
   *
   * @throws DrillbookException INCOMPATIBLE_TARGET when the collection can have none for it
   */
  static Key of(MilvusShape shape, byte[] id) throws DrillbookException {
    List<Object> parts = RecordId.parts(id);
    if (shape.integerKey()) {
      if (parts.size() == 1 && parts.getFirst() instanceof Long number) {
        boolean largest = number == Long.MAX_VALUE && shape.parts();
        return new Key("", largest ? MilvusSchema.STAND_IN : number, largest);
      }
      throw refused(shape, id, "its primary key holds 64-bit integers");
    }
    String text =
        parts.size() == 1
            ? print(parts.getFirst())
            // Parts may hold the slash themselves.
            : parts.stream()
                .map(part -> print(part).replace("\\", "\\\\").replace("/", "\\/"))
                .collect(Collectors.joining("/"));
    int longest =
        MilvusShape.value(shape.key().getTypeParamsList(), "max_length")
            .map(Integer::parseInt)
            .orElse(MilvusSchema.PART_BYTES);
    if (text.getBytes(StandardCharsets.UTF_8).length > longest) {
      throw refused(shape, id, "its primary key holds " + longest + " bytes");
    }
    boolean own = parts.size() == 1 && parts.getFirst() instanceof String;
    return new Key(text, 0, !own);
  }

  private static String print(Object part) {
    return part instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : part.toString();
  }

  private static DrillbookException refused(MilvusShape shape, byte[] id, String why) {
    String printed = RecordId.print(id);
    return new DrillbookException(
        FailureKind.INCOMPATIBLE_TARGET,
        "record '"
            + printed.substring(0, Math.min(100, printed.length()))
            + "' cannot be held by "
            + shape.name()
            + ": "
            + why);
  }

  /** Returns a filter for keys after one and up to another; either may be absent. */
  static String between(MilvusShape shape, Optional<String> after, Optional<String> upTo) {
    String key = shape.key().getName();
    String low =
        after
            .map(bound ->
                shape.integerKey()
                    // The smallest integer cannot be written in a filter of Milvus 2.3.
                    ? key + " >= " + Math.incrementExact(Long.parseLong(bound))
                    : key + " > " + literal(bound))
            .orElse("");
    String high =
        upTo.map(bound -> key + " <= " + (shape.integerKey() ? bound : literal(bound))).orElse("");
    return low.isEmpty() || high.isEmpty() ? low + high : low + " and " + high;
  }

  /** Returns a filter for some keys. */
  static String among(MilvusShape shape, List<Key> keys) {
    String name = shape.key().getName();
    if (!shape.integerKey()) {
      return name
          + " in ["
          + keys.stream().map(key -> literal(key.text())).collect(Collectors.joining(","))
          + "]";
    }
    String written =
        keys.stream()
            .filter(key -> key.number() != Long.MIN_VALUE)
            .map(key -> Long.toString(key.number()))
            .collect(Collectors.joining(","));
    boolean smallest = keys.stream().anyMatch(key -> key.number() == Long.MIN_VALUE);
    String others = name + " in [" + written + "]";
    return smallest ? "(" + name + " < " + -Long.MAX_VALUE + ") or (" + others + ")" : others;
  }

  /**
   * Returns a text as a filter has it. Milvus reads other escapes too, Milvus Lite these alone; all
   * other characters stand for themselves in both.
   */
  static String literal(String text) {
    StringBuilder literal = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> literal.append("\\\"");
        case '\\' -> literal.append("\\\\");
        case '\n' -> literal.append("\\n");
        case '\r' -> literal.append("\\r");
        case '\t' -> literal.append("\\t");
        default -> literal.append(c);
      }
    }
    return literal.append('"').toString();
  }

  /** Returns a key as text without spaces, for a cursor or a bound. */
  static String token(MilvusShape shape, String key) {
    return shape.integerKey()
        ? key
        : HEX + HexFormat.of().formatHex(key.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns the key that a token stands for. */
  static String ofToken(String token) {
    return token.startsWith(HEX)
        ? new String(HexFormat.of().parseHex(token.substring(1)), StandardCharsets.UTF_8)
        : token;
  }
}
