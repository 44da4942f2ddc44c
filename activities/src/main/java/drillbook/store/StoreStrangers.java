package drillbook.store;

import drillbook.failure.DrillbookException;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A store that tells of what lies where its artifacts lie and is none, since no key can be its
 * name: {@link ArtifactStore#list} passes over it without a word.
 */
public interface StoreStrangers {
  /**
   * Returns one of these, of those that are wanted the first by name: a file whose path is no key,
   * or that is no regular file.
   *
   * @param wanted told the path or key below the store's place, parts joined by slashes
   */
  Optional<String> stranger(Predicate<String> wanted)
      throws DrillbookException, InterruptedException;
}
