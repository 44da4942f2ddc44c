package drillbook.engine;

import java.util.List;

/**
 * Tells what of a collection only its engine has. Asks nobody; the same schema, the same answer.
 */
@FunctionalInterface
public interface OwnTerms {
  /** Where everything that makes a collection is neutral. */
  OwnTerms NONE = schema -> List.of();

  /**
   * Returns the traits of a collection, those that restores have to tell a person of.
   *
   * @param schema as it was captured from this engine
   */
  List<OwnTrait> of(CollectionSchema schema);
}
