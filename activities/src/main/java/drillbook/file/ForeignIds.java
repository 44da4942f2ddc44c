package drillbook.file;

import drillbook.record.RecordId;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Ids of files that say nothing of their type, because others wrote them: what they are, and what
 * they are as ids of a collection that is there.
 */
public final class ForeignIds {
  private static final Pattern INTEGER = Pattern.compile("0|-?[1-9][0-9]{0,19}");
  private static final Pattern ID_OF_HEX =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
  private static final int TEXT = 0x60;

  private ForeignIds() {}

  /**
   * Returns what an id is, in the words of {@link drillbook.engine.CollectionSchema#idType()}.
   *
   * @throws IllegalArgumentException when the bytes are no id
   */
  public static String kind(byte[] id) {
    if (isText(id)) {
      return "text";
    }
    return String.join(",", RecordId.parts(id).stream().map(ForeignIds::kindOf).toList());
  }

  /**
   * Returns the type of ids that are of these kinds.
   *
   * @throws IllegalArgumentException when no type takes them all
   */
  public static String type(Set<String> kinds) {
    if (kinds.size() <= 1) {
      return kinds.isEmpty() ? "text" : kinds.iterator().next();
    }
    if (kinds.equals(Set.of("integer", "uuid"))) {
      return "integer|uuid";
    }
    throw new IllegalArgumentException(
        "ids are of several types: " + kinds.stream().sorted().toList());
  }

  /**
   * Returns an id as one of a collection: a text is read as what its ids are, where they are texts
   * integers and uuids become theirs.
   *
   * @param type what ids of the collection are
   * @throws IllegalArgumentException when it is none and cannot be read as one
   */
  public static byte[] as(byte[] id, String type) {
    if (type.equals("text") && isText(id)) {
      return id;
    }
    List<String> types = List.of(type.split(",", -1));
    List<Object> parts = RecordId.parts(id);
    if (types.size() > 1 && parts.size() == 1 && parts.getFirst() instanceof String text) {
      parts = RecordId.parts(json(text, type));
    }
    if (parts.size() != types.size()) {
      throw no(RecordId.print(id), type);
    }
    List<Object> read = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      read.add(part(parts.get(i), types.get(i)));
    }
    return RecordId.ofParts(read);
  }

  private static boolean isText(byte[] id) {
    return (id[0] & 0xe0) == TEXT;
  }

  private static String kindOf(Object part) {
    return switch (part) {
      case String _ -> "text";
      case UUID _ -> "uuid";
      case byte[] _ -> "bytes";
      default -> "integer";
    };
  }

  private static Object part(Object part, String type) {
    boolean number = part instanceof Long || part instanceof BigInteger;
    if (part instanceof String text && !type.equals("text")) {
      return read(text, type);
    }
    boolean held =
        switch (type) {
          case "text" -> part instanceof String || part instanceof UUID || number;
          case "integer" -> number && inRange(part, false);
          case "uuid" -> part instanceof UUID;
          case "integer|uuid" -> part instanceof UUID || (number && inRange(part, true));
          case "bytes" -> part instanceof byte[];
          default -> false;
        };
    if (!held) {
      throw no(RecordId.print(RecordId.ofParts(List.of(part))), type);
    }
    return type.equals("text") ? part.toString() : part;
  }

  private static Object read(String text, String type) {
    boolean mixed = type.equals("integer|uuid");
    if ((mixed || type.equals("integer")) && INTEGER.matcher(text).matches()) {
      return part(JsonValues.integer(text), type);
    }
    if ((mixed || type.equals("uuid")) && ID_OF_HEX.matcher(text).matches()) {
      return UUID.fromString(text);
    }
    if (text.startsWith("{")) {
      List<Object> parts = RecordId.parts(json(text, type));
      if (parts.size() == 1 && !(parts.getFirst() instanceof String)) {
        return part(parts.getFirst(), type);
      }
    }
    throw no(text, type);
  }

  /** Integers have 64 bits at most, be it with a sign or without; those of points have none. */
  private static boolean inRange(Object number, boolean point) {
    BigInteger value =
        number instanceof BigInteger big ? big : BigInteger.valueOf(((Long) number).longValue());
    return value.signum() < 0 ? !point && value.bitLength() < 64 : value.bitLength() <= 64;
  }

  private static byte[] json(String text, String type) {
    try {
      return ColumnValues.id(text, "json");
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalArgumentException(no(text, type).getMessage(), e);
    }
  }

  private static IllegalArgumentException no(String words, String type) {
    return new IllegalArgumentException("'" + words + "' is no id of type " + type);
  }
}
