package drillbook.ticket;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** Keys as labels. */
final class Labels {
  private Labels() {}

  /**
   * Returns the label of a key: the key itself where it fits; else what fits of it, with a checksum
   * of the whole, so that two keys do not share a label.
   */
  static String of(String key, int most) {
    if (key.length() <= most && key.matches("[A-Za-z0-9._/:-]+")) {
      return key;
    }
    CRC32C sum = new CRC32C();
    sum.update(key.getBytes(StandardCharsets.UTF_8));
    String fit = key.replaceAll("[^A-Za-z0-9._/:-]", "_");
    return fit.substring(0, Math.min(fit.length(), most - 9))
        + "-"
        + String.format(java.util.Locale.ROOT, "%08x", sum.getValue());
  }

  /** Returns text of at most a number of characters, saying so where it was longer. */
  static String cut(String text, int most) {
    String note = "… (shortened)";
    if (text.length() <= most) {
      return text;
    }
    int end = most - note.length();
    return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end)
        + note;
  }

  /** Returns text on one line. */
  static String line(String text) {
    return text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
  }
}
