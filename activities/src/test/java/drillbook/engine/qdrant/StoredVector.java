package drillbook.engine.qdrant;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A vector as the fake keeps it, which is as the server does: divided by its length where the
 * metric is cosine, rounded where its datatype is smaller.
 *
 * @param rows dense rows; empty for a sparse one
 * @param multi whether it is handed out as a list of rows
 * @param indices of a sparse vector, ascending
 * @param values of a sparse vector
 */
record StoredVector(List<float[]> rows, boolean multi, long[] indices, float[] values) {
  private static final float EPSILON = 1.1920929e-7f;

  /** From this dimension on, processors with AVX add up squares in 32 lanes. */
  private static final int LANES = 32;

  /** Keeps a dense vector, as its description in the collection says. */
  static StoredVector dense(Object json, Map<String, Object> described) {
    boolean multi = described.get("multivector_config") instanceof Map<?, ?>;
    List<float[]> rows = new ArrayList<>();
    if (!(json instanceof List<?> list)) {
      throw Refusal.wrong("Conversion between sparse and regular vectors failed");
    }
    boolean nested = !list.isEmpty() && list.getFirst() instanceof List<?>;
    if (nested && !multi) {
      throw Refusal.wrong("Conversion between multi and regular vectors failed");
    }
    for (Object row : nested ? list : List.of(list)) {
      rows.add(row(row, described));
    }
    return new StoredVector(rows, multi, new long[0], new float[0]);
  }

  private static float[] row(Object json, Map<String, Object> described) {
    float[] row = floats(json);
    long size = ((Number) described.getOrDefault("size", 0L)).longValue();
    if (row.length != size) {
      throw Refusal.wrong("Vector dimension error: expected dim: " + size + ", got " + row.length);
    }
    String datatype = String.valueOf(described.get("datatype"));
    if (datatype.equals("uint8")) {
      for (int i = 0; i < row.length; i++) {
        row[i] = Math.clamp((long) row[i], 0, 255);
      }
      return row;
    }
    float[] kept = "Cosine".equals(described.get("distance")) ? normalised(row) : row;
    if (datatype.equals("float16")) {
      for (int i = 0; i < kept.length; i++) {
        kept[i] = Float.float16ToFloat(Float.floatToFloat16(kept[i]));
      }
    }
    return kept;
  }

  /** Divides by the length, unless that is nothing or one already; all in 32 bits. */
  static float[] normalised(float[] vector) {
    float square = square(vector);
    if (square < EPSILON || Math.abs(square - 1.0f) <= 1.0e-6f) {
      return vector;
    }
    float length = (float) Math.sqrt(square);
    float[] divided = new float[vector.length];
    for (int i = 0; i < vector.length; i++) {
      divided[i] = vector[i] / length;
    }
    return divided;
  }

  private static float square(float[] vector) {
    int lanes = vector.length < LANES ? 1 : LANES;
    float[] sums = new float[lanes];
    int even = vector.length - vector.length % lanes;
    for (int i = 0; i < even; i++) {
      sums[i % lanes] = Math.fma(vector[i], vector[i], sums[i % lanes]);
    }
    float sum = 0;
    for (float lane : sums) {
      sum += lane;
    }
    for (int i = even; i < vector.length; i++) {
      sum += vector[i] * vector[i];
    }
    return sum;
  }

  static float[] floats(Object json) {
    if (!(json instanceof List<?> list)) {
      throw Refusal.format("data did not match any variant of untagged enum Vector");
    }
    float[] floats = new float[list.size()];
    for (int i = 0; i < floats.length; i++) {
      if (!(list.get(i) instanceof Number number)) {
        throw Refusal.format("data did not match any variant of untagged enum Vector");
      }
      floats[i] = (float) number.doubleValue();
    }
    return floats;
  }

  /** Keeps a sparse vector, by ascending index. */
  static StoredVector sparse(Object json) {
    if (!(json instanceof Map<?, ?> map)
        || !(map.get("indices") instanceof List<?> indices)
        || map.get("values") == null) {
      throw Refusal.wrong("Conversion between sparse and regular vectors failed");
    }
    float[] values = floats(map.get("values"));
    if (indices.size() != values.length) {
      throw Refusal.invalid("vector.values: must be the same length as indices");
    }
    if (new HashSet<>(indices).size() < indices.size()) {
      throw Refusal.invalid("vector.indices: must be unique");
    }
    int[] order =
        IntStream.range(0, values.length)
            .boxed()
            .sorted(Comparator.comparingLong(i -> ((Number) indices.get(i)).longValue()))
            .mapToInt(Integer::intValue)
            .toArray();
    long[] sorted =
        Arrays.stream(order).mapToLong(i -> ((Number) indices.get(i)).longValue()).toArray();
    float[] moved = new float[values.length];
    for (int i = 0; i < moved.length; i++) {
      moved[i] = values[order[i]];
      if (sorted[i] < 0 || sorted[i] > 0xffff_ffffL) {
        throw Refusal.format("invalid value: expected u32");
      }
    }
    return new StoredVector(List.of(), false, sorted, moved);
  }

  /** Returns the vector as answers have it. */
  Object json() {
    if (rows.isEmpty()) {
      Map<String, @Nullable Object> sparse = new LinkedHashMap<>();
      sparse.put("indices", Arrays.stream(indices).boxed().toList());
      sparse.put("values", list(values));
      return sparse;
    }
    return multi ? rows.stream().map(StoredVector::list).toList() : list(rows.getFirst());
  }

  private static List<Float> list(float[] floats) {
    List<Float> list = new ArrayList<>(floats.length);
    for (float value : floats) {
      list.add(value);
    }
    return list;
  }

  /** Returns how near a query is; larger is nearer, distances being negative. */
  double similarity(List<float[]> query, String distance) {
    double sum = 0;
    for (float[] row : query) {
      double best = Double.NEGATIVE_INFINITY;
      for (float[] own : rows) {
        best = Math.max(best, similarity(row, own, distance));
      }
      sum += best;
    }
    return sum;
  }

  private static double similarity(float[] query, float[] own, String distance) {
    double sum = 0;
    for (int i = 0; i < own.length; i++) {
      double difference = (double) query[i] - own[i];
      sum +=
          switch (distance) {
            case "Euclid" -> difference * difference;
            case "Manhattan" -> Math.abs(difference);
            default -> (double) query[i] * own[i];
          };
    }
    return switch (distance) {
      case "Euclid" -> -Math.sqrt(sum);
      case "Manhattan" -> -sum;
      default -> sum;
    };
  }
}
