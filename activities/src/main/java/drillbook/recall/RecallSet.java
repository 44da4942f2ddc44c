package drillbook.recall;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.manifest.CanonicalJson;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The questions of a backup, an artifact of it as canonical JSON with bytes in base64.
 *
 * @param k how many neighbours each question asks for
 * @param questions by collection, tenant, vector name and id hash
 */
public record RecallSet(int k, List<Question> questions) {
  /** How many questions a part and vector have. */
  public static final int QUESTIONS = 32;

  /** How many neighbours a question asks for. */
  public static final int K = 10;

  /** How long an encoded set may be, in bytes. */
  public static final int MAX_BYTES = 64 << 20;

  private static final Comparator<Question> ORDER =
      Comparator.comparingInt(Question::collection)
          .thenComparingInt(Question::tenant)
          .thenComparing(Question::vector)
          .thenComparing(Question::idHash, Arrays::compareUnsigned);

  /** Copies and orders the questions. */
  public RecallSet {
    if (k < 1 || k > Question.MAX_HITS) {
      throw new IllegalArgumentException("k must be 1 to " + Question.MAX_HITS + ": " + k);
    }
    questions = questions.stream().sorted(ORDER).toList();
    for (Question question : questions) {
      if (question.hits().size() > k) {
        throw new IllegalArgumentException("more hits than k: " + question.hits().size());
      }
    }
  }

  /** Returns a set without questions. */
  public static RecallSet empty() {
    return new RecallSet(K, List.of());
  }

  /** Returns the questions of one part. */
  public List<Question> of(int collection, int tenant) {
    return questions.stream()
        .filter(question -> question.collection() == collection && question.tenant() == tenant)
        .toList();
  }

  /**
   * Returns a set that fits into so many bytes: the first question of each part and vector, then
   * the second of each, and so on, so that no part loses its last one before another's second.
   */
  public RecallSet within(long bytes) {
    Map<Integer, List<Question>> byRank = new TreeMap<>();
    String before = "";
    int rank = 0;
    for (Question question : questions) {
      String part = question.collection() + "/" + question.tenant() + "/" + question.vector();
      rank = part.equals(before) ? rank + 1 : 0;
      before = part;
      byRank.computeIfAbsent(rank, _ -> new ArrayList<>()).add(question);
    }
    List<Question> kept = new ArrayList<>();
    long used = 64;
    for (List<Question> sameRank : byRank.values()) {
      for (Question question : sameRank) {
        used += encodedBytes(question);
        if (used > bytes) {
          return new RecallSet(k, kept);
        }
        kept.add(question);
      }
    }
    return new RecallSet(k, kept);
  }

  /**
   * Returns the set as canonical JSON.
   *
   * @throws DrillbookException UNSUPPORTED when it is longer than {@value #MAX_BYTES} bytes; see
   *     {@link #within}
   */
  public byte[] encode() throws DrillbookException {
    byte[] json = CanonicalJson.encode(this);
    if (json.length > MAX_BYTES) {
      throw new DrillbookException(
          FailureKind.UNSUPPORTED, "write recall set: " + json.length + " bytes are too many");
    }
    return json;
  }

  /**
   * Returns the set that canonical JSON holds.
   *
   * @param key the artifact's key, for the message
   * @throws DrillbookException CORRUPT when the bytes are no recall set, too many, or not canonical
   */
  public static RecallSet decode(byte[] json, String key) throws DrillbookException {
    if (json.length > MAX_BYTES) {
      throw new DrillbookException(
          FailureKind.CORRUPT, "read " + key + ": " + json.length + " bytes are too many");
    }
    return CanonicalJson.decode(json, RecallSet.class, key);
  }

  /** An upper bound: base64 and a name for each field. */
  private static long encodedBytes(Question question) {
    long bytes = 320 + 6L * question.vector().length();
    bytes += base64(question.bits().length) + base64(question.id().length);
    for (Hit hit : question.hits()) {
      bytes += 120 + base64(hit.id().length);
    }
    return bytes;
  }

  private static long base64(int bytes) {
    return (bytes + 2L) / 3 * 4;
  }
}
