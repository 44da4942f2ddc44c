package drillbook.backup;

/** How much of a target a backup reads and stores. */
public enum BackupKind {
  /** Reads and proves every record; stores what its parent does not hold already. */
  FULL("full"),
  /** Stores what changed since its parent, and what was deleted. */
  INCREMENTAL("inc"),
  /** The engine's own backup. */
  NATIVE("native");

  private final String word;

  BackupKind(String word) {
    this.word = word;
  }

  /** Returns the word in backup ids and manifests. */
  public String word() {
    return word;
  }
}
