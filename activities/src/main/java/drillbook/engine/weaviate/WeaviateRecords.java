package drillbook.engine.weaviate;

import drillbook.engine.AskedIds;
import drillbook.engine.BatchConsumer;
import drillbook.engine.Capture;
import drillbook.engine.CaptureNotes;
import drillbook.engine.CaptureToken;
import drillbook.engine.CaptureToken.Consistency;
import drillbook.engine.CaptureToken.Range;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.RecordWriter;
import drillbook.engine.Records;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.RecordBatch;
import drillbook.record.VectorField;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import okhttp3.HttpUrl;

/**
 * Reads objects by cursor: each request asks for those after the last id, so that nothing is
 * skipped or read twice, whatever comes and goes meanwhile.
 */
final class WeaviateRecords implements Records {
  private static final int BATCH_BYTES = 1 << 20;
  private static final int FETCHED_AT_ONCE = 1000;
  private static final int LARGEST_PAGE = 2000;

  /** Classes of more objects are read in several ranges. */
  private static final long OBJECTS_PER_RANGE = 25_000;

  private static final int MOST_RANGES = 16;

  /** A class of more tenants is not counted by tenant: each one is a range. */
  private static final int TENANTS_COUNTED = 16;

  private final WeaviateHttp http;
  private final WeaviateControl control;
  private final InstantSource clock;

  WeaviateRecords(WeaviateHttp http, WeaviateControl control, InstantSource clock) {
    this.http = http;
    this.control = control;
    this.clock = clock;
  }

  /** A range of ids: from one on, up to and without another. */
  private record Position(Optional<UUID> from, Optional<UUID> to) {
    private static final String OPEN = "-";

    static Position of(String text) {
      String[] words = text.split(" ", -1);
      return new Position(end(words[0]), end(words[1]));
    }

    private static Optional<UUID> end(String word) {
      return word.equals(OPEN) ? Optional.empty() : Optional.of(UUID.fromString(word));
    }

    @Override
    public String toString() {
      return from.map(UUID::toString).orElse(OPEN) + " " + to.map(UUID::toString).orElse(OPEN);
    }
  }

  /**
   * {@inheritDoc} Tenants that are not active have a range too: its reader activates them, or says
   * that it cannot.
   */
  @Override
  public Capture begin(List<CollectionSchema> collections, CaptureNotes notes)
      throws DrillbookException, InterruptedException {
    Instant start = clock.instant();
    List<Range> ranges = new ArrayList<>();
    for (CollectionSchema schema : collections) {
      WeaviateClass found = control.describe(schema.name());
      Map<String, String> statuses =
          found.hasTenants() ? control.tenants().statuses(schema.name()) : Map.of();
      if (!found.hasTenants()) {
        ranges.addAll(ranges(schema, CollectionSchema.NO_TENANT, true));
      }
      CollectionSchema live = withTenants(schema, statuses);
      for (Map.Entry<String, String> tenant : statuses.entrySet()) {
        // Several readers of an inactive tenant would put it back under each other.
        boolean split =
            statuses.size() <= TENANTS_COUNTED && tenant.getValue().equals(WeaviateTenants.ACTIVE);
        ranges.addAll(ranges(live, tenant.getKey(), split));
      }
    }
    return new CursorCapture(new CaptureToken("", Consistency.FUZZY, start, ranges));
  }

  private static CollectionSchema withTenants(
      CollectionSchema schema, Map<String, String> statuses) {
    return statuses.isEmpty() || Set.copyOf(schema.tenants()).equals(statuses.keySet())
        ? schema
        : new CollectionSchema(
            schema.name(),
            schema.layout(),
            schema.idType(),
            schema.indexes(),
            List.copyOf(statuses.keySet()),
            schema.aliases(),
            schema.attributes());
  }

  private List<Range> ranges(CollectionSchema schema, String tenant, boolean split)
      throws DrillbookException, InterruptedException {
    long count = split ? control.count(schema.name(), tenant) : 0;
    int parts = Math.clamp(count / OBJECTS_PER_RANGE, 1, MOST_RANGES);
    List<Range> ranges = new ArrayList<>();
    Optional<UUID> from = Optional.empty();
    for (UUID next : UuidSpace.split(parts)) {
      ranges.add(new Range(schema, tenant, new Position(from, Optional.of(next)).toString()));
      from = Optional.of(next);
    }
    ranges.add(new Range(schema, tenant, new Position(from, Optional.empty()).toString()));
    return ranges;
  }

  private record CursorCapture(CaptureToken token) implements Capture {
    @Override
    public void touch() {
      // There is no snapshot that could be lost.
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }

  @Override
  public void read(
      CaptureToken token, Range range, String cursor, CaptureNotes notes, BatchConsumer consumer)
      throws DrillbookException, InterruptedException {
    CollectionSchema schema = range.schema();
    Position position = Position.of(range.position());
    Reader reader = new Reader(schema, range.tenant());
    reader.after =
        cursor.isEmpty()
            ? position.from().flatMap(UuidSpace::before)
            : Optional.of(UUID.fromString(cursor));
    control
        .tenants()
        .whileActive(reader.found, range.tenant(), () -> reader.pages(position.to(), consumer));
  }

  @Override
  public void fetch(
      CollectionSchema schema, String tenant, List<byte[]> ids, BatchConsumer consumer)
      throws DrillbookException, InterruptedException {
    if (ids.size() > FETCHED_AT_ONCE) {
      throw new IllegalArgumentException(ids.size() + " ids are more than " + FETCHED_AT_ONCE);
    }
    Reader reader = new Reader(schema, tenant);
    control
        .tenants()
        .whileActive(
            reader.found,
            tenant,
            () -> {
              reader.fetch(ids);
              return ids;
            });
    reader.handOut(ids, consumer);
  }

  @Override
  public RecordWriter writer(CollectionSchema schema, String tenant)
      throws DrillbookException, InterruptedException {
    WeaviateClass found = control.describe(schema.name());
    if (!tenant.equals(CollectionSchema.NO_TENANT)) {
      // Left active: the schema's status of tenants comes with the indexes, after all records.
      control.tenants().activate(schema.name(), tenant);
    }
    return new WeaviateWriter(http, control, found, schema, tenant);
  }

  /** Reads records of one class and tenant. Used by one thread. */
  private final class Reader {
    private final CollectionName name;
    private final String tenant;
    private final String what;
    private final ObjectPage page;
    private final RecordBatch slice;
    private final WeaviateClass found;
    private Map<String, PropertyType> types;
    private Optional<UUID> after = Optional.empty();
    private int wanted;

    Reader(CollectionSchema schema, String tenant) throws DrillbookException, InterruptedException {
      this.name = schema.name();
      this.tenant = tenant;
      this.what =
          "records of class "
              + name
              + (tenant.equals(CollectionSchema.NO_TENANT) ? "" : ", tenant " + tenant + ",")
              + " could not be read";
      this.found = control.describe(name);
      this.types = found.properties();
      this.page = new ObjectPage(schema.layout(), this::type, found.isForeign());
      this.slice = new RecordBatch(schema.layout());
      int bytes =
          schema.layout().vectors().stream().mapToInt(VectorField::dimension).sum() * Float.BYTES;
      this.wanted = Math.clamp(BATCH_BYTES / (bytes + 4096), 1, LARGEST_PAGE);
    }

    /** A property may have come since the class was looked at. */
    private Optional<PropertyType> type(String property)
        throws DrillbookException, InterruptedException {
      if (!types.containsKey(property)) {
        types = control.describe(name).properties();
      }
      return Optional.ofNullable(types.get(property));
    }

    /** Hands out the records that are left; goes on where it was when it is called again. */
    boolean pages(Optional<UUID> end, BatchConsumer consumer)
        throws DrillbookException, InterruptedException {
      while (true) {
        HttpUrl url = control.objects(name, tenant, after, wanted);
        http.get(
            what,
            url,
            body -> {
              page.readList(body, end);
              return page;
            });
        RecordBatch batch = page.batch();
        if (batch.size() == 0) {
          return true;
        }
        long bytes = batch.bytes();
        boolean last = page.objects() > batch.size();
        after = Optional.of(page.uuids().getLast());
        handOut(consumer);
        if (last) {
          return true;
        }
        long fitting = BATCH_BYTES * (long) page.objects() / Math.max(1, bytes);
        wanted = Math.clamp(fitting, 1, Math.min(LARGEST_PAGE, wanted * 8));
      }
    }

    private void handOut(BatchConsumer consumer) throws DrillbookException, InterruptedException {
      RecordBatch batch = page.batch();
      if (batch.bytes() <= 2L * BATCH_BYTES) {
        consumer.accept(batch, page.uuids().getLast().toString());
        return;
      }
      for (int row = 0; row < batch.size(); row++) {
        slice.append(batch, row);
        if (slice.bytes() >= BATCH_BYTES || row == batch.size() - 1) {
          consumer.accept(slice, page.uuids().get(row).toString());
          slice.clear();
        }
      }
    }

    void fetch(List<byte[]> ids) throws DrillbookException, InterruptedException {
      page.clear();
      Set<UUID> asked = new HashSet<>();
      for (byte[] id : ids) {
        UUID uuid = UuidSpace.objectId(id);
        if (asked.add(uuid)) {
          fetch(uuid);
        }
      }
    }

    private void fetch(UUID uuid) throws DrillbookException, InterruptedException {
      HttpUrl.Builder url =
          http.url("objects", name.name(), uuid.toString())
              .newBuilder()
              .addQueryParameter("include", "vector");
      if (!tenant.equals(CollectionSchema.NO_TENANT)) {
        url.addQueryParameter("tenant", tenant);
      }
      try {
        http.get(
            what,
            url.build(),
            body -> {
              page.readOne(body);
              return page;
            });
      } catch (DrillbookException e) {
        if (e.kind() != FailureKind.NOT_FOUND) {
          throw e;
        }
      }
    }

    /** Hands out those of the fetched records that were asked for: an id is more than its UUID. */
    void handOut(List<byte[]> ids, BatchConsumer consumer)
        throws DrillbookException, InterruptedException {
      AskedIds asked = new AskedIds(ids);
      RecordBatch batch = page.batch();
      for (int row = 0; row < batch.size(); row++) {
        if (asked.contains(batch.ids().get(row))) {
          slice.append(batch, row);
        }
        if (slice.bytes() >= BATCH_BYTES || (row == batch.size() - 1 && slice.size() > 0)) {
          consumer.accept(slice, "");
          slice.clear();
        }
      }
    }
  }
}
