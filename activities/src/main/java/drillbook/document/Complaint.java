package drillbook.document;

/**
 * Something wrong with a document, with the place where a person mends it. Never repeats a value of
 * the document, which may be a secret typed by mistake.
 *
 * @param file the document
 * @param line from 1 on
 * @param column from 1 on
 * @param key dots between nested keys, {@code [n]} for the n-th entry of a list, from 0 on; {@code
 *     document} for the whole
 * @param wrong what is wrong
 * @param expected what is expected instead
 */
public record Complaint(
    String file, int line, int column, String key, String wrong, String expected) {
  /** Returns the complaint as one line: {@code file:line:column: key: wrong, expected ...}. */
  @Override
  public String toString() {
    return file + ":" + line + ":" + column + ": " + key + ": " + wrong + ", expected " + expected;
  }
}
