package drillbook.engine.qdrant;

import drillbook.engine.NearestQuery;
import drillbook.engine.Neighbour;
import drillbook.engine.VectorIndex.Metric;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.ElementType;
import drillbook.record.Reserved;
import drillbook.record.VectorField;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/** Searches through the index or, where it is asked for and allowed, past it. */
final class QdrantSearch {
  private final QdrantHttp http;
  private final QdrantControl control;

  QdrantSearch(QdrantHttp http, QdrantControl control) {
    this.http = http;
    this.control = control;
  }

  /** Returns up to k nearest; distances grow, so similarities change their sign. */
  List<Neighbour> nearest(NearestQuery query) throws DrillbookException, InterruptedException {
    String what = "nearest records of " + query.collection() + " could not be searched";
    Described found = control.describe(query.collection());
    VectorField field =
        QdrantSchema.of(found).layout().vectors().stream()
            .filter(each -> each.name().equals(query.vector()))
            .findFirst()
            .orElseThrow(() ->
                new DrillbookException(
                    FailureKind.CONFIGURATION,
                    what + ": it has no dense vector '" + query.vector() + "'"));
    int bytes = field.elementType().bytes(query.dimension());
    if (bytes == 0 || query.bits().length < bytes) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          what + ": the query has no " + query.dimension() + " elements for " + field);
    }
    Map<String, Object> request = new TreeMap<>(found.narrowed(query.tenant()));
    request.put("query", vector(field, query));
    if (!query.vector().isEmpty()) {
      request.put("using", query.vector());
    }
    request.put("limit", query.k());
    // Strict mode may forbid searches past the index.
    request.put("params", Map.of("exact", query.exact() && found.allowsExact()));
    request.put("with_payload", Map.of("include", List.of(Reserved.KEY)));
    request.put("with_vector", false);
    List<?> points = search(what, found, request);
    Object distance =
        found.vectors().getOrDefault(query.vector(), Map.of()).getOrDefault("distance", "");
    Metric metric = QdrantSchema.metric(distance);
    List<Neighbour> neighbours = new ArrayList<>();
    for (Object point : points) {
      if (!(point instanceof Map<?, ?> map) || !(map.get("score") instanceof Number score)) {
        throw new DrillbookException(FailureKind.CORRUPT, what + ": a point has no score");
      }
      neighbours.add(new Neighbour(id(what, map), distance(metric, score.doubleValue())));
    }
    return neighbours;
  }

  private List<?> search(String what, Described found, Map<String, Object> request)
      throws DrillbookException, InterruptedException {
    try {
      HttpUrl url = control.collectionUrl(found.name(), "points", "query");
      return QdrantControl.list(what, http.send(what, "POST", url, request), "points");
    } catch (DrillbookException e) {
      if (e.kind() == FailureKind.NOT_FOUND) {
        return searchAsBefore(what, found, request);
      }
      boolean forbidden =
          !found.allowsExact()
              && String.valueOf(e.getMessage()).contains("vector indexing is disabled");
      throw forbidden
          ? new DrillbookException(
              FailureKind.UNSUPPORTED,
              String.valueOf(e.getMessage()),
              "Allow exact searches (search_allow_exact), or index the vector.",
              e)
          : e;
    }
  }

  /** Source: Qdrant 1.9, which has no universal queries yet. */
  private List<?> searchAsBefore(String what, Described found, Map<String, Object> request)
      throws DrillbookException, InterruptedException {
    Map<String, Object> older = new TreeMap<>(request);
    Object vector = Objects.requireNonNull(older.remove("query"));
    Object name = older.remove("using");
    older.put("vector", name == null ? vector : Map.of("name", name, "vector", vector));
    HttpUrl url = control.collectionUrl(found.name(), "points", "search");
    Object answer = http.send(what, "POST", url, older);
    if (answer instanceof List<?> points) {
      return points;
    }
    throw new DrillbookException(FailureKind.CORRUPT, what + ": the answer is no list of points");
  }

  private static double distance(Metric metric, double score) {
    return switch (metric) {
      case COSINE -> 1 - score;
      case INNER_PRODUCT -> -score;
      case EUCLIDEAN, MANHATTAN, HAMMING, JACCARD -> score;
    };
  }

  private static Object vector(VectorField field, NearestQuery query) {
    List<Object> rows = new ArrayList<>();
    int bytes = field.elementType().bytes(query.dimension());
    for (int from = 0; from + bytes <= query.bits().length; from += bytes) {
      rows.add(floats(field.elementType(), query.bits(), from, query.dimension()));
    }
    return field.multi() ? rows : rows.getFirst();
  }

  private static float[] floats(ElementType type, byte[] bits, int from, int dimension) {
    ByteBuffer source = ByteBuffer.wrap(bits).order(ByteOrder.LITTLE_ENDIAN);
    float[] floats = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      floats[i] =
          switch (type) {
            case F16 -> Float.float16ToFloat(source.getShort(from + i * 2));
            case U8 -> source.get(from + i) & 0xff;
            default -> source.getFloat(from + i * 4);
          };
    }
    return floats;
  }

  private static byte[] id(String what, Map<?, ?> point) throws DrillbookException {
    try {
      if (point.get("payload") instanceof Map<?, ?> payload
          && payload.get(Reserved.KEY) instanceof String reserved) {
        byte[] own = point(what, point.get("id")).record();
        return Reserved.unpack(Map.of(Reserved.KEY, reserved)).id().orElse(own);
      }
      return point(what, point.get("id")).record();
    } catch (IOException e) {
      throw new DrillbookException(
          FailureKind.CORRUPT, what + ": point " + point.get("id") + ": " + e.getMessage(), "", e);
    }
  }

  /** Returns the point that a JSON value names. */
  static PointId point(String what, @Nullable Object json) throws DrillbookException {
    return switch (json) {
      case Integer number -> PointId.of(number.longValue());
      case Long number -> PointId.of(number);
      case BigInteger number -> PointId.of(number.longValue());
      case String uuid -> PointId.of(UUID.fromString(uuid));
      case null, default ->
          throw new DrillbookException(FailureKind.CORRUPT, what + ": a point has no id: " + json);
    };
  }
}
