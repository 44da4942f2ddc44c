package drillbook.journal;

import java.time.Instant;
import java.util.Objects;

/**
 * One entry of a journal, signed by a trusted key.
 *
 * @param number from 1 on, without gaps
 * @param at when it was written
 * @param record what happened
 * @param sha256 of the entry's bytes in the store; the next entry names it
 */
public record JournalEntry(long number, Instant at, JournalRecord record, String sha256) {
  /** Rejects a number below 1. */
  public JournalEntry {
    Objects.requireNonNull(at, "at == null");
    Objects.requireNonNull(record, "record == null");
    Objects.requireNonNull(sha256, "sha256 == null");
    if (number < 1) {
      throw new IllegalArgumentException("an entry's number must be >= 1: " + number);
    }
  }

  /** Returns the head of a journal that ends with this entry. */
  public JournalHead head() {
    return new JournalHead(number, sha256);
  }
}
