package drillbook.engine.milvus;

import drillbook.check.FindingCode;
import drillbook.engine.AskedIds;
import drillbook.engine.BatchConsumer;
import drillbook.engine.Capability;
import drillbook.engine.Capture;
import drillbook.engine.CaptureNotes;
import drillbook.engine.CaptureToken;
import drillbook.engine.CaptureToken.Consistency;
import drillbook.engine.CaptureToken.Range;
import drillbook.engine.CollectionSchema;
import drillbook.engine.RecordWriter;
import drillbook.engine.Records;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.RecordBatch;
import io.milvus.grpc.QueryResults;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads records by pages in the order of their primary keys. Paging by offset, which the API offers
 * as well, skips records when others are deleted meanwhile, and ends after 16,384.
 */
final class MilvusRecords implements Records {
  private static final int BATCH_BYTES = 1 << 20;
  private static final int FIRST_PAGE = 200;

  /** Source: Milvus's quota for offset and limit together: 16,384. */
  private static final int LARGEST_PAGE = 10_000;

  private static final long RECORDS_PER_RANGE = 100_000;
  private static final int FETCHED_AT_ONCE = 1_000;
  private static final int KEYS_PER_QUERY = 200;

  private final MilvusRpc rpc;
  private final MilvusCatalog catalog;
  private final MilvusLoads loads;
  private final MilvusLine line;
  private final MilvusQueries queries;
  private final InstantSource clock;

  MilvusRecords(
      MilvusRpc rpc,
      MilvusCatalog catalog,
      MilvusLoads loads,
      MilvusLine line,
      InstantSource clock) {
    this.rpc = rpc;
    this.catalog = catalog;
    this.loads = loads;
    this.line = line;
    this.queries = new MilvusQueries(rpc, catalog);
    this.clock = clock;
  }

  /**
   * A range: a collection by Milvus's number, a partition or all of them, and the keys that it is
   * after and up to.
   */
  private record Position(long id, String partition, String after, String upTo) {
    static Position of(String text) {
      String[] words = text.split(" ", -1);
      return new Position(Long.parseLong(words[0]), words[1], words[2], words[3]);
    }

    @Override
    public String toString() {
      return String.join(" ", Long.toString(id), partition, after, upTo);
    }
  }

  /**
   * {@inheritDoc} Collections that are not loaded are loaded for it, and released when the adapter
   * is closed. What was written until now is seen by every range: each page is read as the
   * collection is at that moment, never as it was at this one.
   */
  @Override
  public Capture begin(List<CollectionSchema> collections, CaptureNotes notes)
      throws DrillbookException, InterruptedException {
    Instant start = clock.instant();
    List<Range> ranges = new ArrayList<>();
    for (CollectionSchema schema : collections) {
      MilvusShape shape = catalog.describe(schema.name());
      List<String> named = catalog.tenants(shape, line);
      CollectionSchema seen = withTenants(schema, shape, named);
      for (String tenant : seen.tenants()) {
        if (tenant.equals(CollectionSchema.NO_TENANT) || named.contains(tenant)) {
          List<String> partitions = MilvusQueries.partitions(shape, tenant, named);
          loads.require(shape, partitions);
          String partition = partitions.isEmpty() ? "" : partitions.getFirst();
          for (MilvusSplit.Part part : split(shape, tenant, named)) {
            Position position = new Position(shape.id(), partition, part.after(), part.upTo());
            ranges.add(new Range(seen, tenant, position.toString()));
          }
        }
      }
    }
    String seenUntil = Long.toString(catalog.timestamp());
    return new OpenCapture(new CaptureToken(seenUntil, Consistency.FUZZY, start, ranges));
  }

  private List<MilvusSplit.Part> split(MilvusShape shape, String tenant, List<String> named)
      throws DrillbookException, InterruptedException {
    return new MilvusSplit(
            shape, RECORDS_PER_RANGE, filter -> queries.estimate(shape, tenant, named, filter))
        .parts();
  }

  /** Adds the tenants that came since the schema was read. */
  private CollectionSchema withTenants(
      CollectionSchema schema, MilvusShape shape, List<String> named)
      throws DrillbookException, InterruptedException {
    Set<String> tenants = new LinkedHashSet<>(schema.tenants());
    if (!line.profile().has(Capability.TENANTS) || shape.byPartitionKey()) {
      return schema;
    }
    tenants.addAll(named);
    if (!tenants.contains(CollectionSchema.NO_TENANT)) {
      loads.require(shape, MilvusQueries.partitions(shape, CollectionSchema.NO_TENANT, named));
      if (queries.count(shape, CollectionSchema.NO_TENANT, named, "") > 0) {
        tenants.add(CollectionSchema.NO_TENANT);
      }
    }
    if (tenants.size() == schema.tenants().size()) {
      return schema;
    }
    return new CollectionSchema(
        schema.name(),
        schema.layout(),
        schema.idType(),
        schema.indexes(),
        List.copyOf(tenants),
        schema.aliases(),
        schema.attributes());
  }

  /** A capture that holds nothing at the server. */
  private record OpenCapture(CaptureToken token) implements Capture {
    @Override
    public void touch() {}

    @Override
    public void close() {}
  }

  @Override
  public void read(
      CaptureToken token, Range range, String cursor, CaptureNotes notes, BatchConsumer consumer)
      throws DrillbookException, InterruptedException {
    Position position = Position.of(range.position());
    MilvusShape shape = catalog.describe(range.schema().name());
    if (shape.id() != position.id()) {
      throw new DrillbookException(
          FailureKind.SNAPSHOT_LOST,
          "records of " + shape.name() + " could not be read: it is another collection by now");
    }
    List<String> partitions =
        position.partition().isEmpty() ? List.of() : List.of(position.partition());
    String after = cursor.isEmpty() ? position.after() : cursor;
    Optional<String> upTo = bound(position.upTo());
    RecordBatch batch = new RecordBatch(range.schema().layout());
    int limit = FIRST_PAGE;
    Optional<String> last = bound(after);
    while (last.isEmpty() || !isLargest(shape, last.get())) {
      String filter = MilvusKeys.between(shape, last, upTo);
      Page page = page(shape, partitions, filter, limit, Long.parseLong(token.snapshot()));
      MilvusReader reader = page.reader();
      if (reader.rows() == 0) {
        break;
      }
      long bytes = 0;
      for (int row = 0; row < reader.rows(); row++) {
        long before = batch.bytes();
        reader.append(row, batch);
        bytes += batch.bytes() - before;
        if (batch.bytes() >= BATCH_BYTES || row == reader.rows() - 1) {
          consumer.accept(batch, MilvusKeys.token(shape, reader.key(row)));
          batch.clear();
        }
      }
      last = Optional.of(reader.key(reader.rows() - 1));
      long fitting = BATCH_BYTES / Math.max(1, bytes / reader.rows());
      limit = Math.toIntExact(Math.clamp(fitting, 1, Math.min(page.limit() * 4L, LARGEST_PAGE)));
    }
    if (upTo.isEmpty()) {
      requireLargestRead(shape, partitions, last);
    }
  }

  private static Optional<String> bound(String token) {
    return token.isEmpty() ? Optional.empty() : Optional.of(MilvusKeys.ofToken(token));
  }

  private static boolean isLargest(MilvusShape shape, String key) {
    return shape.integerKey() && Long.parseLong(key) == Long.MAX_VALUE;
  }

  /** A page as it could be read, with the limit that it was read by. */
  private record Page(MilvusReader reader, int limit) {}

  private Page page(
      MilvusShape shape, List<String> partitions, String filter, int limit, long guarantee)
      throws DrillbookException, InterruptedException {
    // Another process may have released what it loaded and we only found.
    loads.require(shape, partitions);
    try {
      QueryResults answer = queries.read(shape, partitions, filter, limit, guarantee);
      return new Page(new MilvusReader(shape, answer.getFieldsDataList()), limit);
    } catch (DrillbookException e) {
      if (e.kind() != FailureKind.EXHAUSTED || limit == 1) {
        throw e;
      }
      // Larger than what a proxy may send: no failure, only a page that was chosen too large.
      return page(shape, partitions, filter, Math.max(1, limit / 4), guarantee);
    }
  }

  /** Milvus 2.3 counts a record of the largest id, finds it, and never hands it out. */
  private void requireLargestRead(MilvusShape shape, List<String> partitions, Optional<String> last)
      throws DrillbookException, InterruptedException {
    if (!shape.integerKey() || last.filter(key -> isLargest(shape, key)).isPresent()) {
      return;
    }
    String tenant = partitions.isEmpty() ? CollectionSchema.NO_TENANT : partitions.getFirst();
    String filter = shape.key().getName() + " == " + Long.MAX_VALUE;
    if (queries.count(shape, tenant, partitions, filter) > 0) {
      throw new DrillbookException(
          FailureKind.CORRUPT,
          FindingCode.ENGINE_READ_FAILED
              + ": collection "
              + shape.name()
              + " counts a record that it cannot hand out: the one with id "
              + Long.MAX_VALUE,
          "Give that record another id, or move to a newer Milvus.");
    }
  }

  @Override
  public void fetch(
      CollectionSchema schema, String tenant, List<byte[]> ids, BatchConsumer consumer)
      throws DrillbookException, InterruptedException {
    if (ids.size() > FETCHED_AT_ONCE) {
      throw new IllegalArgumentException(ids.size() + " ids are more than " + FETCHED_AT_ONCE);
    }
    MilvusShape shape = catalog.describe(schema.name());
    Set<MilvusKeys.Key> keys = new LinkedHashSet<>();
    AskedIds asked = new AskedIds(ids);
    for (byte[] id : ids) {
      key(shape, id).ifPresent(keys::add);
    }
    if (keys.isEmpty()) {
      return;
    }
    List<String> partitions = MilvusQueries.partitions(shape, tenant, catalog.tenants(shape, line));
    loads.require(shape, partitions);
    List<MilvusKeys.Key> list = List.copyOf(keys);
    for (int from = 0; from < list.size(); from += KEYS_PER_QUERY) {
      List<MilvusKeys.Key> some = list.subList(from, Math.min(list.size(), from + KEYS_PER_QUERY));
      QueryResults answer = queries.read(shape, partitions, MilvusKeys.among(shape, some), 0, 0);
      MilvusReader reader = new MilvusReader(shape, answer.getFieldsDataList());
      RecordBatch batch = new RecordBatch(schema.layout());
      for (int row = 0; row < reader.rows(); row++) {
        // The key "7" stands for the text or for the number 7, whichever the record was.
        if (asked.contains(reader.id(row))) {
          reader.append(row, batch);
        }
      }
      if (batch.size() > 0) {
        consumer.accept(batch, "");
      }
    }
  }

  /** Returns an id's key; none for an id that the collection cannot have. */
  private static Optional<MilvusKeys.Key> key(MilvusShape shape, byte[] id) {
    try {
      return Optional.of(MilvusKeys.of(shape, id));
    } catch (DrillbookException e) {
      return Optional.empty();
    }
  }

  @Override
  public RecordWriter writer(CollectionSchema schema, String tenant)
      throws DrillbookException, InterruptedException {
    MilvusShape shape = catalog.describe(schema.name());
    return new MilvusWriter(rpc, shape, tenant, catalog.server() == MilvusLine.LITE);
  }
}
