package drillbook.notice;

import drillbook.notice.Notice.Level;

/** Words and marks that all routes share. */
final class Wording {
  /** What stands where text was left out. */
  static final String SHORTENED = "… (shortened)";

  private Wording() {}

  /** Returns a level as people read it. */
  static String word(Level level) {
    return switch (level) {
      case FINE -> "Fine";
      case WARNING -> "Warning";
      case PROBLEM -> "Problem";
    };
  }

  /** Returns a level's sign, seen before it is read. */
  static String sign(Level level) {
    return switch (level) {
      case FINE -> "✅";
      case WARNING -> "⚠️";
      case PROBLEM -> "🔴";
    };
  }

  /**
   * Returns text without what moves a cursor or turns the direction of reading: names come from
   * databases that others write to. Line ends stay.
   */
  static String plain(String text) {
    return text.replace("\r\n", "\n")
        .replaceAll("[\\p{Cntrl}&&[^\\n]]", " ")
        .replaceAll("[\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]", "");
  }

  /** Returns plain text on one line. */
  static String line(String text) {
    return plain(text).replaceAll("\\s+", " ").strip();
  }
}
