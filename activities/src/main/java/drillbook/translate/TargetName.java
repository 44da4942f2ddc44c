package drillbook.translate;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Names of collections in a grammar that is not theirs. */
final class TargetName {
  private static final int KEPT = 30;

  private TargetName() {}

  /**
   * Returns a name in a grammar: the name itself where it fits, else its letters and digits with
   * eight digits of its hash, so that two names do not become one. Always the same for a name;
   * empty where the grammar takes none of the forms tried.
   */
  static Optional<String> in(String grammar, String name) {
    if (name.matches(grammar)) {
      return Optional.of(name);
    }
    String words = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
    words = words.substring(0, Math.min(KEPT, words.length())).replaceAll("^_+|_+$", "");
    String hashed = (words.isEmpty() ? "c" : words) + "_" + hash(name);
    String started = Character.isDigit(hashed.charAt(0)) ? "c_" + hashed : hashed;
    String capital = Character.toUpperCase(started.charAt(0)) + started.substring(1);
    return List.of(started, started.replace('_', '-'), capital, capital.replace("_", "")).stream()
        .filter(candidate -> candidate.matches(grammar))
        .findFirst();
  }

  private static String hash(String name) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 4);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
