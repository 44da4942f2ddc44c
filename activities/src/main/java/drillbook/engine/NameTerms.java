package drillbook.engine;

import java.util.Objects;

/**
 * What names an engine's collections may have.
 *
 * @param grammar a regular expression that a whole name matches
 * @param longest bytes of UTF-8 that a name may have; 255 where the engine knows no end
 * @param joint joins words in names that Drillbook makes: {@code _} or {@code -}, whichever the
 *     grammar takes
 * @param scratchPrefix how a drill's scratch collection starts in this grammar
 */
public record NameTerms(String grammar, int longest, char joint, String scratchPrefix) {
  /** Rejects a length that leaves no room for a run's mark. */
  public NameTerms {
    Objects.requireNonNull(grammar, "grammar == null");
    Objects.requireNonNull(scratchPrefix, "scratchPrefix == null");
    if (longest < 40) {
      throw new IllegalArgumentException("names need room for a run's mark: " + longest);
    }
  }

  /** Returns words that Drillbook joined by underscores, joined in the engine's way. */
  public String joined(String words) {
    return words.replace('_', joint);
  }
}
