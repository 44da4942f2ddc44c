package drillbook.store;

import drillbook.failure.DrillbookException;
import java.time.Duration;
import java.util.Optional;

/** A store that signs links by which an artifact is downloaded without a credential. */
public interface SigningStore extends ArtifactStore {
  /** The longest that a link is valid, by S3's own rule. */
  Duration LONGEST = Duration.ofDays(7);

  /** Returns this face of a store, if it has it. */
  static Optional<SigningStore> of(ArtifactStore store) {
    return store instanceof SigningStore signing ? Optional.of(signing) : Optional.empty();
  }

  /**
   * Returns a link to an artifact. Asks nobody whether the artifact is there; whoever has the link
   * reads it until it expires, or the key that signed it is taken back.
   *
   * @param valid up to {@link #LONGEST}; with temporary credentials no longer than they live
   */
  String presign(String key, Duration valid) throws DrillbookException, InterruptedException;

  /** Rejects how long no link can be valid. */
  static void check(Duration valid) {
    if (valid.compareTo(Duration.ofSeconds(1)) < 0 || valid.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("a link is valid for 1 s to 7 days: " + valid);
    }
  }
}
