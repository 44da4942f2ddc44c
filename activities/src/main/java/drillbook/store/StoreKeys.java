package drillbook.store;

import java.util.regex.Pattern;

/** What a key may look like: it becomes a path, so nothing in it may lead elsewhere. */
final class StoreKeys {
  private static final Pattern PART = Pattern.compile("[a-z0-9_-][a-z0-9._-]*");
  private static final int LONGEST = 900;

  private StoreKeys() {}

  /** Returns the key; rejects one that is absolute, has an empty part, or a part that hides. */
  static String check(String key) {
    if (!isKey(key)) {
      throw new IllegalArgumentException(
          "a key has parts [a-z0-9._-]+ joined by slashes, none begins with a dot: " + key);
    }
    return key;
  }

  /** Tells whether this can be the key of an artifact; other files and objects are not ours. */
  static boolean isKey(String key) {
    if (key.length() > LONGEST) {
      return false;
    }
    for (String part : key.split("/", -1)) {
      if (!isPart(part)) {
        return false;
      }
    }
    return true;
  }

  /** Tells whether this can be one part of a key. */
  static boolean isPart(String part) {
    return PART.matcher(part).matches();
  }

  /** Rejects listing arguments that are out of range. */
  static void checkListing(String prefix, String after, int limit) {
    if (!prefix.isEmpty()
        && !(prefix.endsWith("/") && isKey(prefix.substring(0, prefix.length() - 1)))) {
      throw new IllegalArgumentException("a prefix is empty or ends with a slash: " + prefix);
    }
    if (!after.isEmpty()) {
      check(after);
    }
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be >= 1: " + limit);
    }
  }

  /** Rejects a range that cannot be read. */
  static void checkRange(long offset, long length) {
    if (offset < 0) {
      throw new IllegalArgumentException("offset must be >= 0: " + offset);
    }
    if (length < -1) {
      throw new IllegalArgumentException("length must be >= -1: " + length);
    }
  }
}
