package drillbook.restore;

/** Where a restore puts what it restores. */
public enum RestoreMode {
  /** Into new collections beside the live ones, or in another target. Overwrites nothing. */
  NEW,
  /**
   * In the place of the live collections, after a confirmation and only when every check passed.
   */
  IN_PLACE,
  /** Into a drill's scratch collections, dropped afterwards. */
  SCRATCH
}
