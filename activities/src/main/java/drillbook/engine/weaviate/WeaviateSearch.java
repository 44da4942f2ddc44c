package drillbook.engine.weaviate;

import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.NearestQuery;
import drillbook.engine.Neighbour;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.RecordId;
import drillbook.record.Reserved;
import drillbook.rest.RestJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Searches a class by GraphQL, always through its index. */
final class WeaviateSearch {
  private final WeaviateHttp http;
  private final WeaviateClass found;

  WeaviateSearch(WeaviateHttp http, WeaviateClass found) {
    this.http = http;
    this.found = found;
  }

  /** Returns the records that are nearest to a vector, the nearest first. */
  List<Neighbour> nearest(NearestQuery query) throws DrillbookException, InterruptedException {
    CollectionName name = found.name();
    String what = "nearest objects of class " + name + " could not be searched";
    String named =
        query.vector().isEmpty() ? "" : ",targetVectors:[" + RestJson.text(query.vector()) + "]";
    String arguments = "nearVector:{vector:" + vector(query) + named + "},limit:" + query.k();
    String carried = found.properties().containsKey(Reserved.KEY) ? Reserved.KEY + " " : "";
    String text =
        "{Get{"
            + name.name()
            + selector(arguments, query.tenant())
            + "{"
            + carried
            + "_additional{id distance}}}}";
    Object answer = http.graphql(what, text, "Get", name.name());
    List<Neighbour> neighbours = new ArrayList<>();
    for (Object row : WeaviateHttp.list(what, answer)) {
      Map<String, Object> hit = RestJson.fields(row, "_additional");
      if (!(hit.get("distance") instanceof Number distance)) {
        throw new DrillbookException(FailureKind.CORRUPT, what + ": a hit has no distance");
      }
      Object reserved = row instanceof Map<?, ?> map ? map.get(Reserved.KEY) : null;
      neighbours.add(
          new Neighbour(id(what, String.valueOf(hit.get("id")), reserved), distance.doubleValue()));
    }
    return neighbours;
  }

  /**
   * Returns the query's vector as the server wants it. Asked with one vector where a record has a
   * list of them, it hands out all records, also those without any, at distance 0 (source: Weaviate
   * 1.39.0, observed).
   */
  private String vector(NearestQuery query) {
    FloatBuffer bits = ByteBuffer.wrap(query.bits()).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    List<float[]> rows = new ArrayList<>();
    while (bits.hasRemaining()) {
      float[] row = new float[query.dimension()];
      bits.get(row);
      rows.add(row);
    }
    boolean multi =
        found.vectors().stream()
            .anyMatch(vector -> vector.name().equals(query.vector()) && vector.multi());
    return RestJson.text(multi ? rows : rows.getFirst());
  }

  private static byte[] id(String what, String uuid, @Nullable Object text)
      throws DrillbookException {
    byte[] own = RecordId.of(UUID.fromString(uuid));
    if (text == null) {
      return own;
    }
    try {
      return Reserved.unpack(Map.of(Reserved.KEY, text)).id().orElse(own);
    } catch (IOException e) {
      throw new DrillbookException(FailureKind.CORRUPT, what + ": " + e.getMessage(), "", e);
    }
  }

  /** Returns the arguments of a query; a tenant's name needs no quoting. */
  static String selector(String arguments, String tenant) {
    String all =
        tenant.equals(CollectionSchema.NO_TENANT)
            ? arguments
            : "tenant:" + RestJson.text(tenant) + (arguments.isEmpty() ? "" : ",") + arguments;
    return all.isEmpty() ? "" : "(" + all + ")";
  }
}
