package drillbook.disaster;

/** How the primary is lost in a drill. */
public enum Loss {
  /**
   * Fenced: the target's hook cuts it off, and it must not answer afterwards. Where the target has
   * no such hook, the loss is simulated, and the report says so.
   */
  FENCE,
  /**
   * Its collections are dropped, and restored at the end; only where every approver says so too,
   * fenced otherwise.
   */
  DELETE
}
