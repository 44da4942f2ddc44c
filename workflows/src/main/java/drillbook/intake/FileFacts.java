package drillbook.intake;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one file, or several together, hold, each record having been read.
 *
 * @param records how many
 * @param dense how many of them have a dense vector
 * @param sparse how many have a sparse one
 * @param least the smallest dimension of the dense vectors; 0 where there are none
 * @param most the largest
 * @param leastFile where the smallest is
 * @param mostFile where the largest is
 * @param ids what ids are, and the file and row of the first such; only of files that do not say
 *     what theirs are
 * @param dimensions of the dense vectors by name, 0 where a vector has several; only of those that
 *     some record has
 */
public record FileFacts(
    long records,
    long dense,
    long sparse,
    int least,
    int most,
    String leastFile,
    String mostFile,
    Map<String, String> ids,
    Map<String, Integer> dimensions) {
  /** Nothing at all. */
  public static final FileFacts NONE = new FileFacts(0, 0, 0, 0, 0, "", "");

  /** Copies the maps; facts of older imports have none. */
  public FileFacts(
      long records,
      long dense,
      long sparse,
      int least,
      int most,
      String leastFile,
      String mostFile,
      @Nullable Map<String, String> ids,
      @Nullable Map<String, Integer> dimensions) {
    this.records = records;
    this.dense = dense;
    this.sparse = sparse;
    this.least = least;
    this.most = most;
    this.leastFile = leastFile;
    this.mostFile = mostFile;
    this.ids = ids == null ? Map.of() : Map.copyOf(ids);
    this.dimensions = dimensions == null ? Map.of() : Map.copyOf(dimensions);
  }

  /** Facts of files that say what their ids are. */
  public FileFacts(
      long records,
      long dense,
      long sparse,
      int least,
      int most,
      String leastFile,
      String mostFile) {
    this(records, dense, sparse, least, most, leastFile, mostFile, Map.of(), Map.of());
  }

  /** Returns what both hold together. */
  public FileFacts and(FileFacts other) {
    boolean lower = dense == 0 || (other.dense > 0 && other.least < least);
    boolean higher = dense == 0 || (other.dense > 0 && other.most > most);
    Map<String, String> all = new TreeMap<>(other.ids);
    all.putAll(ids);
    return new FileFacts(
        records + other.records,
        dense + other.dense,
        sparse + other.sparse,
        lower ? other.least : least,
        higher ? other.most : most,
        lower ? other.leastFile : leastFile,
        higher ? other.mostFile : mostFile,
        all,
        dimensions(other));
  }

  private Map<String, Integer> dimensions(FileFacts other) {
    Map<String, Integer> both = new TreeMap<>(dimensions);
    other.dimensions.forEach((name, dimension) ->
        both.merge(name, dimension, (one, another) -> one.equals(another) ? one : 0));
    return both;
  }
}
