package drillbook.engine.qdrant;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.RecordLayout;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import okhttp3.HttpUrl;

/**
 * Counts points: by the server where it counts exactly, one by one where it does not.
 *
 * <p>Source: Qdrant, strict mode forbids exact counts together with exact searches; a count that
 * takes longer than the server's timeout of searches (60 s by default) fails.
 */
final class PointCounts {
  private static final int IDS_AT_ONCE = 10_000;

  private final QdrantHttp http;
  private final QdrantControl control;

  PointCounts(QdrantHttp http, QdrantControl control) {
    this.http = http;
    this.control = control;
  }

  /** Returns how many points a tenant has. */
  long exact(Described found, String tenant) throws DrillbookException, InterruptedException {
    if (!found.allowsExact()) {
      return byIds(found, tenant);
    }
    try {
      return ask(found, tenant, true);
    } catch (DrillbookException e) {
      if (e.kind() == FailureKind.UNAVAILABLE
          && String.valueOf(e.getMessage()).contains("timed out after")) {
        return byIds(found, tenant);
      }
      throw e;
    }
  }

  /** Returns about how many points a tenant has, which costs little however many there are. */
  long estimate(Described found, String tenant) throws DrillbookException, InterruptedException {
    return ask(found, tenant, false);
  }

  private static String what(Described found) {
    return "records of " + found.name() + " could not be counted";
  }

  private long ask(Described found, String tenant, boolean exact)
      throws DrillbookException, InterruptedException {
    Map<String, Object> request = new TreeMap<>(found.narrowed(tenant));
    // Left out, it would be true.
    request.put("exact", exact);
    HttpUrl url =
        QdrantControl.within(
            control.collectionUrl(found.name(), "points", "count"), found.longestWait());
    Object answer = http.send(what(found), "POST", url, request);
    if (answer instanceof Map<?, ?> map && map.get("count") instanceof Number count) {
      return count.longValue();
    }
    throw new DrillbookException(FailureKind.CORRUPT, what(found) + ": the answer has no count");
  }

  private long byIds(Described found, String tenant)
      throws DrillbookException, InterruptedException {
    HttpUrl url = control.collectionUrl(found.name(), "points", "scroll");
    RecordLayout none = new RecordLayout(List.of(), List.of());
    Pace pace = Pace.ofReads(found);
    Optional<PointId> from = Optional.empty();
    long count = 0;
    do {
      Map<String, Object> request = new TreeMap<>(found.narrowed(tenant));
      from.ifPresent(id -> request.put("offset", id.json()));
      request.put("limit", found.limit("max_query_limit", IDS_AT_ONCE));
      request.put("with_payload", false);
      request.put("with_vector", false);
      pace.await(request.containsKey("filter") ? 2 : 1);
      PointsPage page = new PointsPage(none, Optional.empty());
      http.post(what(found), url, request, page::read);
      pace.done();
      page.requireProgress(what(found), from);
      count += page.points();
      from = page.next();
    } while (from.isPresent());
    return count;
  }
}
