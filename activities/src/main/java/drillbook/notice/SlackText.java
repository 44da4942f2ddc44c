package drillbook.notice;

/** Text as Slack wants it: escaped, and no longer than a place holds. */
final class SlackText {
  private SlackText() {}

  /**
   * Returns text for a {@code mrkdwn} place, in which {@code <!channel>} in a name calls nobody.
   *
   * @param most how many characters the place holds, escapes included
   */
  static String escaped(String text, int most) {
    return bounded(Wording.plain(text), most, true);
  }

  /** Returns one line for a {@code plain_text} place. */
  static String plain(String text, int most) {
    return bounded(Wording.line(text), most, false);
  }

  private static String bounded(String text, int most, boolean escape) {
    StringBuilder whole = new StringBuilder();
    int cut = 0;
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      String next = Character.toString(text.codePointAt(i));
      whole.append(escape ? escape(next) : next);
      if (whole.length() <= most - Wording.SHORTENED.length()) {
        cut = whole.length();
      }
      if (whole.length() > most) {
        return whole.substring(0, cut) + Wording.SHORTENED;
      }
    }
    return whole.toString();
  }

  private static String escape(String character) {
    return switch (character) {
      case "&" -> "&amp;";
      case "<" -> "&lt;";
      case ">" -> "&gt;";
      default -> character;
    };
  }
}
