package drillbook.engine;

/**
 * What an engine declares to have. The contract kit asserts both sides: declared works, not
 * declared refuses with {@code UNSUPPORTED}.
 */
public enum Capability {
  /** Records can be read and written ({@link Records}). */
  RECORDS,
  /** A capture reads one consistent snapshot; without it a capture is fuzzy. */
  SNAPSHOT_READ,
  /** The snapshot lives as long as the {@link Capture} that opened it stays open. */
  HELD_SNAPSHOT,
  /**
   * The engine says what changed since a capture, and names what did not ({@link Changes}); without
   * it an increment scans.
   */
  CHANGES_BY_WATERMARK,
  /** Collections have tenants within them. */
  TENANTS,
  /** Collections have aliases, and an alias can be cut over. */
  ALIASES,
  /** Indexes are built apart from writing, with parameters that are read back. */
  BUILT_INDEXES,
  /** {@link Control#replace} swaps a collection under its name. */
  REPLACE
}
