package drillbook.engine.qdrant;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server's version, as far as it decides what it can.
 *
 * @param major the first number
 * @param minor the second
 */
record ServerVersion(int major, int minor) {
  private static final Pattern FORM = Pattern.compile("v?(\\d{1,6})\\.(\\d{1,6}).*");

  /** Reads {@code 1.18.3}; what is no version is older than all. */
  static ServerVersion of(String text) {
    Matcher form = FORM.matcher(text);
    return form.matches()
        ? new ServerVersion(Integer.parseInt(form.group(1)), Integer.parseInt(form.group(2)))
        : new ServerVersion(0, 0);
  }

  boolean isAtLeast(ServerVersion other) {
    return major > other.major || (major == other.major && minor >= other.minor);
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
