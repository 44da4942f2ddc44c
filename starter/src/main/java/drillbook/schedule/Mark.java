package drillbook.schedule;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What we leave behind in a schedule: what was meant, and what the server made of it. Equal marks
 * mean that nothing was changed since, neither in the runbook nor in the schedule.
 *
 * @param hash of what was desired
 * @param form of what the server then held; an empty string until that was read
 */
record Mark(String hash, String form) {
  /** Nothing was left behind, or it cannot be read. */
  static final Mark NONE = new Mark("", "");

  private static final int DIGITS = 32;

  /** Returns the first half of a SHA-256, in lower-case hex: enough to tell versions apart. */
  static String digest(byte[] bytes) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes))
          .substring(0, DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Reads words. */
  static Mark parse(String words) {
    String[] parts = words.split("\\.", -1);
    return parts.length == 2 ? new Mark(parts[0], parts[1]) : NONE;
  }

  /** Returns the mark in words. */
  String words() {
    return hash + "." + form;
  }
}
