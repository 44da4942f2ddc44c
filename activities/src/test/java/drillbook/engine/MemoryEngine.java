package drillbook.engine;

import drillbook.engine.VectorIndex.Metric;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.ElementType;
import drillbook.record.RecordBatch;
import drillbook.record.VectorColumn;
import drillbook.record.VectorField;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * An engine in memory that keeps every promise: the kit's own subject, and a stand-in for tests of
 * what is built on engines. Comes rich (all capabilities, one snapshot a capture) and modest (one
 * f32 vector, no tenants, a fuzzy capture by ids).
 */
public final class MemoryEngine implements Engine, Control {
  /** What a request goes through before the server is reached. */
  @FunctionalInterface
  interface Line {
    void request() throws DrillbookException, InterruptedException;
  }

  private static final NameTerms NAMES = new NameTerms("[a-z][a-z0-9_-]{0,62}", 63, '_', "drill-");
  private static final IndexTerms INDEXES =
      new IndexTerms(
          Set.of(Metric.COSINE, Metric.EUCLIDEAN, Metric.INNER_PRODUCT),
          Map.of(
              IndexTerms.NEIGHBOURS, "m",
              IndexTerms.BUILD_WIDTH, "ef_construction",
              IndexTerms.SEARCH_WIDTH, "ef_search"),
          Set.of("ef_search"),
          Map.of());

  private final MemoryServer server;
  private final EngineProfile profile;
  private final Line line;

  private MemoryEngine(MemoryServer server, EngineProfile profile, Line line) {
    this.server = server;
    this.profile = profile;
    this.line = line;
  }

  /** Returns an adapter with every capability. */
  public static MemoryEngine rich(MemoryServer server) {
    return new MemoryEngine(
        server,
        new EngineProfile(
            "memory",
            Set.of(
                Capability.RECORDS,
                Capability.SNAPSHOT_READ,
                Capability.HELD_SNAPSHOT,
                Capability.CHANGES_BY_WATERMARK,
                Capability.TENANTS,
                Capability.ALIASES,
                Capability.BUILT_INDEXES,
                Capability.REPLACE),
            List.of("database"),
            List.of("main"),
            NAMES,
            TenantTerms.ANY,
            new VectorTerms(
                Set.of(ElementType.values()),
                4096,
                Set.of(VectorTerms.Trait.values()),
                SparseTerms.MANY,
                "(?s).+"),
            INDEXES,
            Set.of("text", "integer", "uuid", "bytes", "text,integer"),
            OwnTerms.NONE),
        () -> {});
  }

  /** Returns an adapter with records and nothing else. */
  public static MemoryEngine modest(MemoryServer server) {
    return modest(server, "modest", Set.of(Capability.RECORDS));
  }

  /** Returns an adapter with a fuzzy capture that tells what changed. */
  public static MemoryEngine telling(MemoryServer server) {
    return modest(server, "telling", Set.of(Capability.RECORDS, Capability.CHANGES_BY_WATERMARK));
  }

  private static MemoryEngine modest(MemoryServer server, String name, Set<Capability> has) {
    return new MemoryEngine(
        server,
        new EngineProfile(
            name,
            has,
            List.of(),
            List.of(),
            NAMES,
            TenantTerms.NONE,
            new VectorTerms(
                Set.of(ElementType.F32),
                64,
                Set.of(VectorTerms.Trait.OPEN_DIMENSION),
                SparseTerms.NONE,
                ""),
            INDEXES,
            Set.of("text"),
            OwnTerms.NONE),
        () -> {});
  }

  /** Returns the same adapter with a server that is to be found at a port of this machine. */
  MemoryEngine at(int port) {
    return new MemoryEngine(new MemoryServer(), profile, () -> knock(port));
  }

  @Override
  public EngineProfile profile() {
    return profile;
  }

  @Override
  public Control control() {
    return this;
  }

  @Override
  public Records records() {
    return new MemoryRecords(server, profile, line);
  }

  @Override
  public Changes changes() throws DrillbookException {
    if (!profile.has(Capability.CHANGES_BY_WATERMARK)) {
      throw failure(FailureKind.UNSUPPORTED, "changes could not be read: they are not told");
    }
    return new MemoryChanges(server, new MemoryRecords(server, profile, line), line);
  }

  @Override
  public void close() {}

  @Override
  public Probe probe() throws DrillbookException, InterruptedException {
    line.request();
    return new Probe("1.0", Map.of("kind", "memory"));
  }

  @Override
  public List<CollectionName> collections() throws DrillbookException, InterruptedException {
    line.request();
    synchronized (server) {
      return List.copyOf(server.collections.keySet());
    }
  }

  @Override
  public CollectionSchema schema(CollectionName name)
      throws DrillbookException, InterruptedException {
    line.request();
    synchronized (server) {
      CollectionSchema schema = find(server, name).schema;
      List<String> aliases =
          server.aliases.entrySet().stream()
              .filter(alias -> alias.getValue().equals(name))
              .map(alias -> alias.getKey().name())
              .toList();
      return new CollectionSchema(
          schema.name(),
          schema.layout(),
          schema.idType(),
          schema.indexes(),
          schema.tenants(),
          aliases,
          schema.attributes());
    }
  }

  @Override
  public long count(CollectionName name, String tenant)
      throws DrillbookException, InterruptedException {
    line.request();
    synchronized (server) {
      return tenant(find(server, name), tenant).size();
    }
  }

  @Override
  public void create(CollectionSchema schema) throws DrillbookException, InterruptedException {
    line.request();
    requireHeld(schema);
    synchronized (server) {
      requireNoAlias(server, schema.name());
      if (server.collections.containsKey(schema.name())) {
        throw failure(FailureKind.CONFLICT, schema.name() + " could not be created: it exists");
      }
      boolean later = profile.has(Capability.BUILT_INDEXES);
      server.collections.put(
          schema.name(),
          new MemoryServer.Stored(
              withIndexes(schema.named(schema.name()), later ? List.of() : schema.indexes()),
              server.number()));
    }
  }

  @Override
  public void buildIndexes(CollectionSchema schema)
      throws DrillbookException, InterruptedException {
    line.request();
    synchronized (server) {
      MemoryServer.Stored stored = find(server, schema.name());
      stored.schema = withIndexes(stored.schema, schema.indexes());
    }
  }

  @Override
  public IndexState indexState(CollectionSchema schema)
      throws DrillbookException, InterruptedException {
    line.request();
    synchronized (server) {
      boolean complete = find(server, schema.name()).schema.indexes().containsAll(schema.indexes());
      return complete ? new IndexState.Ready() : new IndexState.Broken("an index is missing");
    }
  }

  @Override
  public boolean drop(CollectionName name) throws DrillbookException, InterruptedException {
    line.request();
    synchronized (server) {
      requireNoAlias(server, name);
      return server.collections.remove(name) != null;
    }
  }

  @Override
  public void replace(CollectionName live, CollectionName replacement, CollectionName aside)
      throws DrillbookException, InterruptedException {
    if (!profile.has(Capability.REPLACE)) {
      throw failure(
          FailureKind.UNSUPPORTED, live + " could not be replaced: collections have fixed names");
    }
    line.request();
    synchronized (server) {
      boolean done =
          server.collections.containsKey(aside) && !server.collections.containsKey(replacement);
      if (!done) {
        MemoryServer.Stored fresh = find(server, replacement);
        rename(find(server, live), live, aside);
        rename(fresh, replacement, live);
      }
    }
  }

  @Override
  public List<Alias> aliases() throws DrillbookException, InterruptedException {
    line.request();
    synchronized (server) {
      return server.aliases.entrySet().stream()
          .map(alias -> new Alias(alias.getKey(), alias.getValue()))
          .toList();
    }
  }

  @Override
  public void pointAlias(Alias alias) throws DrillbookException, InterruptedException {
    requireAliases();
    line.request();
    synchronized (server) {
      if (server.collections.containsKey(alias.name())) {
        throw failure(FailureKind.CONFLICT, alias.name() + " could not be an alias: it exists");
      }
      find(server, alias.collection());
      server.aliases.put(alias.name(), alias.collection());
    }
  }

  @Override
  public boolean dropAlias(CollectionName alias) throws DrillbookException, InterruptedException {
    requireAliases();
    line.request();
    synchronized (server) {
      return server.aliases.remove(alias) != null;
    }
  }

  private void requireAliases() throws DrillbookException {
    if (!profile.has(Capability.ALIASES)) {
      throw Alias.unsupported(profile);
    }
  }

  @Override
  public List<Requirement> requirements() {
    return List.of(Requirement.met("version", "1.0"));
  }

  @Override
  public List<Neighbour> nearest(NearestQuery query)
      throws DrillbookException, InterruptedException {
    line.request();
    List<Neighbour> hits = new ArrayList<>();
    synchronized (server) {
      MemoryServer.Stored stored = find(server, query.collection());
      for (RecordBatch record : tenant(stored, query.tenant()).values()) {
        for (VectorColumn column : record.vectors()) {
          if (column.field().name().equals(query.vector()) && column.isPresent(0)) {
            hits.add(new Neighbour(record.ids().get(0), euclidean(column, query)));
          }
        }
      }
    }
    hits.sort(Comparator.comparingDouble(Neighbour::distance));
    return List.copyOf(hits.subList(0, Math.min(query.k(), hits.size())));
  }

  static MemoryServer.Stored find(MemoryServer server, CollectionName name)
      throws DrillbookException {
    MemoryServer.Stored stored = server.collections.get(name);
    if (stored == null) {
      throw failure(FailureKind.NOT_FOUND, name + " could not be found: there is none");
    }
    return stored;
  }

  static void requireNoAlias(MemoryServer server, CollectionName name) throws DrillbookException {
    if (server.aliases.containsKey(name)) {
      throw failure(FailureKind.CONFLICT, name + " could not be meant: it is an alias");
    }
  }

  static Map<String, RecordBatch> tenant(MemoryServer.Stored stored, String tenant)
      throws DrillbookException {
    Map<String, RecordBatch> records = stored.tenants.get(tenant);
    if (records == null) {
      throw failure(FailureKind.NOT_FOUND, "tenant '" + tenant + "' could not be found: none");
    }
    return records;
  }

  static DrillbookException failure(FailureKind kind, String message) {
    return new DrillbookException(kind, message, "");
  }

  private void rename(MemoryServer.Stored stored, CollectionName from, CollectionName to) {
    server.collections.remove(from);
    stored.schema = stored.schema.named(to);
    server.collections.put(to, stored);
  }

  private void requireHeld(CollectionSchema schema) throws DrillbookException {
    boolean single = schema.layout().vectors().size() == 1;
    boolean held =
        (profile.vectors().many() || single)
            && (profile.vectors().sparse().most() > 0 || schema.layout().sparse().isEmpty())
            && (profile.has(Capability.TENANTS)
                || schema.tenants().equals(List.of(CollectionSchema.NO_TENANT)));
    for (VectorField field : schema.layout().vectors()) {
      held &=
          profile.vectors().elementTypes().contains(field.elementType())
              && field.dimension() <= profile.vectors().maxDimension()
              && (profile.vectors().multi() || !field.multi());
    }
    if (!held) {
      throw failure(
          FailureKind.INCOMPATIBLE_TARGET,
          schema.name() + " could not be created: cannot hold " + schema.layout());
    }
  }

  private static CollectionSchema withIndexes(CollectionSchema schema, List<VectorIndex> indexes) {
    return new CollectionSchema(
        schema.name(),
        schema.layout(),
        schema.idType(),
        indexes,
        schema.tenants(),
        schema.aliases(),
        new TreeMap<>(schema.attributes()));
  }

  private static double euclidean(VectorColumn column, NearestQuery query) {
    float[] stored = new float[query.dimension()];
    column.get(0, stored);
    ByteBuffer asked = ByteBuffer.wrap(query.bits()).order(ByteOrder.LITTLE_ENDIAN);
    double sum = 0;
    for (float value : stored) {
      double difference = value - asked.getFloat();
      sum += difference * difference;
    }
    return sum;
  }

  private static void knock(int port) throws DrillbookException, InterruptedException {
    String what = "the memory engine could not be asked: 127.0.0.1:" + port + " ";
    try (SocketChannel channel =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
      int read = channel.read(ByteBuffer.allocate(1));
      throw failure(FailureKind.UNAVAILABLE, what + "answered " + read);
    } catch (ClosedByInterruptException e) {
      Thread.interrupted();
      throw new InterruptedException("interrupted while waiting for port " + port);
    } catch (IOException e) {
      throw new DrillbookException(FailureKind.UNAVAILABLE, what + e.getMessage(), "", e);
    }
  }
}
