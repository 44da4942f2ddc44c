package drillbook.rest;

/** Words of others, as messages show them. */
public final class Quote {
  private static final int LONGEST = 300;

  private Quote() {}

  /** Returns words as one line of at most {@value #LONGEST} characters. */
  public static String of(String words) {
    String line = words.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
  }
}
