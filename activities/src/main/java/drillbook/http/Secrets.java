package drillbook.http;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.rest.Quote;
import drillbook.secret.SecretReference;
import java.util.ArrayList;
import java.util.List;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * The secrets of one call: looked up for it, and struck out of every word that is quoted from it.
 * Not safe for use by several threads.
 */
public final class Secrets {
  /** Shorter parts of an address are words like {@code hooks}, and no secret. */
  private static final int SHORTEST_PART = 8;

  private final List<String> values = new ArrayList<>();

  /** Knows none yet. */
  public Secrets() {}

  /**
   * Looks up a secret that travels in a header or a login.
   *
   * @param reference {@code env:NAME} or {@code file:/path}; an empty string for none
   * @return the secret; an empty string for none
   * @throws DrillbookException CONFIGURATION when it is no reference, is not there, or has
   *     characters that cannot travel
   */
  public String token(String reference) throws DrillbookException {
    SecretReference where = reference(reference);
    String value = where.resolve();
    values.add(value);
    // Libraries would refuse other characters too, but their messages would quote the secret.
    boolean fits = value.chars().allMatch(c -> c > 0x20 && c < 0x7f);
    if (where.isPresent() && (value.isEmpty() || !fits)) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          "credential " + where + " cannot be used: it is empty, or has spaces or line ends in it",
          "Store the bare secret, one line.");
    }
    return value;
  }

  /**
   * Looks up an address that is a secret.
   *
   * @throws DrillbookException CONFIGURATION when there is none, or it is none
   */
  public HttpUrl url(String reference) throws DrillbookException {
    String value = token(reference);
    HttpUrl url = HttpUrl.parse(value);
    if (url == null) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          "the address in " + reference(reference) + " is neither http:// nor https://",
          "Store the whole address that the service gave out, one line.");
    }
    values.add(url.toString());
    if (url.encodedPath().length() >= SHORTEST_PART) {
      values.add(url.encodedPath());
    }
    url.pathSegments().forEach(this::part);
    url.queryParameterNames().forEach(name -> url.queryParameterValues(name).forEach(this::part));
    return url;
  }

  /** Adds what was made of secrets, such as a login in base 64. Returns it. */
  public String derived(String value) {
    values.add(value);
    return value;
  }

  /** Returns one line of foreign words, without the secrets, cut to what a message can hold. */
  public String quoted(String words) {
    String line = words;
    for (String value : values) {
      if (!value.isEmpty()) {
        line = line.replace(value, "***");
      }
    }
    return Quote.of(line);
  }

  private static SecretReference reference(String reference) throws DrillbookException {
    try {
      return new SecretReference(reference);
    } catch (IllegalArgumentException e) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION, String.valueOf(e.getMessage()), "Mend the runbook.");
    }
  }

  private void part(@Nullable String part) {
    if (part != null && part.length() >= SHORTEST_PART) {
      values.add(part);
    }
  }

  @Override
  public String toString() {
    return values.size() + " secrets";
  }
}
