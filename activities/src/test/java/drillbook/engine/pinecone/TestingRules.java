package drillbook.engine.pinecone;

import drillbook.engine.pinecone.TestingNamespace.Kept;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What Pinecone takes of a record and what it refuses, in its words.
 *
 * <p>Source: Pinecone API 2025-10 and documentation of limits; refusals as they are quoted in
 * reports to Pinecone's clients and those clients' tests.
 */
final class TestingRules {
  private static final int LARGEST_METADATA = 40_960;
  private static final int MOST_SPARSE = 1000;

  private TestingRules() {}

  static String id(@Nullable Object given) throws TestingRefusal {
    if (!(given instanceof String id) || id.isEmpty()) {
      throw TestingRefusal.invalid("Vector ID must not be empty");
    }
    if (id.indexOf('\0') >= 0) {
      throw TestingRefusal.invalid("Vector ID must not contain null character");
    }
    if (!id.chars().allMatch(c -> c < 0x80)) {
      throw TestingRefusal.invalid("Vector ID must be ASCII, but got '" + id + "'");
    }
    if (id.length() > 512) {
      throw TestingRefusal.invalid(
          "Vector ID is " + id.length() + " bytes, which exceeds the limit of 512 bytes");
    }
    return id;
  }

  static String namespace(@Nullable Object given) throws TestingRefusal {
    if (given != null && !(given instanceof String)) {
      throw TestingRefusal.invalid("Namespace must be a string");
    }
    String name = given == null || given.equals("__default__") ? "" : (String) given;
    if (name.length() > 512 || !name.chars().allMatch(c -> c > 0 && c < 0x80)) {
      throw TestingRefusal.invalid("Namespace must be ASCII of at most 512 characters");
    }
    return name;
  }

  /** Returns a record that an index takes. */
  static Kept record(@Nullable Object given, TestingIndex index) throws TestingRefusal {
    if (!(given instanceof Map<?, ?> map)) {
      throw TestingRefusal.invalid("vectors must be objects");
    }
    TestingPlane.Asked.requireKnown(map, Set.of("id", "values", "sparseValues", "metadata"));
    String id = id(map.get("id"));
    float[] values = floats(map.get("values"));
    long[] indices = new long[0];
    float[] weights = new float[0];
    if (map.get("sparseValues") instanceof Map<?, ?> sparse) {
      TestingPlane.Asked.requireKnown(sparse, Set.of("indices", "values"));
      indices = indices(sparse.get("indices"));
      weights = floats(sparse.get("values"));
      requireSparse(index, indices, weights);
    }
    requireVectors(index, values, indices);
    return new Kept(id, values, indices, weights, metadata(map.get("metadata")));
  }

  private static void requireVectors(TestingIndex index, float[] values, long[] indices)
      throws TestingRefusal {
    if (values.length == 0 && indices.length == 0) {
      throw TestingRefusal.invalid("Must provide dense or sparse values for each vector");
    }
    if (index.isSparse()) {
      if (values.length > 0) {
        throw TestingRefusal.invalid("Index configuration does not support dense vectors");
      }
      return;
    }
    if (values.length == 0) {
      throw TestingRefusal.invalid("Records with sparse values must also contain dense values");
    }
    if (values.length != index.dimension()) {
      throw TestingRefusal.invalid(
          "Vector dimension "
              + values.length
              + " does not match the dimension of the index "
              + index.dimension());
    }
    boolean zero = true;
    for (float value : values) {
      zero &= value == 0;
    }
    if (zero) {
      throw TestingRefusal.invalid("Dense vectors must contain at least one non-zero value");
    }
  }

  private static void requireSparse(TestingIndex index, long[] indices, float[] weights)
      throws TestingRefusal {
    if (!index.isSparse() && !index.metric().equals("dotproduct")) {
      throw TestingRefusal.invalid("Index configuration does not support sparse values");
    }
    if (indices.length != weights.length || indices.length == 0) {
      throw TestingRefusal.invalid("Sparse vector must contain at least one value");
    }
    if (indices.length > MOST_SPARSE) {
      throw TestingRefusal.invalid("Sparse vector has more than " + MOST_SPARSE + " values");
    }
    Set<Long> seen = new HashSet<>();
    for (long position : indices) {
      if (position < 0 || position >= 1L << 32 || !seen.add(position)) {
        throw TestingRefusal.invalid("Sparse indices must be unique unsigned 32-bit integers");
      }
    }
  }

  /** Numbers of 32 bits, from the digits that were sent: not by way of 64 bits. */
  static float[] floats(@Nullable Object given) throws TestingRefusal {
    if (given == null) {
      return new float[0];
    }
    if (!(given instanceof List<?> list)) {
      throw TestingRefusal.invalid("values must be a list of numbers");
    }
    float[] values = new float[list.size()];
    for (int i = 0; i < values.length; i++) {
      if (!(list.get(i) instanceof Number number)) {
        throw TestingRefusal.invalid("values must be a list of numbers");
      }
      values[i] = Float.parseFloat(number.toString());
      if (!Float.isFinite(values[i])) {
        throw TestingRefusal.invalid("values must be finite numbers of 32 bits");
      }
    }
    return values;
  }

  private static long[] indices(@Nullable Object given) throws TestingRefusal {
    if (!(given instanceof List<?> list)) {
      throw TestingRefusal.invalid("sparse indices must be a list of integers");
    }
    long[] indices = new long[list.size()];
    for (int i = 0; i < indices.length; i++) {
      if (!(list.get(i) instanceof Integer) && !(list.get(i) instanceof Long)) {
        throw TestingRefusal.invalid("sparse indices must be a list of integers");
      }
      indices[i] = ((Number) list.get(i)).longValue();
    }
    return indices;
  }

  /** Metadata as it is kept: every number becomes one of 64-bit floating point. */
  static Map<String, Object> metadata(@Nullable Object given) throws TestingRefusal {
    if (given == null) {
      return Map.of();
    }
    if (!(given instanceof Map<?, ?> map)) {
      throw TestingRefusal.invalid("metadata must be an object");
    }
    Map<String, Object> kept = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      String field = (String) entry.getKey();
      if (field.isEmpty() || field.startsWith("$")) {
        throw TestingRefusal.invalid("Metadata field '" + field + "' must not start with '$'");
      }
      kept.put(field, value(field, entry.getValue()));
    }
    int bytes = TestingPlane.json(map).getBytes(StandardCharsets.UTF_8).length;
    if (bytes > LARGEST_METADATA) {
      throw TestingRefusal.invalid(
          "Metadata size is "
              + bytes
              + " bytes, which exceeds the limit of "
              + LARGEST_METADATA
              + " bytes per vector");
    }
    return kept;
  }

  private static Object value(String field, @Nullable Object value) throws TestingRefusal {
    return switch (value) {
      case String text -> text;
      case Boolean truth -> truth;
      case Number number -> number.doubleValue();
      case List<?> list when list.stream().allMatch(String.class::isInstance) -> List.copyOf(list);
      case null, default ->
          throw TestingRefusal.invalid(
              "Metadata value must be a string, number, boolean or list of strings, got '"
                  + value
                  + "' for field '"
                  + field
                  + "'");
    };
  }
}
