package drillbook.document;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The entries behind the known keys of a mapping. */
public final class Keys {
  private final Place place;
  private final Map<String, Place> entries;

  Keys(Place place, Map<String, Place> entries) {
    this.place = place;
    this.entries = new LinkedHashMap<>(entries);
  }

  /** Returns the mapping itself. */
  public Place place() {
    return place;
  }

  /** Returns what stands behind a key, where it is there. */
  public Optional<Place> find(String key) {
    return Optional.ofNullable(entries.get(key));
  }

  /** Returns what stands behind a key; complains where it is missing. */
  public Optional<Place> need(String key, String expected) {
    Optional<Place> found = find(key);
    if (found.isEmpty()) {
      place.missing(key, expected);
    }
    return found;
  }

  /** Returns a value that must be there; the fill-in where it was complained of. */
  public <T> T need(String key, Form<T> form, T fillIn) {
    return need(key, form.expected()).flatMap(found -> found.value(form)).orElse(fillIn);
  }

  /** Returns a value, or what it is when left out. */
  public <T> T find(String key, Form<T> form, T otherwise) {
    return find(key).flatMap(found -> found.value(form)).orElse(otherwise);
  }

  /** Returns a value, what it is when left out, or the fill-in where it was complained of. */
  public <T> T find(String key, Form<T> form, T otherwise, T fillIn) {
    return entries.containsKey(key) ? find(key, form, fillIn) : otherwise;
  }

  /** Makes a value of what was read, unless anything was complained of: parts may be fill-ins. */
  public <T> Optional<T> made(Supplier<T> maker) {
    return place.made(maker);
  }

  Optional<Place.Choice> only() {
    return entries.entrySet().stream()
        .findFirst()
        .map(entry -> new Place.Choice(entry.getKey(), entry.getValue()));
  }
}
