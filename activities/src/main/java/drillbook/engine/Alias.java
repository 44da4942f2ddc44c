package drillbook.engine;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.util.Objects;

/**
 * A name that points to a collection.
 *
 * @param name the alias, in the scope that it lives in
 * @param collection what it points to; where that was dropped meanwhile, the alias dangles
 */
public record Alias(CollectionName name, CollectionName collection) {
  /** Rejects nulls. */
  public Alias {
    Objects.requireNonNull(name, "name == null");
    Objects.requireNonNull(collection, "collection == null");
  }

  /** Returns what an adapter without {@link Capability#ALIASES} answers. */
  public static DrillbookException unsupported(EngineProfile profile) {
    return new DrillbookException(
        FailureKind.UNSUPPORTED, "an alias cannot be moved: " + profile.name() + " has no aliases");
  }
}
