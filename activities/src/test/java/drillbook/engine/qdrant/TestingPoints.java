package drillbook.engine.qdrant;

import drillbook.engine.CollectionName;
import drillbook.secret.SecretReference;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Changes points past the adapter. */
public final class TestingPoints {
  private TestingPoints() {}

  /** Deletes records. */
  public static void delete(String url, CollectionName name, String tenant, List<byte[]> ids)
      throws Exception {
    try (QdrantHttp http =
        new QdrantHttp(URI.create(url), SecretReference.NONE, InstantSource.system())) {
      QdrantControl control = new QdrantControl(http);
      Described found = control.describe(name);
      boolean shared = found.tenancy() == Described.Tenancy.PAYLOAD;
      List<Object> points = new ArrayList<>();
      for (byte[] id : ids) {
        points.add((shared ? PointId.ofRecord(tenant, id) : PointId.ofRecord(id)).json());
      }
      Map<String, Object> request = new TreeMap<>(shared ? Map.of() : found.narrowed(tenant));
      request.put("points", points);
      http.send(
          "test points could not be deleted",
          "POST",
          QdrantControl.waiting(control.collectionUrl(name, "points", "delete")),
          request);
    }
  }
}
