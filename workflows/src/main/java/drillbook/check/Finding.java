package drillbook.check;

import java.util.Objects;

/**
 * Something wrong: a code, what it means here, and what to do.
 *
 * @param code the kind of wrong
 * @param message what was found, with names and figures
 * @param advice what to do about it
 */
public record Finding(FindingCode code, String message, String advice) {
  /** Rejects a finding that says nothing. */
  public Finding {
    Objects.requireNonNull(code, "code == null");
    if (message.isBlank()) {
      throw new IllegalArgumentException("a finding needs a message: " + code);
    }
    Objects.requireNonNull(advice, "advice == null");
  }
}
