package drillbook.engine;

import java.util.Objects;

/**
 * How far a collection had come when a capture read it: what a later capture of {@link Changes}
 * begins from. Kept in the backup's catalog.
 *
 * <p>A mark is taken before anything is read and never promises too much: whatever the capture may
 * not have seen (a transaction that was still open, a record of the clock's last ticks) counts as
 * changed since. It says which history it belongs to, so that an engine that was set back, moved,
 * or got another collection under the name does not take it for its own.
 *
 * @param collection the collection's name
 * @param text the adapter's own words
 */
public record Mark(CollectionName collection, String text) {
  /** Rejects a mark that says nothing. */
  public Mark {
    Objects.requireNonNull(collection, "collection == null");
    if (text.isEmpty()) {
      throw new IllegalArgumentException("a mark of " + collection + " without text");
    }
  }
}
