package drillbook.engine.pinecone;

import drillbook.engine.NearestQuery;
import drillbook.engine.Neighbour;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.pinecone.PineconeId;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import okhttp3.HttpUrl;

/** Searches of dense vectors through the index. */
final class PineconeSearch {
  private static final int LARGEST_RESULT = 10_000;
  private static final int IDS_AT_ONCE = 100;

  private final PineconeHttp http;
  private final PineconeControl control;

  PineconeSearch(PineconeHttp http, PineconeControl control) {
    this.http = http;
    this.control = control;
  }

  /** Returns up to k nearest records, nearest first. */
  List<Neighbour> nearest(NearestQuery query) throws DrillbookException, InterruptedException {
    PineconeIndex index = control.describe(query.collection());
    String what = "nearest records of " + query.collection() + " could not be searched";
    if (index.sparse()) {
      throw new DrillbookException(
          FailureKind.UNSUPPORTED, what + ": its vectors are sparse, and the query is dense");
    }
    HttpUrl host = index.host(what, http);
    control.awaitReads(what, index, host, query.tenant());
    Pace.QUERY.await(PineconeRecords.key(host) + "/" + query.tenant());
    float[] vector = new float[query.dimension()];
    ByteBuffer.wrap(query.bits()).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
    Object answer =
        http.send(
            what,
            "POST",
            PineconeHttp.below(host, "query"),
            Map.of(
                "vector", vector,
                "topK", Math.min(query.k(), LARGEST_RESULT),
                "namespace", PineconeListing.namespace(query.tenant())));
    if (!(answer instanceof Map<?, ?> map) || !(map.get("matches") instanceof List<?> matches)) {
      throw PineconeIndex.malformed(what, "it has no matches");
    }
    Map<String, Double> distances = new LinkedHashMap<>();
    for (Object match : matches) {
      if (!(match instanceof Map<?, ?> found)
          || !(found.get("id") instanceof String id)
          || !(found.get("score") instanceof Number score)) {
        throw PineconeIndex.malformed(what, "a match has no id or no score");
      }
      distances.put(id, distance(index, score.doubleValue()));
    }
    Map<String, byte[]> ids = ids(what, index, host, query.tenant(), distances.keySet());
    List<Neighbour> neighbours = new ArrayList<>();
    distances.forEach((text, distance) -> {
      byte[] id = ids.get(text);
      if (id != null) {
        neighbours.add(new Neighbour(id, distance));
      }
    });
    return neighbours;
  }

  private static double distance(PineconeIndex index, double score) {
    return switch (index.metric()) {
      case EUCLIDEAN -> score;
      case COSINE -> 1 - score;
      case INNER_PRODUCT, MANHATTAN, HAMMING, JACCARD -> -score;
    };
  }

  /**
   * Returns the encoded ids of records. Where a text may be less than the id, the records are
   * fetched: a query's answer has 4 MB, which the metadata of a hundred records can fill.
   */
  private Map<String, byte[]> ids(
      String what, PineconeIndex index, HttpUrl host, String tenant, Collection<String> texts)
      throws DrillbookException, InterruptedException {
    Map<String, byte[]> ids = new HashMap<>();
    List<String> fetched = new ArrayList<>();
    boolean plain = PineconeSchema.idType(index).equals("text");
    for (String text : texts) {
      if (plain && !PineconeId.isMade(text)) {
        ids.put(text, RecordId.of(text));
      } else {
        fetched.add(text);
      }
    }
    PineconeReader reader =
        new PineconeReader(http, what, index, host, tenant, PineconeSchema.layout(index));
    for (int from = 0; from < fetched.size(); from += IDS_AT_ONCE) {
      int to = Math.min(fetched.size(), from + IDS_AT_ONCE);
      RecordBatch batch = reader.take(fetched.subList(from, to));
      int row = 0;
      for (String text : reader.ids()) {
        ids.put(text, batch.ids().get(row++));
      }
    }
    return ids;
  }
}
