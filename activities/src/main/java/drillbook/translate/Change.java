package drillbook.translate;

import java.util.Objects;

/**
 * Something that is held in another form without loss: declared, and needs no acceptance.
 *
 * @param subject what is concerned
 * @param what what becomes of it
 */
public record Change(String subject, String what) {
  /** Rejects nulls. */
  public Change {
    Objects.requireNonNull(subject, "subject == null");
    Objects.requireNonNull(what, "what == null");
  }

  /** Returns the change as one sentence. */
  @Override
  public String toString() {
    return subject + " " + what;
  }
}
