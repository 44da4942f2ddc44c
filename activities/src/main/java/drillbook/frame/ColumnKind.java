package drillbook.frame;

/** The columns of a frame, by the number that names them in its directory. */
final class ColumnKind {
  static final int IDS = 1;
  static final int VECTOR = 2;
  static final int SPARSE = 3;
  static final int PAYLOAD = 4;
  static final int DOCUMENT = 5;
  static final int URI = 6;

  /** The length of a directory entry: kind, zero, field, length. */
  static final int ENTRY_BYTES = 8;

  /** How many columns a frame has at most. */
  static final int MAX_COLUMNS = 4096;

  private ColumnKind() {}
}
