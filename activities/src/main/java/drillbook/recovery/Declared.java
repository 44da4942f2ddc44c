package drillbook.recovery;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a plan declares of collections, each sentence once with those that share it: thousands of
 * tenants or classes are often alike, and a plan is read by a person. One thread.
 */
final class Declared {
  /** A plan passes through Temporal, whose messages are small. */
  private static final int MOST_SENTENCES = 500;

  private static final int MOST_NAMES = 3;

  private final Map<String, List<String>> collections = new LinkedHashMap<>();

  /**
   * Adds a sentence.
   *
   * @param sentence about a part of the collection, which is its subject
   */
  void add(String collection, String sentence) {
    collections.computeIfAbsent(sentence, ignored -> new ArrayList<>()).add(collection);
  }

  boolean isEmpty() {
    return collections.isEmpty();
  }

  /** Returns the sentences in the order in which they came, with what they are about. */
  List<String> sentences() {
    List<String> sentences = new ArrayList<>();
    collections.forEach((sentence, of) -> {
      if (sentences.size() < MOST_SENTENCES) {
        sentences.add(names(of) + " " + sentence);
      }
    });
    int more = collections.size() - sentences.size();
    if (more > 0) {
      sentences.add("and " + more + " more");
    }
    return sentences;
  }

  private static String names(List<String> collections) {
    int more = collections.size() - MOST_NAMES;
    String named =
        String.join(", ", collections.subList(0, Math.min(MOST_NAMES, collections.size())));
    return more > 0 ? named + " and " + more + " more" : named;
  }
}
