package drillbook.engine;

import java.util.Objects;

/**
 * Something of a collection that only its engine has: another engine's would be without.
 *
 * @param subject what it is, for instance {@code quantization of its vectors}
 * @param abroad what becomes of it in another engine
 * @param missed whether users of the other engine would miss it; what is not missed comes back with
 *     the engine that it is from
 * @param home what becomes of it in a restore by the same engine, empty where it is as it was
 */
public record OwnTrait(String subject, String abroad, boolean missed, String home) {
  /** Rejects nulls. */
  public OwnTrait {
    Objects.requireNonNull(subject, "subject == null");
    Objects.requireNonNull(abroad, "abroad == null");
    Objects.requireNonNull(home, "home == null");
  }

  /** Returns a trait that users of another engine would miss. */
  public static OwnTrait missed(String subject) {
    return new OwnTrait(subject, "is left out", true, "");
  }

  /** Returns a setting that changes no answer: it waits in the backup for its engine. */
  public static OwnTrait kept(String subject) {
    return new OwnTrait(subject, "kept in the backup only", false, "");
  }
}
