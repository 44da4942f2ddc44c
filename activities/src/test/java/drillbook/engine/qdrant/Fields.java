package drillbook.engine.qdrant;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Fields of requests, and what the server says of those that are wrong. */
final class Fields {
  private Fields() {}

  /** Returns a map; an empty one where it is none. */
  @SuppressWarnings("unchecked")
  static Map<String, Object> map(@Nullable Object value) {
    return value instanceof Map<?, ?> ? (Map<String, Object>) value : Map.of();
  }

  /** Returns a body that must be an object. */
  @SuppressWarnings("unchecked")
  static Map<String, @Nullable Object> object(@Nullable Object value) {
    if (value instanceof Map<?, ?>) {
      return (Map<String, @Nullable Object>) value;
    }
    throw Refusal.format("invalid type: expected a struct");
  }

  /** Returns a list that must be there. */
  static List<?> list(Map<String, ?> request, String field) {
    if (request.get(field) instanceof List<?> list) {
      return list;
    }
    throw Refusal.format("missing field `" + field + "`");
  }

  static long integer(@Nullable Object value, long otherwise) {
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Long number) {
      return number;
    }
    throw Refusal.format("invalid type: expected usize");
  }

  /** Checks an integer that may be left out. */
  static void atLeast(Map<String, ?> request, String field, long least, String path) {
    long value = integer(request.get(field), least);
    if (value < 0) {
      throw Refusal.format("invalid value: integer `" + value + "`, expected usize");
    }
    if (value < least) {
      throw Refusal.invalid(
          path + ": value " + value + " invalid, must be " + least + " or larger");
    }
  }

  static boolean truth(@Nullable Object value, boolean otherwise) {
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Boolean truth) {
      return truth;
    }
    throw Refusal.format("invalid type: expected a boolean");
  }

  /** Returns a copy without nulls, as answers leave out what was not given. */
  static Map<String, Object> withoutNulls(Map<String, ?> map) {
    Map<String, Object> copy = new LinkedHashMap<>();
    map.forEach((key, value) -> {
      if (value instanceof Map<?, ?> inner) {
        copy.put(key, withoutNulls(map(inner)));
      } else if (value != null) {
        copy.put(key, value);
      }
    });
    return copy;
  }

  /** Reads an id: an unsigned integer, or a UUID in any of its spellings. */
  static PointId pointId(@Nullable Object json) {
    if (json instanceof Long number && number >= 0) {
      return PointId.of(number);
    }
    if (json instanceof java.math.BigInteger number) {
      return PointId.of(number.longValue());
    }
    if (json instanceof String text) {
      String bare = text.startsWith("urn:uuid:") ? text.substring(9) : text;
      if (bare.startsWith("{") && bare.endsWith("}")) {
        bare = bare.substring(1, bare.length() - 1);
      }
      if (bare.matches("[0-9a-fA-F]{32}")) {
        bare = bare.replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5");
      }
      if (bare.matches("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")) {
        return PointId.of(java.util.UUID.fromString(bare));
      }
    }
    throw Refusal.format(
        "value "
            + json
            + " is not a valid point ID, valid values are either an unsigned integer or a UUID");
  }
}
