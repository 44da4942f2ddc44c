package drillbook.engine.weaviate;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import drillbook.engine.Alias;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Control;
import drillbook.engine.IndexState;
import drillbook.engine.NearestQuery;
import drillbook.engine.Neighbour;
import drillbook.engine.Probe;
import drillbook.engine.Requirement;
import drillbook.engine.VectorIndex;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.rest.RestJson;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import okhttp3.HttpUrl;

/** Looks at, creates and drops classes. */
final class WeaviateControl implements Control {
  /** How many tenants are looked at for a first object that tells dimensions. */
  private static final int TENANTS_LOOKED_AT = 20;

  private static final int OBJECTS_LOOKED_AT = 25;

  private final WeaviateHttp http;
  private final WeaviateTenants tenants;
  private final WeaviateRights rights;

  WeaviateControl(WeaviateHttp http) {
    this.http = http;
    this.tenants = new WeaviateTenants(http);
    this.rights = new WeaviateRights(http);
  }

  WeaviateTenants tenants() {
    return tenants;
  }

  @Override
  public Probe probe() throws DrillbookException, InterruptedException {
    String what = "weaviate could not be asked for its version";
    Object meta = http.get(what, http.url("meta"));
    if (!(meta instanceof Map<?, ?> map) || !(map.get("version") instanceof String version)) {
      throw new DrillbookException(
          FailureKind.CORRUPT,
          what + ": the answer has no version",
          "Check that the address is that of Weaviate's REST port.");
    }
    Map<String, String> details = new TreeMap<>();
    details.put(
        "modules", String.join(",", new TreeSet<>(RestJson.fields(meta, "modules").keySet())));
    if (map.get("grpcMaxMessageSize") instanceof Number bytes) {
      details.put("grpcMaxMessageSize", bytes.toString());
    }
    return new Probe(version, details);
  }

  /**
   * {@inheritDoc} A credential that may see no class gets an empty list, with a success: that is
   * told from a server without classes by asking for its permissions.
   */
  @Override
  public List<CollectionName> collections() throws DrillbookException, InterruptedException {
    String what = "classes could not be listed";
    List<CollectionName> names = new ArrayList<>();
    Object schema = http.get(what, http.url("schema"));
    Object classes = schema instanceof Map<?, ?> map ? map.get("classes") : null;
    for (Object each : WeaviateHttp.list(what, classes)) {
      if (each instanceof Map<?, ?> map && map.get("class") instanceof String name) {
        names.add(new CollectionName(List.of(), name));
      }
    }
    if (names.isEmpty()) {
      rights.requireAny(what, "read_collections");
    }
    names.sort(Comparator.comparing(CollectionName::path));
    return names;
  }

  @Override
  public CollectionSchema schema(CollectionName name)
      throws DrillbookException, InterruptedException {
    WeaviateClass found = describe(name);
    Map<String, String> statuses = found.hasTenants() ? tenants.statuses(name) : Map.of();
    if (found.hasTenants() && statuses.isEmpty()) {
      rights.requireAny("tenants of class " + name + " could not be listed", "read_tenants");
    }
    return found.schema(dimensions(found, statuses), statuses, aliasesOf(name));
  }

  /**
   * Returns what the server says of a class.
   *
   * @throws DrillbookException NOT_FOUND when there is none; CONFLICT when the name is an alias's,
   *     which the server would follow
   */
  WeaviateClass describe(CollectionName name) throws DrillbookException, InterruptedException {
    String what = "class " + name + " could not be looked up";
    return find(name)
        .orElseThrow(() ->
            new DrillbookException(
                FailureKind.NOT_FOUND, what + ": there is no class of this name"));
  }

  private Optional<WeaviateClass> find(CollectionName name)
      throws DrillbookException, InterruptedException {
    String what = "class " + name + " could not be looked up";
    if (!name.scope().isEmpty()) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION, what + ": classes are in no scope, so one word names them");
    }
    if (!name.name().matches(WeaviateEngine.NAME)) {
      return Optional.empty();
    }
    Optional<Object> found = http.find(what, http.url("schema", name.name()));
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Map<String, Object> config = RestJson.fields(Map.of("class", found.get()), "class");
    if (!name.name().equals(config.get("class"))) {
      throw new DrillbookException(
          FailureKind.CONFLICT,
          what + ": it is an alias of class " + config.get("class"),
          "Name the class itself.");
    }
    return Optional.of(new WeaviateClass(name, config));
  }

  private List<String> aliasesOf(CollectionName name)
      throws DrillbookException, InterruptedException {
    HttpUrl url = http.url("aliases").newBuilder().addQueryParameter("class", name.name()).build();
    Map<String, String> byName =
        aliasesByName("aliases of class " + name + " could not be listed", url);
    byName.values().removeIf(target -> !target.equals(name.name()));
    if (byName.isEmpty()) {
      rights.requireAny("aliases of class " + name + " could not be listed", "read_aliases");
    }
    return List.copyOf(byName.keySet());
  }

  /** A class does not tell how long its vectors are; its first objects do. */
  private Map<String, Integer> dimensions(WeaviateClass found, Map<String, String> statuses)
      throws DrillbookException, InterruptedException {
    Set<String> unknown = new TreeSet<>();
    found.vectors().forEach(vector -> unknown.add(vector.name()));
    Map<String, Integer> dimensions = new HashMap<>();
    List<String> places =
        found.hasTenants()
            ? statuses.entrySet().stream()
                .filter(tenant -> tenant.getValue().equals(WeaviateTenants.ACTIVE))
                .map(Map.Entry::getKey)
                .limit(TENANTS_LOOKED_AT)
                .toList()
            : List.of(CollectionSchema.NO_TENANT);
    for (String tenant : places) {
      for (int limit : List.of(1, OBJECTS_LOOKED_AT)) {
        if (unknown.isEmpty()) {
          return dimensions;
        }
        http.get(
            "vectors of class " + found.name() + " could not be looked at",
            objects(found.name(), tenant, Optional.empty(), limit),
            body -> {
              readDimensions(body, dimensions);
              return limit;
            });
        unknown.removeAll(dimensions.keySet());
      }
    }
    return dimensions;
  }

  private static void readDimensions(InputStream body, Map<String, Integer> dimensions)
      throws IOException {
    String vector = "";
    int depth = 0;
    int length = 0;
    boolean inside = false;
    try (JsonParser json = RestJson.FACTORY.createParser(body)) {
      // A vector is a list of numbers under "vector" or, by its name, under "vectors".
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        switch (token) {
          case FIELD_NAME -> {
            String field = json.currentName();
            if (field.equals("properties")) {
              json.nextToken();
              json.skipChildren();
            } else if (field.equals("vectors")) {
              inside = true;
            } else if (inside || field.equals("vector")) {
              vector = inside ? field : "";
            }
          }
          case START_ARRAY -> {
            depth++;
            length = 0;
          }
          case VALUE_NUMBER_FLOAT, VALUE_NUMBER_INT -> length++;
          case END_ARRAY -> {
            depth--;
            if (length > 0 && depth > 0) {
              dimensions.putIfAbsent(vector, length);
            }
            length = 0;
          }
          case END_OBJECT -> inside = false;
          default -> {}
        }
      }
    }
  }

  /** Returns the address of objects of a class in the order of their ids, from after one on. */
  HttpUrl objects(CollectionName name, String tenant, Optional<UUID> after, int limit) {
    HttpUrl.Builder url =
        http.url("objects")
            .newBuilder()
            .addQueryParameter("class", name.name())
            .addQueryParameter("limit", Integer.toString(limit))
            .addQueryParameter("include", "vector")
            .addQueryParameter("after", after.map(UUID::toString).orElse(""));
    if (!tenant.equals(CollectionSchema.NO_TENANT)) {
      url.addQueryParameter("tenant", tenant);
    }
    return url.build();
  }

  /** {@inheritDoc} By an aggregate: the counts that nodes tell leave out what is in memory. */
  @Override
  public long count(CollectionName name, String tenant)
      throws DrillbookException, InterruptedException {
    WeaviateClass found = describe(name);
    if (found.hasTenants() && tenant.equals(CollectionSchema.NO_TENANT)) {
      return 0;
    }
    String what = "objects of class " + name + " could not be counted";
    String query =
        "{Aggregate{" + name.name() + WeaviateSearch.selector("", tenant) + "{meta{count}}}}";
    Object answer =
        tenants.whileActive(
            found, tenant, () -> http.graphql(what, query, "Aggregate", name.name()));
    if (answer instanceof List<?> rows
        && !rows.isEmpty()
        && RestJson.fields(rows.getFirst(), "meta").get("count") instanceof Number count) {
      return count.longValue();
    }
    throw new DrillbookException(FailureKind.CORRUPT, what + ": the answer has no count");
  }

  @Override
  public void create(CollectionSchema schema) throws DrillbookException, InterruptedException {
    Map<String, Object> description = ClassDraft.of(schema);
    CollectionName name = schema.name();
    String what = "class " + name + " could not be created";
    Object named = Map.of();
    if (description.containsKey("vectorIndexType") && description.containsKey("vectorConfig")) {
      // A class with an unnamed vector gets named ones afterwards only.
      named = description.remove("vectorConfig");
    }
    try {
      http.send(what, "POST", http.url("schema"), description);
    } catch (DrillbookException e) {
      throw e.kind() == FailureKind.CONFIGURATION || e.kind() == FailureKind.NOT_FOUND
          ? new DrillbookException(
              FailureKind.INCOMPATIBLE_TARGET, String.valueOf(e.getMessage()), e.hint(), e)
          : e;
    }
    try {
      if (named instanceof Map<?, ?> map && !map.isEmpty()) {
        Map<String, Object> whole = new TreeMap<>(describe(name).config());
        whole.put("vectorConfig", named);
        http.send(what, "PUT", http.url("schema", name.name()), whole);
      }
      if (ClassDraft.hasTenants(schema)) {
        tenants.create(name, schema.tenants());
      }
    } catch (DrillbookException | InterruptedException e) {
      // Whole or absent.
      http.delete(what, http.url("schema", name.name()));
      throw e;
    }
  }

  /**
   * {@inheritDoc} Weaviate builds its indexes while writing. What comes after the records is the
   * status of tenants: those that were inactive become so.
   */
  @Override
  public void buildIndexes(CollectionSchema schema)
      throws DrillbookException, InterruptedException {
    WeaviateClass found = describe(schema.name());
    Map<String, Object> inactive = ClassDraft.attribute(schema, WeaviateClass.TENANTS);
    if (found.hasTenants() && !inactive.isEmpty()) {
      tenants.restoreStatuses(schema.name(), inactive);
    }
  }

  /** {@inheritDoc} Only shards that are loaded tell, which those of active tenants are. */
  @Override
  public IndexState indexState(CollectionSchema schema)
      throws DrillbookException, InterruptedException {
    CollectionName name = schema.name();
    WeaviateClass found = describe(name);
    for (VectorIndex index : schema.indexes()) {
      if (found.vectors().stream().noneMatch(vector -> vector.name().equals(index.vector()))) {
        return new IndexState.Broken("vector '" + index.vector() + "' is not in the class");
      }
    }
    String what = "indexes of class " + name + " could not be looked at";
    HttpUrl url =
        http.url("nodes", name.name()).newBuilder().addQueryParameter("output", "verbose").build();
    Object nodes = http.get(what, url) instanceof Map<?, ?> map ? map.get("nodes") : null;
    long queued = 0;
    long building = 0;
    for (Object node : WeaviateHttp.list(what, nodes)) {
      Object shards = node instanceof Map<?, ?> map ? map.get("shards") : null;
      for (Object shard : shards instanceof List<?> list ? list : List.of()) {
        if (shard instanceof Map<?, ?> map) {
          queued += map.get("vectorQueueLength") instanceof Number length ? length.longValue() : 0;
          building += "INDEXING".equals(map.get("vectorIndexingStatus")) ? 1 : 0;
        }
      }
    }
    return queued + building == 0
        ? new IndexState.Ready()
        : new IndexState.Building(queued + " vectors wait in " + building + " shards");
  }

  @Override
  public boolean drop(CollectionName name) throws DrillbookException, InterruptedException {
    Optional<WeaviateClass> found = find(name);
    if (found.isEmpty()) {
      return false;
    }
    http.delete("class " + name + " could not be dropped", http.url("schema", name.name()));
    return true;
  }

  @Override
  public List<Alias> aliases() throws DrillbookException, InterruptedException {
    List<Alias> aliases = new ArrayList<>();
    aliasesByName("aliases could not be listed", http.url("aliases"))
        .forEach((alias, target) ->
            aliases.add(
                new Alias(
                    new CollectionName(List.of(), alias), new CollectionName(List.of(), target))));
    return aliases;
  }

  private Map<String, String> aliasesByName(String what, HttpUrl url)
      throws DrillbookException, InterruptedException {
    Map<String, String> byName = new TreeMap<>();
    Object aliases = http.get(what, url) instanceof Map<?, ?> map ? map.get("aliases") : null;
    for (Object each : WeaviateHttp.list(what, aliases)) {
      if (each instanceof Map<?, ?> map) {
        byName.put(String.valueOf(map.get("alias")), String.valueOf(map.get("class")));
      }
    }
    return byName;
  }

  /** {@inheritDoc} In one step where it exists; the server refuses one to a class that is gone. */
  @Override
  public void pointAlias(Alias alias) throws DrillbookException, InterruptedException {
    String what = "alias " + alias.name() + " could not be pointed to " + alias.collection();
    describe(alias.collection());
    HttpUrl url = http.url("aliases", alias.name().name());
    String target = alias.collection().name();
    Optional<Object> known = http.find(what, url);
    if (known.isEmpty()) {
      http.send(
          what, "POST", http.url("aliases"), Map.of("alias", alias.name().name(), "class", target));
    } else if (!(known.get() instanceof Map<?, ?> map) || !target.equals(map.get("class"))) {
      http.send(what, "PUT", url, Map.of("class", target));
    }
  }

  @Override
  public boolean dropAlias(CollectionName alias) throws DrillbookException, InterruptedException {
    String what = "alias " + alias + " could not be dropped";
    HttpUrl url = http.url("aliases", alias.name());
    if (http.find(what, url).isEmpty()) {
      return false;
    }
    http.delete(what, url);
    return true;
  }

  @Override
  public List<Requirement> requirements() throws DrillbookException, InterruptedException {
    return new WeaviateRequirements(http, this, rights).all();
  }

  @Override
  public void replace(CollectionName live, CollectionName replacement, CollectionName aside)
      throws DrillbookException {
    throw new DrillbookException(
        FailureKind.UNSUPPORTED,
        "class " + live + " could not be replaced: weaviate renames no classes",
        "Let clients use an alias, and point that to the restored class.");
  }

  /** {@inheritDoc} Through the index, whatever {@link NearestQuery#exact} says. */
  @Override
  public List<Neighbour> nearest(NearestQuery query)
      throws DrillbookException, InterruptedException {
    CollectionName name = query.collection();
    WeaviateClass found = describe(name);
    return tenants.whileActive(
        found, query.tenant(), () -> new WeaviateSearch(http, found).nearest(query));
  }
}
