package drillbook.engine.weaviate;

import drillbook.engine.CollectionName;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.Reserved;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a class that is written to: known ones, and those that come with the keys of
 * payloads, so that users can filter by them. Not thread-safe; several writers may add the same.
 */
final class ClassProperties {
  /** Each property is several files in each shard, so there is an end to making them of keys. */
  private static final int MOST = 200;

  /** Source: Weaviate 1.39.0, names of properties and of the files that go with them. */
  private static final String NAME = "[_a-z][_0-9A-Za-z]{0,230}";

  private static final Set<String> RESERVED =
      Set.of("_additional", "_id", "id", Reserved.KEY, WeaviateClass.DOCUMENT);

  private final WeaviateHttp http;
  private final WeaviateControl control;
  private final CollectionName name;
  private final boolean foreign;
  private final Set<String> refused = new HashSet<>();
  private Map<String, PropertyType> types;

  ClassProperties(WeaviateHttp http, WeaviateControl control, WeaviateClass found) {
    this.http = http;
    this.control = control;
    this.name = found.name();
    this.foreign = found.isForeign();
    this.types = found.properties();
  }

  /** Tells whether documents have a property of their own. */
  boolean hasDocuments() {
    return foreign;
  }

  /** Returns the type of a property. */
  Optional<PropertyType> type(String property) {
    return Optional.ofNullable(types.get(property));
  }

  /** Tells whether a payload entry comes back as it goes in. */
  boolean holds(String key, @Nullable Object value) {
    boolean ours = key.equals(Reserved.KEY) || (foreign && key.equals(WeaviateClass.DOCUMENT));
    PropertyType type = types.get(key);
    return !ours && type != null && type.holds(value);
  }

  /** Makes a property of a payload's key where there is none yet and its value can be held. */
  void take(String key, @Nullable Object value) throws DrillbookException, InterruptedException {
    if (types.containsKey(key) || refused.contains(key)) {
      return;
    }
    Optional<String> word = PropertyType.wordFor(value);
    if (word.isEmpty()) {
      return;
    }
    boolean free =
        key.matches(NAME)
            && !RESERVED.contains(key)
            && types.size() < MOST
            && types.keySet().stream().noneMatch(other -> other.equalsIgnoreCase(key));
    if (!free) {
      refused.add(key);
      return;
    }
    Map<String, Object> property = new TreeMap<>();
    property.put("name", key);
    property.put("dataType", List.of(word.get()));
    add(property);
    if (!types.containsKey(key)) {
      refused.add(key);
    }
  }

  /** Makes the property for what the others cannot hold, where the class lacks it. */
  void takeReserved() throws DrillbookException, InterruptedException {
    if (!types.containsKey(Reserved.KEY)) {
      add(unfiltered(Reserved.KEY, false));
    }
  }

  /** Makes the property for documents, where the class lacks it. */
  void takeDocuments() throws DrillbookException, InterruptedException {
    if (!types.containsKey(WeaviateClass.DOCUMENT)) {
      add(unfiltered(WeaviateClass.DOCUMENT, true));
    }
  }

  private static Map<String, Object> unfiltered(String property, boolean searchable) {
    Map<String, Object> description = new TreeMap<>();
    description.put("name", property);
    description.put("dataType", List.of("text"));
    description.put("indexFilterable", false);
    description.put("indexSearchable", searchable);
    return description;
  }

  private void add(Map<String, Object> property) throws DrillbookException, InterruptedException {
    HttpUrl url = http.url("schema", name.name(), "properties");
    String what = "property " + property.get("name") + " could not be added to class " + name;
    try {
      http.send(what, "POST", url, property);
    } catch (DrillbookException e) {
      // Somebody else was faster, or the name is refused: what the class has then counts.
      boolean reserved = String.valueOf(property.get("name")).startsWith("_");
      boolean mayGo =
          e.kind() == FailureKind.CONFLICT
              || (e.kind() == FailureKind.INCOMPATIBLE_TARGET && !reserved);
      if (!mayGo) {
        throw e;
      }
    }
    types = control.describe(name).properties();
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%d properties of %s", types.size(), name);
  }
}
