package drillbook.engine.qdrant;

import drillbook.engine.Alias;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Control;
import drillbook.engine.IndexState;
import drillbook.engine.NearestQuery;
import drillbook.engine.Neighbour;
import drillbook.engine.Probe;
import drillbook.engine.Requirement;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.rest.Quote;
import drillbook.rest.RestJson;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/** Looks at, creates and drops collections, and leads aliases over. */
final class QdrantControl implements Control {
  /** Since when collections have metadata. */
  static final ServerVersion METADATA = new ServerVersion(1, 16);

  /** Since when a collection can be given another vector. */
  private static final ServerVersion NEW_VECTORS = new ServerVersion(1, 18);

  /**
   * Seconds that the server may take, which by itself gives up after 10 where its peers have to
   * agree, and after 60 where it counts; what it gave up is done later nevertheless.
   */
  static final int LONGEST_WAIT = 300;

  private final QdrantHttp http;

  QdrantControl(QdrantHttp http) {
    this.http = http;
  }

  @Override
  public Probe probe() throws DrillbookException, InterruptedException {
    String version = version();
    Map<String, String> details = new TreeMap<>();
    Map<String, Object> cluster = cluster();
    details.put("cluster", String.valueOf(cluster.getOrDefault("status", "unknown")));
    if (cluster.get("peers") instanceof Map<?, ?> peers) {
      details.put("peers", String.valueOf(peers.size()));
    }
    // The version is told to anybody: this is what a refused credential fails at.
    http.get("qdrant's collections could not be listed", http.url("collections"));
    return new Probe(version, details);
  }

  String version() throws DrillbookException, InterruptedException {
    String what = "qdrant could not be asked for its version";
    Object answer = http.bare(what, http.url());
    if (answer instanceof Map<?, ?> map && map.get("version") instanceof String version) {
      return version;
    }
    throw new DrillbookException(
        FailureKind.CORRUPT,
        what + ": the answer has no version: " + Quote.of(answer.toString()),
        "Check that the url is a Qdrant server's REST address.");
  }

  /** Returns what the server says of its cluster; empty where the credential may not ask. */
  Map<String, Object> cluster() throws DrillbookException, InterruptedException {
    try {
      Object answer = http.get("qdrant's cluster could not be looked at", http.url("cluster"));
      return RestJson.fields(Map.of("cluster", answer), "cluster");
    } catch (DrillbookException e) {
      if (e.kind() == FailureKind.DENIED) {
        return Map.of();
      }
      throw e;
    }
  }

  boolean isCluster() throws DrillbookException, InterruptedException {
    return "enabled".equals(cluster().get("status"));
  }

  @Override
  public List<CollectionName> collections() throws DrillbookException, InterruptedException {
    String what = "qdrant's collections could not be listed";
    TreeSet<String> names = new TreeSet<>();
    for (Object row : list(what, http.get(what, http.url("collections")), "collections")) {
      names.add(text(what, row, "name"));
    }
    return names.stream().map(name -> new CollectionName(List.of(), name)).toList();
  }

  @Override
  public CollectionSchema schema(CollectionName name)
      throws DrillbookException, InterruptedException {
    return QdrantSchema.of(describe(name));
  }

  /**
   * Returns what the server says of a collection.
   *
   * @throws DrillbookException NOT_FOUND when there is none of this name, or it is an alias
   */
  Described describe(CollectionName name) throws DrillbookException, InterruptedException {
    String what = "collection " + name + " could not be looked up";
    Object info = http.get(what, collectionUrl(name));
    List<String> aliases = new ArrayList<>();
    for (Alias alias : aliasesSeenFrom(name)) {
      if (alias.name().equals(name)) {
        throw new DrillbookException(
            FailureKind.NOT_FOUND,
            what + ": it is no collection but an alias of " + alias.collection(),
            "Name the collection itself.");
      }
      if (alias.collection().equals(name)) {
        aliases.add(alias.name().name());
      }
    }
    Map<String, Object> document = RestJson.fields(Map.of("info", info), "info");
    Described found = new Described(name, document, aliases, ShardKeys.NONE);
    if (!"custom".equals(found.params().get("sharding_method"))) {
      return found;
    }
    String shards = "shards of collection " + name + " could not be looked up";
    Object answer = http.get(shards, collectionUrl(name, "cluster"));
    return new Described(name, document, aliases, ShardKeys.of(shards, answer, found.params()));
  }

  private Optional<Described> find(CollectionName name)
      throws DrillbookException, InterruptedException {
    try {
      return Optional.of(describe(name));
    } catch (DrillbookException e) {
      if (e.kind() == FailureKind.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public long count(CollectionName name, String tenant)
      throws DrillbookException, InterruptedException {
    return new PointCounts(http, this).exact(describe(name), tenant);
  }

  @Override
  public void create(CollectionSchema schema) throws DrillbookException, InterruptedException {
    String what = "collection " + schema.name() + " could not be created";
    QdrantSchema.requireFit(schema);
    requireVectorNames(what, schema);
    requireNoAlias(what, schema.name());
    boolean cluster = QdrantSchema.asksForShardKeys(schema) && isCluster();
    List<Object> shardKeys = QdrantSchema.shardKeys(schema, cluster);
    if (QdrantSchema.needsMetadata(schema, shardKeys)) {
      String version = version();
      if (!ServerVersion.of(version).isAtLeast(METADATA)) {
        throw new DrillbookException(
            FailureKind.INCOMPATIBLE_TARGET,
            what
                + ": it needs metadata, which qdrant has from "
                + METADATA
                + " on, and this is "
                + version,
            "Upgrade the server. Only collections of point ids, without metadata and tenants, can"
                + " be restored into this one.");
      }
    }
    http.send(
        what,
        "PUT",
        agreed(collectionUrl(schema.name())),
        QdrantSchema.request(schema, shardKeys, cluster));
    try {
      finish(schema, shardKeys);
    } catch (DrillbookException e) {
      // Whole or absent: what is half made looks like a collection.
      try {
        http.send(what, "DELETE", agreed(collectionUrl(schema.name())), null);
      } catch (DrillbookException left) {
        e.addSuppressed(left);
      }
      throw e;
    }
  }

  /** Servers that take any name, and there are such, make the collection as it was. */
  private void requireVectorNames(String what, CollectionSchema schema)
      throws DrillbookException, InterruptedException {
    Optional<String> refused = VectorNames.refused(schema);
    if (refused.isPresent() && ServerVersion.of(version()).isAtLeast(VectorNames.CHECKED)) {
      throw new DrillbookException(
          FailureKind.INCOMPATIBLE_TARGET,
          what
              + ": qdrant makes no vector '"
              + refused.get()
              + "' from "
              + VectorNames.CHECKED
              + " on",
          "Names of vectors have at most 200 bytes and none of < > : \" / \\ | ? *. Restore into an"
              + " older server, or give the vector another name at its source.");
    }
  }

  private void finish(CollectionSchema schema, List<Object> shardKeys)
      throws DrillbookException, InterruptedException {
    CollectionName name = schema.name();
    Map<String, Object> changes = QdrantSchema.changes(schema);
    if (!changes.isEmpty()) {
      http.send(
          "parameters of collection " + name + " could not be set",
          "PATCH",
          agreed(collectionUrl(name)),
          Map.of("params", changes));
    }
    for (Object key : shardKeys) {
      http.send(
          "shard key " + key + " of collection " + name + " could not be created",
          "PUT",
          agreed(collectionUrl(name, "shards")),
          QdrantSchema.shardKey(schema, key));
    }
    for (Map.Entry<String, Object> index :
        QdrantSchema.payloadIndexes(schema, shardKeys).entrySet()) {
      http.send(
          "payload index of " + index.getKey() + " in " + name + " could not be created",
          "PUT",
          within(waiting(collectionUrl(name, "index")), QdrantSchema.longestWait(schema)),
          Map.of("field_name", index.getKey(), "field_schema", index.getValue()));
    }
  }

  /**
   * Makes a vector that was noted when its collection was made, now that its dimension is known.
   * Where another writer was faster, its dimension counts.
   */
  void openVector(String what, Described found, String vector, int dimension)
      throws DrillbookException, InterruptedException {
    String version = version();
    if (!ServerVersion.of(version).isAtLeast(NEW_VECTORS)) {
      throw new DrillbookException(
          FailureKind.INCOMPATIBLE_TARGET,
          what
              + ": vector '"
              + vector
              + "' had no dimension when the collection was made, and qdrant adds vectors from "
              + NEW_VECTORS
              + " on; this is "
              + version,
          "Upgrade the server, or make the collection again with the dimension.");
    }
    Map<String, Object> noted = found.open().getOrDefault(vector, Map.of());
    Map<String, Object> dense = new TreeMap<>(noted);
    dense.keySet().retainAll(List.of("distance", "datatype", "multivector_config"));
    dense.put("size", dimension);
    if (describe(found.name()).vectors().containsKey(vector)) {
      return;
    }
    http.send(
        what,
        "PUT",
        within(waiting(collectionUrl(found.name(), "vectors", vector)), found.longestWait()),
        Map.of("dense", dense));
    Map<String, Object> hnsw = RestJson.fields(noted, "hnsw_config");
    if (!hnsw.isEmpty()) {
      http.send(
          what,
          "PATCH",
          agreed(collectionUrl(found.name())),
          Map.of("vectors", Map.of(vector, Map.of("hnsw_config", hnsw))));
    }
  }

  /**
   * {@inheritDoc} Qdrant builds its indexes while writing; one that does not (grey, as after a
   * restart) is started by an empty change.
   */
  @Override
  public void buildIndexes(CollectionSchema schema)
      throws DrillbookException, InterruptedException {
    if (new Optimizers(describe(schema.name()).info()).isPending()) {
      http.send(
          "indexes of " + schema.name() + " could not be started",
          "PATCH",
          agreed(collectionUrl(schema.name())),
          Map.of("optimizers_config", Map.of()));
    }
  }

  /**
   * {@inheritDoc} Ready is green, with optimizers that are fine and nothing left in the queue; or,
   * where the collection's settings switch its optimizers off, nothing left in the queue.
   */
  @Override
  public IndexState indexState(CollectionSchema schema)
      throws DrillbookException, InterruptedException {
    return new Optimizers(describe(schema.name()).info()).state();
  }

  @Override
  public boolean drop(CollectionName name) throws DrillbookException, InterruptedException {
    String what = "collection " + name + " could not be dropped";
    requireNoAlias(what, name);
    if (find(name).isEmpty()) {
      return false;
    }
    return Boolean.TRUE.equals(http.send(what, "DELETE", agreed(collectionUrl(name)), null));
  }

  @Override
  public void replace(CollectionName live, CollectionName replacement, CollectionName aside)
      throws DrillbookException {
    throw new DrillbookException(
        FailureKind.UNSUPPORTED,
        "collection " + live + " could not be replaced: qdrant renames no collections",
        "Let clients use an alias, and lead it over to " + replacement + ".");
  }

  @Override
  public List<Neighbour> nearest(NearestQuery query)
      throws DrillbookException, InterruptedException {
    return new QdrantSearch(http, this).nearest(query);
  }

  @Override
  public List<Requirement> requirements() throws DrillbookException, InterruptedException {
    return new QdrantRequirements(http, this).ask();
  }

  @Override
  public List<Alias> aliases() throws DrillbookException, InterruptedException {
    return aliases(http.url("aliases"));
  }

  /** Returns all aliases, or those of one collection where the credential is limited to it. */
  private List<Alias> aliasesSeenFrom(CollectionName name)
      throws DrillbookException, InterruptedException {
    try {
      return aliases();
    } catch (DrillbookException e) {
      if (e.kind() == FailureKind.DENIED) {
        return aliases(collectionUrl(name, "aliases"));
      }
      throw e;
    }
  }

  private List<Alias> aliases(HttpUrl url) throws DrillbookException, InterruptedException {
    String what = "qdrant's aliases could not be listed";
    List<Alias> aliases = new ArrayList<>();
    for (Object row : list(what, http.get(what, url), "aliases")) {
      aliases.add(
          new Alias(
              new CollectionName(List.of(), text(what, row, "alias_name")),
              new CollectionName(List.of(), text(what, row, "collection_name"))));
    }
    aliases.sort(Comparator.comparing(alias -> alias.name().path()));
    return aliases;
  }

  /** {@inheritDoc} The server takes it from the one and gives it to the other in one step. */
  @Override
  public void pointAlias(Alias alias) throws DrillbookException, InterruptedException {
    String what = "alias " + alias.name() + " could not be pointed to " + alias.collection();
    // The server would take a collection's name for its alias, and the other way round.
    if (collections().contains(alias.name())) {
      throw new DrillbookException(
          FailureKind.CONFLICT, what + ": a collection has this name", "Choose another name.");
    }
    describe(alias.collection());
    List<Object> actions = new ArrayList<>();
    for (Alias known : aliases()) {
      if (known.name().equals(alias.name())) {
        if (known.equals(alias)) {
          return;
        }
        actions.add(Map.of("delete_alias", Map.of("alias_name", alias.name().name())));
      }
    }
    actions.add(
        Map.of(
            "create_alias",
            Map.of(
                "collection_name", alias.collection().name(),
                "alias_name", alias.name().name())));
    http.send(what, "POST", agreed(http.url("collections", "aliases")), Map.of("actions", actions));
  }

  @Override
  public boolean dropAlias(CollectionName alias) throws DrillbookException, InterruptedException {
    if (aliases().stream().noneMatch(known -> known.name().equals(alias))) {
      return false;
    }
    http.send(
        "alias " + alias + " could not be dropped",
        "POST",
        agreed(http.url("collections", "aliases")),
        Map.of("actions", List.of(Map.of("delete_alias", Map.of("alias_name", alias.name())))));
    return true;
  }

  /**
   * Refuses a name that is an alias: the server takes it for the collection that it points to, in
   * writes and snapshots too, and answers that all went well.
   */
  void requireNoAlias(String what, CollectionName name)
      throws DrillbookException, InterruptedException {
    for (Alias alias : aliases()) {
      if (alias.name().equals(name)) {
        throw new DrillbookException(
            FailureKind.CONFLICT,
            what + ": " + name + " is an alias of the collection " + alias.collection(),
            "Nothing was written. Name another collection, or the one it points to.");
      }
    }
  }

  /** Returns the address of a collection, or below it. */
  HttpUrl collectionUrl(CollectionName name, String... below) throws DrillbookException {
    if (!name.scope().isEmpty()) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION, "a qdrant collection has no scope: " + name);
    }
    HttpUrl.Builder builder = http.url("collections", name.name()).newBuilder();
    for (String segment : below) {
      builder.addPathSegment(segment);
    }
    return builder.build();
  }

  /** Returns an address at which the server answers once the change is done. */
  static HttpUrl waiting(HttpUrl url) {
    return url.newBuilder().addQueryParameter("wait", "true").build();
  }

  /** Returns an address at which the server takes so many seconds before it gives up. */
  static HttpUrl within(HttpUrl url, int seconds) {
    return url.newBuilder().addQueryParameter("timeout", String.valueOf(seconds)).build();
  }

  /** Returns an address at which the server waits for its peers to agree. */
  private static HttpUrl agreed(HttpUrl url) {
    return within(url, LONGEST_WAIT);
  }

  static List<?> list(String what, Object document, String field) throws DrillbookException {
    if (document instanceof Map<?, ?> map && map.get(field) instanceof List<?> list) {
      return list;
    }
    throw new DrillbookException(
        FailureKind.CORRUPT, what + ": the answer lacks the list '" + field + "'");
  }

  private static String text(String what, @Nullable Object document, String field)
      throws DrillbookException {
    if (document instanceof Map<?, ?> map && map.get(field) instanceof String text) {
      return text;
    }
    throw new DrillbookException(
        FailureKind.CORRUPT, what + ": the answer lacks the field '" + field + "'");
  }
}
