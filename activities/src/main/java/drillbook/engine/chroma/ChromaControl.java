package drillbook.engine.chroma;

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
import drillbook.rest.RestJson;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import okhttp3.HttpUrl;

/** Looks at, creates and drops collections. */
final class ChromaControl implements Control {
  /** A collection as the server describes it. */
  record Described(CollectionName name, String id, Map<?, ?> document) {}

  private static final int LISTINGS = 3;

  private final ChromaHttp http;
  private final ChromaServer server;
  private final boolean credential;

  ChromaControl(ChromaHttp http, ChromaServer server, boolean credential) {
    this.http = http;
    this.server = server;
    this.credential = credential;
  }

  /** {@inheritDoc} The version is the API's, as Chroma does not tell its own over REST. */
  @Override
  public Probe probe() throws DrillbookException, InterruptedException {
    String what = "chroma could not be asked for its version";
    Object version = http.get(what, http.url("version"));
    Map<String, String> details = new TreeMap<>();
    if (http.get(what, http.url("pre-flight-checks")) instanceof Map<?, ?> limits) {
      limits.forEach((name, value) -> details.put((String) name, String.valueOf(value)));
    }
    for (String tenant : server.tenants()) {
      databases(tenant);
    }
    return new Probe(version.toString(), details);
  }

  @Override
  public List<CollectionName> collections() throws DrillbookException, InterruptedException {
    List<CollectionName> names = new ArrayList<>();
    for (String tenant : server.tenants()) {
      for (String database : databases(tenant)) {
        for (String name : names(tenant, database)) {
          names.add(new CollectionName(List.of(tenant, database), name));
        }
      }
    }
    names.sort(Comparator.comparing(CollectionName::path));
    return names;
  }

  private Iterable<String> databases(String tenant)
      throws DrillbookException, InterruptedException {
    String what = "databases of tenant " + tenant + " could not be listed";
    SortedSet<String> found = page(what, http.url("tenants", tenant, "databases"));
    if (!server.databases().isEmpty()) {
      found.retainAll(server.databases());
    }
    return found;
  }

  /** Pages go by offset, so a collection dropped meanwhile hides another one: count, list again. */
  private SortedSet<String> names(String tenant, String database)
      throws DrillbookException, InterruptedException {
    String what = "collections of " + tenant + "/" + database + " could not be listed";
    for (int listing = 0; listing < LISTINGS; listing++) {
      SortedSet<String> names = page(what, databaseUrl(tenant, database, "collections"));
      Object count = http.get(what, databaseUrl(tenant, database, "collections_count"));
      if (names.size() == number(what, count)) {
        return names;
      }
    }
    throw new DrillbookException(
        FailureKind.UNAVAILABLE, what + ": they come and go while they are listed");
  }

  private SortedSet<String> page(String what, HttpUrl url)
      throws DrillbookException, InterruptedException {
    int limit = server.rows();
    SortedSet<String> names = new TreeSet<>();
    for (int offset = 0; ; offset += limit) {
      HttpUrl page =
          url.newBuilder()
              .addQueryParameter("limit", Integer.toString(limit))
              .addQueryParameter("offset", Integer.toString(offset))
              .build();
      List<?> rows = ChromaHttp.list(what, http.get(what, page));
      for (Object row : rows) {
        names.add(text(what, row, "name"));
      }
      if (rows.size() < limit) {
        return names;
      }
    }
  }

  @Override
  public CollectionSchema schema(CollectionName name)
      throws DrillbookException, InterruptedException {
    return ChromaSchema.of(describe(name));
  }

  /** Returns what the server says of a collection, its id above all. */
  Described describe(CollectionName name) throws DrillbookException, InterruptedException {
    CollectionName place = placed(name);
    String what = "collection " + name + " could not be looked up";
    Object document = http.get(what, collectionUrl(place, place.name()));
    if (!(document instanceof Map<?, ?> map)) {
      throw new DrillbookException(FailureKind.CORRUPT, what + ": the answer is no collection");
    }
    return new Described(place, text(what, map, "id"), map);
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
    Described found = describe(name);
    String what = "records of " + name + " could not be counted";
    return number(what, http.get(what, collectionUrl(found.name(), found.id(), "count")));
  }

  @Override
  public void create(CollectionSchema schema) throws DrillbookException, InterruptedException {
    ChromaSchema.requireFit(schema, server.isCloud());
    CollectionName place = placed(schema.name());
    String tenant = place.scope().getFirst();
    String database = place.scope().getLast();
    Map<String, Object> request = new TreeMap<>();
    request.put("name", place.name());
    request.put("get_or_create", false);
    Map<String, Object> configuration = ChromaSchema.configuration(schema);
    Map<String, Object> indexes = ChromaIndexes.request(schema, configuration);
    if (indexes.isEmpty()) {
      request.put("configuration", configuration);
    } else {
      request.put("schema", indexes);
    }
    Map<String, Object> metadata = ChromaSchema.metadata(schema);
    if (!metadata.isEmpty()) {
      request.put("metadata", metadata);
    }
    ensure("tenant " + tenant, http.url("tenants", tenant), http.url("tenants"), tenant);
    ensure(
        "database " + tenant + "/" + database,
        databaseUrl(tenant, database),
        http.url("tenants", tenant, "databases"),
        database);
    String what = "collection " + place + " could not be created";
    HttpUrl collections = databaseUrl(tenant, database, "collections");
    Object made = http.send(what, "POST", collections, request);
    if (!indexes.isEmpty() && RestJson.fields(made, "schema").isEmpty()) {
      // The server passed over it, and the collection has another metric perhaps.
      http.send(what, "DELETE", collectionUrl(place, place.name()), null);
      if (!ChromaIndexes.isSaidByConfiguration(schema)) {
        throw new DrillbookException(
            FailureKind.INCOMPATIBLE_TARGET,
            what + ": this server does not know which metadata it is to index, and how",
            "Upgrade it to the Chroma that the backup is of.");
      }
      request.remove("schema");
      request.put("configuration", configuration);
      http.send(what, "POST", collections, request);
    }
  }

  private void ensure(String thing, HttpUrl url, HttpUrl parent, String name)
      throws DrillbookException, InterruptedException {
    try {
      http.get(thing + " could not be looked up", url);
    } catch (DrillbookException missing) {
      if (missing.kind() != FailureKind.NOT_FOUND) {
        throw missing;
      }
      try {
        http.send(thing + " could not be created", "POST", parent, Map.of("name", name));
      } catch (DrillbookException e) {
        // Somebody else was faster, which is as good.
        if (e.kind() != FailureKind.CONFLICT) {
          throw e;
        }
      }
    }
  }

  /** {@inheritDoc} Chroma builds its index while writing, so there is nothing to do. */
  @Override
  public void buildIndexes(CollectionSchema schema)
      throws DrillbookException, InterruptedException {
    describe(schema.name());
  }

  /**
   * {@inheritDoc} A local server has no word on its progress, and needs none: what is not in the
   * index yet is searched in its log. Whether the index can be opened is asked by reading a vector.
   */
  @Override
  public IndexState indexState(CollectionSchema schema)
      throws DrillbookException, InterruptedException {
    Described found = describe(schema.name());
    String what = "index of " + schema.name() + " could not be looked at";
    try {
      http.send(
          what,
          "POST",
          collectionUrl(found.name(), found.id(), "get"),
          Map.of("limit", 1, "include", List.of("embeddings")));
    } catch (DrillbookException e) {
      if (e.kind() == FailureKind.CORRUPT) {
        return new IndexState.Broken(String.valueOf(e.getMessage()));
      }
      throw e;
    }
    try {
      Object status = http.get(what, collectionUrl(found.name(), found.id(), "indexing_status"));
      if (status instanceof Map<?, ?> map
          && map.get("num_unindexed_ops") instanceof Number left
          && left.longValue() > 0) {
        return new IndexState.Building(left + " of " + map.get("total_ops") + " changes to go");
      }
    } catch (DrillbookException e) {
      // Source: Chroma 1.5.9, a local server answers 500 "Method scout_logs is not implemented".
      if (!String.valueOf(e.getMessage()).contains("not implemented")) {
        throw e;
      }
    }
    return new IndexState.Ready();
  }

  /**
   * {@inheritDoc} Records that have lists in their metadata are deleted first.
   *
   * <p>Source: Chroma 1.5.9, observed. A dropped collection leaves the lists behind, and the next
   * records of any collection of the server take over its row numbers, and with them the lists.
   */
  @Override
  public boolean drop(CollectionName name) throws DrillbookException, InterruptedException {
    Optional<Described> found = find(name);
    if (found.isEmpty()) {
      return false;
    }
    String what = "collection " + name + " could not be dropped";
    HttpUrl get = collectionUrl(found.get().name(), found.get().id(), "get");
    HttpUrl delete = collectionUrl(found.get().name(), found.get().id(), "delete");
    List<String> withLists = new ArrayList<>();
    int rows = server.rows();
    int page = rows;
    for (int offset = 0; page == rows; offset += rows) {
      Map<String, Object> request =
          Map.of("limit", rows, "offset", offset, "include", List.of("metadatas"));
      page =
          http.post(
              what,
              get,
              ChromaHttp.body(request),
              body -> ChromaMetadata.idsWithLists(body, withLists));
    }
    for (int from = 0; from < withLists.size(); from += rows) {
      List<String> ids = withLists.subList(from, Math.min(from + rows, withLists.size()));
      http.send(what, "POST", delete, Map.of("ids", ids));
    }
    CollectionName place = found.get().name();
    http.send(what, "DELETE", collectionUrl(place, place.name()), null);
    return true;
  }

  /** {@inheritDoc} Two renames: between them nothing has the live name. */
  @Override
  public void replace(CollectionName live, CollectionName replacement, CollectionName aside)
      throws DrillbookException, InterruptedException {
    CollectionName place = placed(live);
    String what = "collection " + live + " could not be replaced by " + replacement;
    if (!placed(replacement).scope().equals(place.scope())
        || !placed(aside).scope().equals(place.scope())) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION, what + ": chroma renames within one database only");
    }
    Optional<Described> coming = find(replacement);
    Optional<Described> gone = find(aside);
    if (coming.isEmpty()) {
      if (gone.isPresent()) {
        return;
      }
      throw new DrillbookException(FailureKind.NOT_FOUND, what + ": there is no " + replacement);
    }
    Optional<Described> current = find(live);
    if (current.isPresent() && gone.isPresent()) {
      throw new DrillbookException(
          FailureKind.CONFLICT, what + ": the name " + aside + " is taken");
    }
    if (current.isEmpty() && gone.isEmpty()) {
      throw new DrillbookException(FailureKind.NOT_FOUND, what + ": there is no " + live);
    }
    if (current.isPresent()) {
      rename(what, current.get(), aside);
    }
    rename(what, coming.get(), live);
  }

  private void rename(String what, Described from, CollectionName to)
      throws DrillbookException, InterruptedException {
    http.send(what, "PUT", collectionUrl(from.name(), from.id()), Map.of("new_name", to.name()));
  }

  @Override
  public List<Alias> aliases() {
    return List.of();
  }

  @Override
  public void pointAlias(Alias alias) throws DrillbookException {
    throw Alias.unsupported(ChromaEngine.PROFILE);
  }

  @Override
  public boolean dropAlias(CollectionName alias) throws DrillbookException {
    throw Alias.unsupported(ChromaEngine.PROFILE);
  }

  @Override
  public List<Requirement> requirements() throws DrillbookException, InterruptedException {
    return new ChromaRequirements(http, server, credential).ask();
  }

  /** {@inheritDoc} Always through the index, whatever {@link NearestQuery#exact} says. */
  @Override
  public List<Neighbour> nearest(NearestQuery query)
      throws DrillbookException, InterruptedException {
    Described found = describe(query.collection());
    String what = "nearest records of " + query.collection() + " could not be searched";
    float[] vector = new float[query.dimension()];
    ByteBuffer.wrap(query.bits()).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
    Object answer =
        http.send(
            what,
            "POST",
            collectionUrl(found.name(), found.id(), "query"),
            Map.of(
                "query_embeddings", List.of(vector),
                "n_results", query.k(),
                "include", List.of("distances", "metadatas")));
    List<?> ids = row(what, answer, "ids");
    List<?> distances = row(what, answer, "distances");
    List<?> metadatas = row(what, answer, "metadatas");
    List<Neighbour> neighbours = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      double distance = ((Number) distances.get(i)).doubleValue();
      neighbours.add(
          new Neighbour(ChromaMetadata.id((String) ids.get(i), metadatas.get(i)), distance));
    }
    return neighbours;
  }

  private static List<?> row(String what, Object answer, String field) throws DrillbookException {
    Object rows = answer instanceof Map<?, ?> map ? map.get(field) : null;
    List<?> row = ChromaHttp.list(what, rows == null ? field : rows);
    return row.isEmpty() ? row : ChromaHttp.list(what, row.getFirst());
  }

  /** Returns a name with both scopes; a bare one means the defaults. */
  static CollectionName placed(CollectionName name) throws DrillbookException {
    return switch (name.scope().size()) {
      case 0 ->
          new CollectionName(
              List.of(ChromaEngine.DEFAULT_TENANT, ChromaEngine.DEFAULT_DATABASE), name.name());
      case 2 -> name;
      default ->
          throw new DrillbookException(
              FailureKind.CONFIGURATION,
              "a chroma collection is named tenant/database/collection: " + name);
    };
  }

  /** Returns the address of a collection, by name or id as the call wants it, or below it. */
  HttpUrl collectionUrl(CollectionName place, String nameOrId, String... below)
      throws DrillbookException {
    HttpUrl url =
        http.url(
            "tenants",
            place.scope().getFirst(),
            "databases",
            place.scope().getLast(),
            "collections",
            nameOrId);
    HttpUrl.Builder builder = url.newBuilder();
    for (String segment : below) {
      builder.addPathSegment(segment);
    }
    return builder.build();
  }

  private HttpUrl databaseUrl(String tenant, String database, String... below)
      throws DrillbookException {
    HttpUrl.Builder builder = http.url("tenants", tenant, "databases", database).newBuilder();
    for (String segment : below) {
      builder.addPathSegment(segment);
    }
    return builder.build();
  }

  private static String text(String what, Object document, String field) throws DrillbookException {
    if (document instanceof Map<?, ?> map && map.get(field) instanceof String text) {
      return text;
    }
    throw new DrillbookException(
        FailureKind.CORRUPT, what + ": the answer lacks the field '" + field + "'");
  }

  private static long number(String what, Object document) throws DrillbookException {
    if (document instanceof Number number) {
      return number.longValue();
    }
    throw new DrillbookException(FailureKind.CORRUPT, what + ": the answer is no number");
  }
}
