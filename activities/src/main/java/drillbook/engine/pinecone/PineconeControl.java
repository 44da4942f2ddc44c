package drillbook.engine.pinecone;

import drillbook.engine.Alias;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Control;
import drillbook.engine.IndexState;
import drillbook.engine.NearestQuery;
import drillbook.engine.Neighbour;
import drillbook.engine.Probe;
import drillbook.engine.Requirement;
import drillbook.engine.pinecone.PineconeSchema.Placement;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.rest.RestJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.HttpUrl;

/** Looks at, creates and drops indexes. */
final class PineconeControl implements Control {
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final PineconeHttp http;
  private final Placement placement;
  private final Freshness freshness;
  private final Duration patience;

  /**
   * Creates the face; does no I/O.
   *
   * @param patience how long an index may take to be made or taken away
   */
  PineconeControl(PineconeHttp http, Placement placement, Freshness freshness, Duration patience) {
    this.http = http;
    this.placement = placement;
    this.freshness = freshness;
    this.patience = patience;
  }

  /** {@inheritDoc} The version is the API's: the service has no other. */
  @Override
  public Probe probe() throws DrillbookException, InterruptedException {
    descriptions("pinecone could not be asked for its indexes");
    String version = http.version().toString();
    return new Probe(version, Map.of("api", version));
  }

  /** {@inheritDoc} Indexes on pods are among them, and their schema says why they are refused. */
  @Override
  public List<CollectionName> collections() throws DrillbookException, InterruptedException {
    List<CollectionName> names = new ArrayList<>();
    for (Map<?, ?> index : descriptions("indexes could not be listed")) {
      // One of a kind that this version does not know is listed too, and refused by its schema.
      if (!"Terminating".equals(RestJson.fields(index, "status").get("state"))) {
        names.add(new CollectionName(List.of(), String.valueOf(index.get("name"))));
      }
    }
    names.sort(Comparator.comparing(CollectionName::path));
    return names;
  }

  /** Returns the descriptions of all indexes that the key sees; each has a name. */
  List<Map<?, ?>> descriptions(String what) throws DrillbookException, InterruptedException {
    Object answer = http.get(what, http.control("indexes"));
    if (!(answer instanceof Map<?, ?> map) || !(map.get("indexes") instanceof List<?> list)) {
      throw PineconeIndex.malformed(what, "it has no list of indexes");
    }
    List<Map<?, ?>> indexes = new ArrayList<>();
    for (Object document : list) {
      if (!(document instanceof Map<?, ?> index)
          || !(index.get("name") instanceof String name)
          || name.isEmpty()) {
        throw PineconeIndex.malformed(what, "an index has no name");
      }
      indexes.add(index);
    }
    return indexes;
  }

  /** Returns an index whose records can be read and written. */
  PineconeIndex describe(CollectionName name) throws DrillbookException, InterruptedException {
    PineconeIndex index = look(name);
    if (index.isPod()) {
      throw new DrillbookException(
          FailureKind.UNSUPPORTED,
          "index " + name + " cannot be captured: it runs on pods, whose ids cannot be listed",
          "Move it to a serverless index in Pinecone, or leave it out of the runbook.");
    }
    return index;
  }

  private PineconeIndex look(CollectionName name) throws DrillbookException, InterruptedException {
    String what = "index " + name + " could not be looked up";
    if (!name.scope().isEmpty()) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION, "an index of pinecone has no scopes: " + name);
    }
    PineconeIndex index =
        PineconeIndex.of(what, http.get(what, http.control("indexes", name.name())));
    if (!index.name().equals(name.name())) {
      throw PineconeIndex.malformed(what, "it describes index " + index.name());
    }
    if (index.isGoing()) {
      throw new DrillbookException(FailureKind.NOT_FOUND, what + ": it is being deleted");
    }
    return index;
  }

  private Optional<PineconeIndex> find(CollectionName name)
      throws DrillbookException, InterruptedException {
    try {
      return Optional.of(look(name));
    } catch (DrillbookException e) {
      if (e.kind() == FailureKind.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public CollectionSchema schema(CollectionName name)
      throws DrillbookException, InterruptedException {
    PineconeIndex index = describe(name);
    String what = "namespaces of index " + name + " could not be listed";
    HttpUrl host = index.host(what, http);
    Map<String, Object> filters = new TreeMap<>();
    for (Map<?, ?> namespace : new PineconeListing(http, host).namespaces(what)) {
      Map<String, Object> filter = RestJson.fields(namespace, "schema");
      if (!filter.isEmpty()) {
        filters.put((String) namespace.get("name"), filter);
      }
    }
    return PineconeSchema.of(index, tenants(what, host), filters);
  }

  /**
   * Returns the namespaces as tenants. The unnamed one is among them where it has a record, whether
   * it is listed or not, and where there is no other.
   */
  List<String> tenants(String what, HttpUrl host) throws DrillbookException, InterruptedException {
    PineconeListing listing = new PineconeListing(http, host);
    SortedSet<String> tenants = new TreeSet<>();
    for (Map<?, ?> namespace : listing.namespaces(what)) {
      tenants.add((String) namespace.get("name"));
    }
    tenants.remove(PineconeListing.DEFAULT_NAMESPACE);
    tenants.remove(CollectionSchema.NO_TENANT);
    boolean written =
        Freshness.expected(PineconeRecords.key(host), CollectionSchema.NO_TENANT) != null;
    if (tenants.isEmpty() || written || listing.hasRecords(what, CollectionSchema.NO_TENANT)) {
      tenants.add(CollectionSchema.NO_TENANT);
    }
    return List.copyOf(tenants);
  }

  /** {@inheritDoc} Counts the ids: what the engine's statistics say lags behind. */
  @Override
  public long count(CollectionName name, String tenant)
      throws DrillbookException, InterruptedException {
    PineconeIndex index = describe(name);
    String what = "records of index " + name + " could not be counted";
    HttpUrl host = index.host(what, http);
    awaitReads(what, index, host, tenant);
    AtomicLong count = new AtomicLong();
    new PineconeListing(http, host)
        .ids(
            what,
            tenant,
            ids -> {
              count.addAndGet(ids.size());
              return true;
            });
    return count.get();
  }

  /** Waits until reads of a namespace show what this process has written to it. */
  void awaitReads(String what, PineconeIndex index, HttpUrl host, String tenant)
      throws DrillbookException, InterruptedException {
    freshness.await(
        what,
        PineconeRecords.key(host),
        tenant,
        written -> indexed(what, index, host, tenant, written));
  }

  /**
   * Returns up to which number reads of a namespace show what was written. Queries alone tell it,
   * and of themselves (source: Pinecone documentation, data freshness), and not on every index
   * (source: tests of Pinecone's Python client): that fetches and listings have come as far is seen
   * by a record of the last write, which stands for the whole of it.
   */
  private long indexed(
      String what, PineconeIndex index, HttpUrl host, String tenant, Freshness.Written written)
      throws DrillbookException, InterruptedException {
    Pace.QUERY.await(PineconeRecords.key(host) + "/" + tenant);
    Map<String, Object> query = new HashMap<>();
    query.put("topK", 1);
    query.put("namespace", PineconeListing.namespace(tenant));
    if (index.sparse()) {
      query.put("sparseVector", Map.of("indices", List.of(0), "values", List.of(1.0f)));
    } else {
      float[] vector = new float[index.dimension()];
      vector[0] = 1;
      query.put("vector", vector);
    }
    String number =
        http.send(
            what,
            "POST",
            PineconeHttp.below(host, "query"),
            query,
            (body, headers) -> {
              String told = headers.get("x-pinecone-max-indexed-lsn");
              return told == null ? "" : told;
            });
    long told = number.matches("\\d{1,18}") ? Long.parseLong(number) : -1;
    if (told >= 0 && told < written.number()) {
      return told;
    }
    Pace.FETCH.await(PineconeRecords.key(host));
    HttpUrl url =
        PineconeHttp.below(host, "vectors", "fetch")
            .newBuilder()
            .addQueryParameter("namespace", PineconeListing.namespace(tenant))
            .addQueryParameter("ids", written.id())
            .build();
    Map<String, Object> found = RestJson.fields(http.get(what, url), "vectors");
    boolean shown =
        found.containsKey(written.id())
            && new PineconeListing(http, host).has(what, tenant, written.id());
    return shown ? written.number() : Math.min(told, written.number() - 1);
  }

  @Override
  public void create(CollectionSchema schema) throws DrillbookException, InterruptedException {
    PineconeSchema.requireFit(schema);
    CollectionName name = schema.name();
    String what = "index " + name + " could not be created";
    Map<String, Object> request = PineconeSchema.request(schema, placement);
    HttpUrl url =
        request.containsKey("embed")
            ? http.control("indexes", "create-for-model")
            : http.control("indexes");
    http.send(what, "POST", url, request);
    boolean made = false;
    try {
      PineconeIndex index = awaitReady(what, name);
      HttpUrl host = index.host(what, http);
      Freshness.forget(PineconeRecords.key(host));
      createNamespaces(what, host, schema);
      made = true;
    } finally {
      // Whole or absent: nobody has written to it yet.
      if (!made) {
        takeBack(name);
      }
    }
  }

  /** What failed is told by whoever failed, so that this is not. */
  private void takeBack(CollectionName name) throws InterruptedException {
    try {
      http.send("", "DELETE", http.control("indexes", name.name()), null);
    } catch (DrillbookException e) {
      // It stays, and the next attempt says that it exists.
      return;
    }
  }

  private PineconeIndex awaitReady(String what, CollectionName name)
      throws DrillbookException, InterruptedException {
    Duration waited = Duration.ZERO;
    Duration pause = Duration.ofMillis(50);
    while (true) {
      PineconeIndex index = look(name);
      if (index.ready() && index.state().equals("Ready")) {
        return index;
      }
      if (index.state().equals("InitializationFailed")) {
        throw new DrillbookException(
            FailureKind.UNAVAILABLE, what + ": its initialization failed, pinecone says");
      }
      if (waited.compareTo(patience) >= 0) {
        throw new DrillbookException(
            FailureKind.UNAVAILABLE,
            what + ": after " + patience.toSeconds() + " s it is " + index.state());
      }
      Thread.sleep(pause);
      waited = waited.plus(pause);
      pause = longer(pause);
    }
  }

  private void createNamespaces(String what, HttpUrl host, CollectionSchema schema)
      throws DrillbookException, InterruptedException {
    Map<String, Object> filters = PineconeSchema.attribute(schema, "namespaces");
    for (String tenant : schema.tenants()) {
      Object filter = filters.get(PineconeListing.namespace(tenant));
      if (tenant.equals(CollectionSchema.NO_TENANT) && filter == null) {
        continue;
      }
      Map<String, Object> request = new TreeMap<>();
      request.put("name", PineconeListing.namespace(tenant));
      if (filter != null) {
        request.put("schema", filter);
      }
      try {
        http.send(what, "POST", PineconeHttp.below(host, "namespaces"), request);
      } catch (DrillbookException e) {
        // The unnamed one may come with the index.
        if (e.kind() != FailureKind.CONFLICT) {
          throw e;
        }
      }
    }
  }

  /** {@inheritDoc} Pinecone indexes while writing; deletion protection comes last. */
  @Override
  public void buildIndexes(CollectionSchema schema)
      throws DrillbookException, InterruptedException {
    PineconeIndex index = describe(schema.name());
    boolean wanted = "enabled".equals(schema.attributes().get("deletion_protection"));
    if (wanted && !index.isProtected()) {
      protect(schema.name(), "enabled");
    }
  }

  private void protect(CollectionName name, String value)
      throws DrillbookException, InterruptedException {
    http.send(
        "deletion protection of index " + name + " could not be set",
        "PATCH",
        http.control("indexes", name.name()),
        Map.of("deletion_protection", value));
  }

  @Override
  public IndexState indexState(CollectionSchema schema)
      throws DrillbookException, InterruptedException {
    PineconeIndex index = describe(schema.name());
    switch (index.state()) {
      case "InitializationFailed", "Disabled" -> {
        return new IndexState.Broken("pinecone says that it is " + index.state());
      }
      default -> {
        if (!index.ready()) {
          return new IndexState.Building("pinecone says that it is " + index.state());
        }
      }
    }
    IndexState capacity = readCapacity(index);
    if (!capacity.equals(new IndexState.Ready())) {
      return capacity;
    }
    String what = "index " + schema.name() + " could not be looked at";
    HttpUrl host = index.host(what, http);
    for (String tenant : tenants(what, host)) {
      Freshness.Written written = Freshness.expected(PineconeRecords.key(host), tenant);
      if (written != null) {
        long indexed = indexed(what, index, host, tenant, written);
        if (indexed < written.number()) {
          return new IndexState.Building(
              "namespace '" + tenant + "' is indexed up to " + indexed + " of " + written.number());
        }
      }
    }
    return new IndexState.Ready();
  }

  /** An index with dedicated nodes is Ready before they are, and slow until then. */
  private static IndexState readCapacity(PineconeIndex index) {
    Map<String, Object> status = RestJson.fields(index.readCapacity(), "status");
    Object state = status.getOrDefault("state", "Ready");
    if (state.equals("Ready")) {
      return new IndexState.Ready();
    }
    String words = "pinecone says that its read capacity is " + state;
    if (state.equals("Error")) {
      return new IndexState.Broken(
          words + ": " + status.getOrDefault("error_message", "no reason"));
    }
    return new IndexState.Building(words);
  }

  /**
   * {@inheritDoc} One that is protected against deletion is refused, unless Drillbook made it for a
   * drill.
   */
  @Override
  public boolean drop(CollectionName name) throws DrillbookException, InterruptedException {
    Optional<PineconeIndex> found = find(name);
    if (found.isEmpty()) {
      return false;
    }
    if (found.get().isProtected() && PineconeSchema.isOwnScratch(found.get())) {
      protect(name, "disabled");
    }
    String what = "index " + name + " could not be dropped";
    http.send(what, "DELETE", http.control("indexes", name.name()), null);
    if (found.get().document().get("host") instanceof String host) {
      Freshness.forget(PineconeRecords.key(http.indexHost(name.name(), host)));
    }
    awaitGone(what, name);
    return true;
  }

  /** A name is free only when its index is gone, which takes a while after it was accepted. */
  private void awaitGone(String what, CollectionName name)
      throws DrillbookException, InterruptedException {
    Duration waited = Duration.ZERO;
    Duration pause = Duration.ofMillis(50);
    while (true) {
      try {
        http.get(what, http.control("indexes", name.name()));
      } catch (DrillbookException e) {
        if (e.kind() == FailureKind.NOT_FOUND) {
          return;
        }
        throw e;
      }
      if (waited.compareTo(patience) >= 0) {
        throw new DrillbookException(
            FailureKind.UNAVAILABLE,
            what + ": after " + patience.toSeconds() + " s it is still being deleted");
      }
      Thread.sleep(pause);
      waited = waited.plus(pause);
      pause = longer(pause);
    }
  }

  private static Duration longer(Duration pause) {
    Duration next = pause.multipliedBy(2);
    return next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next;
  }

  @Override
  public void replace(CollectionName live, CollectionName replacement, CollectionName aside)
      throws DrillbookException {
    throw new DrillbookException(
        FailureKind.UNSUPPORTED,
        "index " + live + " could not be replaced: an index of pinecone cannot be renamed",
        "Restore into a new index, and point the application to it.");
  }

  @Override
  public List<Alias> aliases() {
    return List.of();
  }

  @Override
  public void pointAlias(Alias alias) throws DrillbookException {
    throw Alias.unsupported(PineconeEngine.PROFILE);
  }

  @Override
  public boolean dropAlias(CollectionName alias) throws DrillbookException {
    throw Alias.unsupported(PineconeEngine.PROFILE);
  }

  @Override
  public List<Requirement> requirements() throws DrillbookException, InterruptedException {
    return new PineconeRequirements(http, this).all();
  }

  /** {@inheritDoc} Always through the index, whatever {@link NearestQuery#exact} says. */
  @Override
  public List<Neighbour> nearest(NearestQuery query)
      throws DrillbookException, InterruptedException {
    return new PineconeSearch(http, this).nearest(query);
  }
}
