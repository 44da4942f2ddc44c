package drillbook.engine.qdrant;

import drillbook.engine.AskedIds;
import drillbook.engine.BatchConsumer;
import drillbook.engine.Capture;
import drillbook.engine.CaptureNotes;
import drillbook.engine.CaptureToken;
import drillbook.engine.CaptureToken.Consistency;
import drillbook.engine.CaptureToken.Range;
import drillbook.engine.CollectionSchema;
import drillbook.engine.RecordWriter;
import drillbook.engine.Records;
import drillbook.failure.DrillbookException;
import drillbook.record.VectorField;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import okhttp3.HttpUrl;

/**
 * Reads records by scrolling in the order of ids, which others that come and go do not move.
 *
 * <p>Reads go to one replica of a shard. The API could ask several and hand out what they agree on,
 * but what they do not agree on would be left out without a word.
 */
final class QdrantRecords implements Records {
  /** Since when points can be drawn at random; before, a tenant is one range. */
  private static final ServerVersion SAMPLING = new ServerVersion(1, 11);

  private static final int MOST_RANGES = 8;
  private static final long RANGE_RECORDS = 10_000;
  private static final int SAMPLES = 500;
  private static final int FETCHED_AT_ONCE = 1000;
  private static final int IDS_PER_REQUEST = 250;

  /** Of the rate of reads: one, and one for the condition of its filter. */
  private static final int COST_OF_SCROLL = 2;

  private static final int PAGE = 1000;
  private static final int PAGE_BYTES = 1 << 20;
  private static final String OPEN = "*";
  private static final String END = "end";

  private final QdrantHttp http;
  private final QdrantControl control;
  private final InstantSource clock;

  QdrantRecords(QdrantHttp http, QdrantControl control, InstantSource clock) {
    this.http = http;
    this.control = control;
    this.clock = clock;
  }

  @Override
  public Capture begin(List<CollectionSchema> collections, CaptureNotes notes)
      throws DrillbookException, InterruptedException {
    Instant start = clock.instant();
    List<Range> ranges = new ArrayList<>();
    for (CollectionSchema schema : collections) {
      Described found = control.describe(schema.name());
      CollectionSchema current = withTenants(schema, found);
      for (String tenant : found.tenants()) {
        for (String position : positions(found, tenant)) {
          ranges.add(new Range(current, tenant, position));
        }
      }
    }
    return new ScrollCapture(new CaptureToken("", Consistency.FUZZY, start, ranges));
  }

  /** Returns the schema with the tenants that have come since. */
  private static CollectionSchema withTenants(CollectionSchema schema, Described found) {
    Set<String> tenants = new TreeSet<>(schema.tenants());
    if (!tenants.addAll(found.tenants())) {
      return schema;
    }
    return new CollectionSchema(
        schema.name(),
        schema.layout(),
        schema.idType(),
        schema.indexes(),
        List.copyOf(tenants),
        schema.aliases(),
        QdrantSchema.of(found).attributes());
  }

  private record ScrollCapture(CaptureToken token) implements Capture {
    @Override
    public void touch() {
      // There is no snapshot that could be lost.
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }

  /** Splits a tenant's points by id, at quantiles of a random sample. */
  private List<String> positions(Described found, String tenant)
      throws DrillbookException, InterruptedException {
    long count = new PointCounts(http, control).estimate(found, tenant);
    int wanted = Math.clamp(count / RANGE_RECORDS + 1, 1, MOST_RANGES);
    List<PointId> bounds = new ArrayList<>();
    if (wanted > 1 && ServerVersion.of(control.version()).isAtLeast(SAMPLING)) {
      List<PointId> sample = List.copyOf(sample(found, tenant));
      for (int i = 1; i < wanted && sample.size() > wanted; i++) {
        bounds.add(sample.get(sample.size() * i / wanted));
      }
    }
    List<String> positions = new ArrayList<>();
    String from = OPEN;
    for (PointId bound : bounds) {
      positions.add(from + " " + bound);
      from = bound.toString();
    }
    positions.add(from + " " + OPEN);
    return positions;
  }

  private Set<PointId> sample(Described found, String tenant)
      throws DrillbookException, InterruptedException {
    String what = "ids of collection " + found.name() + " could not be sampled";
    Map<String, Object> request = new TreeMap<>(found.narrowed(tenant));
    request.put("query", Map.of("sample", "random"));
    request.put("limit", found.limit("max_query_limit", SAMPLES));
    request.put("with_payload", false);
    request.put("with_vector", false);
    TreeSet<PointId> ids = new TreeSet<>();
    Object answer =
        http.send(what, "POST", control.collectionUrl(found.name(), "points", "query"), request);
    for (Object point : QdrantControl.list(what, answer, "points")) {
      ids.add(QdrantSearch.point(what, point instanceof Map<?, ?> map ? map.get("id") : null));
    }
    return ids;
  }

  @Override
  public void read(
      CaptureToken token, Range range, String cursor, CaptureNotes notes, BatchConsumer consumer)
      throws DrillbookException, InterruptedException {
    String[] bounds = range.position().split(" ", -1);
    Optional<PointId> until = point(bounds[1]);
    Optional<PointId> from = point(cursor.isEmpty() ? bounds[0] : cursor);
    if (cursor.equals(END)) {
      return;
    }
    CollectionSchema schema = range.schema();
    Described found = control.describe(schema.name());
    String what = "records of collection " + schema.name() + " could not be read";
    HttpUrl url = control.collectionUrl(schema.name(), "points", "scroll");
    int most = found.limit("max_query_limit", PAGE);
    int wanted = Math.clamp(PAGE_BYTES / (vectorBytes(schema) + 512L), 1, most);
    boolean more = true;
    while (more) {
      Map<String, Object> request = new TreeMap<>(found.narrowed(range.tenant()));
      from.ifPresent(id -> request.put("offset", id.json()));
      request.put("limit", wanted);
      request.put("with_payload", true);
      request.put("with_vector", true);
      PointsPage empty = new PointsPage(schema.layout(), until);
      PointsPage page = http.post(what, url, request, empty::read);
      page.requireProgress(what, from);
      emit(page, consumer);
      from = page.next();
      more = from.isPresent();
      wanted = Math.clamp(PAGE_BYTES / bytesOfOne(page), 1, most);
    }
  }

  private static void emit(PointsPage page, BatchConsumer consumer)
      throws DrillbookException, InterruptedException {
    for (int i = 0; i < page.parts().size(); i++) {
      String after =
          i + 1 < page.parts().size()
              ? page.parts().get(i + 1).first().toString()
              : page.next().map(PointId::toString).orElse(END);
      consumer.accept(page.parts().get(i).batch(), after);
    }
  }

  private static long bytesOfOne(PointsPage page) {
    long bytes = 0;
    long records = 0;
    for (PointsPage.Part part : page.parts()) {
      bytes += part.batch().bytes();
      records += part.batch().size();
    }
    return Math.max(1, bytes / Math.max(1, records));
  }

  private static long vectorBytes(CollectionSchema schema) {
    long bytes = 0;
    for (VectorField field : schema.layout().vectors()) {
      bytes += field.elementType().bytes(field.dimension()) * (field.multi() ? 8L : 1L);
    }
    return bytes;
  }

  private static Optional<PointId> point(String text) {
    return text.equals(OPEN) || text.equals(END)
        ? Optional.empty()
        : Optional.of(PointId.parse(text));
  }

  @Override
  public void fetch(
      CollectionSchema schema, String tenant, List<byte[]> ids, BatchConsumer consumer)
      throws DrillbookException, InterruptedException {
    if (ids.size() > FETCHED_AT_ONCE) {
      throw new IllegalArgumentException(ids.size() + " ids are more than " + FETCHED_AT_ONCE);
    }
    String what = "records of collection " + schema.name() + " could not be read";
    Described found = control.describe(schema.name());
    boolean shared = found.tenancy() == Described.Tenancy.PAYLOAD;
    AskedIds asked = new AskedIds(ids);
    TreeSet<PointId> points = new TreeSet<>();
    for (byte[] id : ids) {
      points.add(shared ? PointId.ofRecord(tenant, id) : PointId.ofRecord(id));
    }
    List<Object> list = new ArrayList<>();
    points.forEach(point -> list.add(point.json()));
    // Ids of tenants that share shards are the tenant's own: no filter is needed, nor known here.
    Map<String, Object> narrowed = shared ? Map.of() : found.narrowed(tenant);
    int atOnce = idsAtOnce(found);
    Pace pace = Pace.ofReads(found);
    for (int from = 0; from < list.size(); from += atOnce) {
      List<Object> some = list.subList(from, Math.min(list.size(), from + atOnce));
      pace.await(COST_OF_SCROLL);
      PointsPage page = new PointsPage(schema.layout(), Optional.empty());
      http.post(what, idsUrl(found), idsRequest(found, narrowed, some), page::read);
      pace.done();
      for (PointsPage.Part part : page.parts()) {
        asked.hand(part.batch(), consumer);
      }
    }
  }

  private static boolean isRateLimited(Described found) {
    return found.strictMode().get("read_rate_limit") instanceof Number;
  }

  private static int idsAtOnce(Described found) {
    return isRateLimited(found)
        ? Math.min(
            found.limit("max_query_limit", IDS_PER_REQUEST),
            found.limit("condition_max_size", IDS_PER_REQUEST))
        : IDS_PER_REQUEST;
  }

  private HttpUrl idsUrl(Described found) throws DrillbookException {
    return isRateLimited(found)
        ? control.collectionUrl(found.name(), "points", "scroll")
        : control.collectionUrl(found.name(), "points");
  }

  /**
   * Asks for points by id; where reads are limited by a filter, which counts as two reads however
   * many ids it has, while otherwise each id counts as one.
   */
  private static Map<String, Object> idsRequest(
      Described found, Map<String, Object> narrowed, List<Object> ids) {
    Map<String, Object> request = new TreeMap<>(narrowed);
    if (isRateLimited(found)) {
      request.put("filter", Map.of("must", List.of(Map.of("has_id", ids))));
      request.put("limit", ids.size());
    } else {
      request.put("ids", ids);
    }
    request.put("with_payload", true);
    request.put("with_vector", true);
    return request;
  }

  @Override
  public RecordWriter writer(CollectionSchema schema, String tenant)
      throws DrillbookException, InterruptedException {
    String what = "records could not be written to collection " + schema.name();
    control.requireNoAlias(what, schema.name());
    Described found = control.describe(schema.name());
    return new QdrantWriter(http, control, what, found, tenant);
  }
}
