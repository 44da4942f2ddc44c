package drillbook.document;

import drillbook.secret.SecretReference;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How values are written in the documents of this product. */
public final class Forms {
  /** Zero or more. */
  public static final Form<Duration> TIME =
      Form.text("a time such as 30m, 6h, 7d or PT30M", Forms::time);

  /** More than zero. */
  public static final Form<Duration> SOME_TIME =
      Form.text(
          "a time above zero, such as 30m, 6h, 7d or PT30M",
          text -> {
            Duration time = time(text);
            if (!time.isPositive()) {
              throw new IllegalArgumentException("is zero");
            }
            return time;
          });

  /** A fraction above zero. */
  public static final Form<Double> PERCENTAGE =
      Form.text("a percentage above zero, such as 20%", Forms::fraction);

  /** A size in bytes. */
  public static final Form<Long> SIZE =
      Form.text("a size such as 512KiB, 1MiB or 2GiB", Forms::bytes);

  /** How many. */
  public static final Form<Integer> COUNT =
      new Form<>(true, "a whole number from 0 to 9999", Forms::count);

  /** Where a secret is. */
  public static final Form<String> REFERENCE =
      Form.text("env:NAME or file:/path, never the secret itself", Forms::reference);

  /** A zone by its name, as Temporal knows it too: no offsets. */
  public static final Form<String> ZONE =
      Form.text("UTC or a name such as Europe/Zurich", Forms::zone);

  private static final Duration LONGEST = Duration.ofDays(36_500);
  private static final int LONGEST_TEXT = 2000;

  /** Weeks, days, hours, minutes, seconds: each once at most, in this order. */
  private static final Pattern TIMES =
      Pattern.compile(
          "(?:([0-9]{1,9})w)?(?:([0-9]{1,9})d)?(?:([0-9]{1,9})h)?(?:([0-9]{1,9})m)?(?:([0-9]{1,9})s)?");

  private static final List<Duration> UNITS =
      List.of(
          Duration.ofDays(7),
          Duration.ofDays(1),
          Duration.ofHours(1),
          Duration.ofMinutes(1),
          Duration.ofSeconds(1));

  private static final Pattern PERCENT = Pattern.compile("([0-9]{1,6}(\\.[0-9]{1,6})?) ?%");
  private static final Pattern BYTES = Pattern.compile("([0-9]{1,9}) ?(B|KiB|MiB|GiB|TiB)");
  private static final Pattern DIGITS = Pattern.compile("0|[1-9][0-9]{0,3}");
  private static final Pattern ENV = Pattern.compile("env:[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern FILE = Pattern.compile("file:/.*[^/]");

  /** What tokens begin with, and addresses that are secrets. */
  private static final Pattern SECRET =
      Pattern.compile(
          "\\b(xox[a-z]|xapp)-|\\bgh[a-z]_|\\bgithub_pat_|\\bATATT3|hooks\\.slack\\.com/"
              + "|-----BEGIN|://[^/@\\s]*:[^/@\\s]*@");

  private Forms() {}

  /** Returns the form of any text that holds no secret. */
  public static Form<String> text(String expected) {
    return Form.text(expected, Forms::harmless);
  }

  /** Returns the form of a text that a pattern matches whole. */
  public static Form<String> matching(String pattern, String wrong, String expected) {
    Pattern compiled = Pattern.compile(pattern);
    return Form.text(
        expected,
        text -> {
          if (!compiled.matcher(harmless(text)).matches()) {
            throw new IllegalArgumentException(wrong);
          }
          return text;
        });
  }

  /** Returns the form of one word of several. */
  public static <T> Form<T> words(Map<String, T> values) {
    Set<String> known = new TreeSet<>(values.keySet());
    return Form.text(
        "one of " + known,
        text -> {
          T value = values.get(text);
          if (value == null) {
            throw new IllegalArgumentException(
                "is none of the known words" + Spelling.suggestion(text, known));
          }
          return value;
        });
  }

  /** Returns the form of an address of one of these schemes that holds no user or password. */
  public static Form<String> address(List<String> schemes, boolean port, String expected) {
    return Form.text(
        expected,
        text -> {
          URI uri = uri(text);
          String scheme = uri.getScheme();
          if (scheme == null || !schemes.contains(scheme) || uri.getHost() == null) {
            throw new IllegalArgumentException("is no such address");
          }
          if (uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException("holds a user or password");
          }
          if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException("holds more than an address");
          }
          boolean bare = uri.getRawPath() == null || uri.getRawPath().isEmpty();
          if (port && (uri.getPort() < 1 || uri.getPort() > 65_535 || !bare)) {
            throw new IllegalArgumentException("needs a port, and nothing behind it");
          }
          return text;
        });
  }

  private static URI uri(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      // Not as a cause: it quotes the text, which may hold a password.
      throw new IllegalArgumentException("is no address: " + e.getReason());
    }
  }

  private static String harmless(String text) {
    if (SECRET.matcher(text).find()) {
      throw new IllegalArgumentException("looks like a secret, which must not stand here");
    }
    if (text.length() > LONGEST_TEXT) {
      throw new IllegalArgumentException("is longer than " + LONGEST_TEXT + " characters");
    }
    return text;
  }

  private static Duration time(String text) {
    Matcher parts = TIMES.matcher(text);
    Duration time = parts.matches() && !text.isEmpty() ? sum(parts) : iso(text);
    if (time.isNegative()) {
      throw new IllegalArgumentException("is below zero");
    }
    if (time.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("is more than a hundred years");
    }
    return time;
  }

  private static Duration sum(Matcher parts) {
    Duration sum = Duration.ZERO;
    for (int i = 0; i < UNITS.size(); i++) {
      String count = parts.group(i + 1);
      if (count != null) {
        sum = sum.plus(UNITS.get(i).multipliedBy(Long.parseLong(count)));
      }
    }
    return sum;
  }

  private static Duration iso(String text) {
    try {
      return Duration.parse(text);
    } catch (DateTimeException | ArithmeticException e) {
      // Not as a cause: it quotes the text.
      throw new IllegalArgumentException("is no time");
    }
  }

  private static double fraction(String text) {
    Matcher percent = PERCENT.matcher(text);
    if (!percent.matches()) {
      throw new IllegalArgumentException("is no percentage");
    }
    double fraction = Double.parseDouble(percent.group(1)) / 100;
    if (!(fraction > 0)) {
      throw new IllegalArgumentException("is zero");
    }
    return fraction;
  }

  private static long bytes(String text) {
    Matcher size = BYTES.matcher(text);
    if (!size.matches()) {
      throw new IllegalArgumentException("is no size");
    }
    int power = List.of("B", "KiB", "MiB", "GiB", "TiB").indexOf(size.group(2));
    try {
      return Math.multiplyExact(Long.parseLong(size.group(1)), 1L << (10 * power));
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("is too large", e);
    }
  }

  private static int count(String text) {
    if (!DIGITS.matcher(text).matches()) {
      throw new IllegalArgumentException("is no such number");
    }
    return Integer.parseInt(text);
  }

  private static String reference(String text) {
    if (!ENV.matcher(text).matches() && !FILE.matcher(text).matches()) {
      throw new IllegalArgumentException("is no reference to a secret");
    }
    return new SecretReference(text).reference();
  }

  private static String zone(String text) {
    Set<String> known = ZoneId.getAvailableZoneIds();
    if (!known.contains(text) || text.startsWith("SystemV/")) {
      throw new IllegalArgumentException("is no known zone" + Spelling.suggestion(text, known));
    }
    return text;
  }
}
