package drillbook.rest;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.secret.SecretReference;

/** Secrets that are sent as a header. */
public final class BareSecret {
  private BareSecret() {}

  /**
   * Looks a secret up for one request.
   *
   * @param what what it is to be, for the message, with its article: {@code a Chroma token}
   * @throws DrillbookException CONFIGURATION when it is no bare word; never quotes it, which
   *     OkHttp's own message would
   */
  public static String of(SecretReference credential, String what) throws DrillbookException {
    String secret = credential.resolve();
    if (secret.isEmpty() || !secret.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          "credential " + credential + " cannot be " + what + ": it is empty or has spaces",
          "Store the bare word, one line.");
    }
    return secret;
  }
}
