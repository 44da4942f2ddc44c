package drillbook.translate;

import java.util.Objects;

/**
 * Something that a target cannot hold: shown before a restore, which needs a person's acceptance.
 *
 * @param subject what is concerned, for instance {@code vector 'image'}
 * @param what what becomes of it
 * @param reason why
 */
public record Loss(String subject, String what, String reason) {
  /** Rejects nulls. */
  public Loss {
    Objects.requireNonNull(subject, "subject == null");
    Objects.requireNonNull(what, "what == null");
    Objects.requireNonNull(reason, "reason == null");
  }

  /** Returns the loss as one sentence. */
  @Override
  public String toString() {
    return subject + " " + what + ": " + reason;
  }
}
