package drillbook.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Where a collection is: the scopes around it, outermost first, and its own name.
 *
 * @param scope Chroma: tenant, database; pgvector: schema; empty for engines without
 * @param name the collection's, table's, class's or index's name
 */
public record CollectionName(List<String> scope, String name) {
  /** Rejects an empty name. */
  public CollectionName {
    scope = List.copyOf(scope);
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a collection needs a name");
    }
  }

  /** Returns a collection of the same scope with another name. */
  public CollectionName named(String other) {
    return new CollectionName(scope, other);
  }

  /** Tells whether a person's words mean this collection: its name, or its whole path. */
  public boolean isMeantBy(String words) {
    return words.equals(name) || words.equals(path());
  }

  /** Returns scopes and name, joined by slashes. */
  public String path() {
    List<String> words = new ArrayList<>(scope);
    words.add(Objects.requireNonNull(name));
    return String.join("/", words);
  }

  @Override
  public String toString() {
    return path();
  }
}
