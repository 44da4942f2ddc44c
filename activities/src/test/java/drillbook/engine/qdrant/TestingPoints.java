package drillbook.engine.qdrant;

import drillbook.engine.CollectionName;
import drillbook.record.RecordId;
import drillbook.secret.SecretReference;
import java.net.URI;
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
    delete(url, SecretReference.NONE, name, tenant, ids);
  }

  /** Deletes records from a server that wants a key. */
  static void delete(
      String url, SecretReference key, CollectionName name, String tenant, List<byte[]> ids)
      throws Exception {
    try (QdrantHttp http = new QdrantHttp(URI.create(url), key)) {
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

  /** Deletes a record under another name of its collection; returns what the server says. */
  static String deleteThrough(
      String url, String alias, CollectionName name, String tenant, String id) throws Exception {
    try (QdrantHttp http = new QdrantHttp(URI.create(url), SecretReference.NONE)) {
      QdrantControl control = new QdrantControl(http);
      Map<String, Object> request = new TreeMap<>(control.describe(name).narrowed(tenant));
      request.put("points", List.of(PointId.ofRecord(RecordId.of(id)).json()));
      Object result =
          http.send(
              "test point could not be deleted",
              "POST",
              QdrantControl.waiting(control.collectionUrl(name.named(alias), "points", "delete")),
              request);
      return String.valueOf(result instanceof Map<?, ?> map ? map.get("status") : result);
    }
  }
}
