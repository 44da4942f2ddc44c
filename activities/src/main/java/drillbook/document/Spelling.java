package drillbook.document;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a person may have meant by a word that nobody knows. */
public final class Spelling {
  private static final Pattern WORD = Pattern.compile("[a-z]+(-[a-z]+){0,3}");
  private static final int LONGEST_WORD = 24;

  private Spelling() {}

  /** Returns the known word that is so near that it was probably meant. */
  public static Optional<String> near(String word, Collection<String> known) {
    if (word.length() > 2 * LONGEST_WORD) {
      return Optional.empty();
    }
    String plain = plain(word);
    String nearest = "";
    int smallest = Integer.MAX_VALUE;
    for (String candidate : known) {
      int distance = distance(plain, plain(candidate));
      if (distance < smallest) {
        smallest = distance;
        nearest = candidate;
      }
    }
    return smallest <= Math.max(1, nearest.length() / 3) ? Optional.of(nearest) : Optional.empty();
  }

  /** Returns {@code (did you mean 'word'?)}, or an empty string where nothing is near. */
  public static String suggestion(String word, Collection<String> known) {
    return near(word, known).map(meant -> " (did you mean '" + meant + "'?)").orElse("");
  }

  /** Tells whether a word looks like a key, so that repeating it gives no secret away. */
  static boolean isWord(String word) {
    return word.length() <= LONGEST_WORD && WORD.matcher(word).matches();
  }

  /** Other conventions of spelling the same words are no distance. */
  private static String plain(String word) {
    return word.replaceAll("([a-z])([A-Z])", "$1-$2")
        .replaceAll("[_ ]", "-")
        .toLowerCase(Locale.ROOT);
  }

  /**
   * Returns how many letters must be put in, taken out, changed or swapped with their neighbour.
   */
  private static int distance(String one, String other) {
    int[][] distances = new int[one.length() + 1][other.length() + 1];
    for (int i = 0; i <= one.length(); i++) {
      for (int j = 0; j <= other.length(); j++) {
        if (i == 0 || j == 0) {
          distances[i][j] = i + j;
          continue;
        }
        int changed = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
        int least =
            Math.min(
                distances[i - 1][j - 1] + changed,
                Math.min(distances[i - 1][j], distances[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && one.charAt(i - 1) == other.charAt(j - 2)
            && one.charAt(i - 2) == other.charAt(j - 1)) {
          least = Math.min(least, distances[i - 2][j - 2] + 1);
        }
        distances[i][j] = least;
      }
    }
    return distances[one.length()][other.length()];
  }
}
