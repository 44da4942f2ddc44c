package drillbook.engine;

import java.util.Objects;

/**
 * Something that a backup or a restore needs of a live instance.
 *
 * @param subject what is needed, a few words
 * @param standing whether it is there
 * @param found what the engine says of it
 * @param advice what to do; empty where it is met
 */
public record Requirement(String subject, Standing standing, String found, String advice) {
  /** Whether a requirement is met. */
  public enum Standing {
    /** It is there. */
    MET,
    /** It is not, and something will fail or be left out. */
    MISSING,
    /** The engine does not tell; never counted as met. */
    UNKNOWN
  }

  /** Rejects nulls, and what is not met without advice. */
  public Requirement {
    Objects.requireNonNull(subject, "subject == null");
    Objects.requireNonNull(found, "found == null");
    if (standing != Standing.MET && advice.isEmpty()) {
      throw new IllegalArgumentException("what is to be done about '" + subject + "'?");
    }
  }

  /** Returns something that is there. */
  public static Requirement met(String subject, String found) {
    return new Requirement(subject, Standing.MET, found, "");
  }

  /** Returns something that is not there. */
  public static Requirement missing(String subject, String found, String advice) {
    return new Requirement(subject, Standing.MISSING, found, advice);
  }

  /** Returns something that cannot be told. */
  public static Requirement unknown(String subject, String found, String advice) {
    return new Requirement(subject, Standing.UNKNOWN, found, advice);
  }
}
