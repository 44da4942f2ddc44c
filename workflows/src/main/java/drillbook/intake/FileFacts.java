package drillbook.intake;

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
 */
public record FileFacts(
    long records, long dense, long sparse, int least, int most, String leastFile, String mostFile) {
  /** Nothing at all. */
  public static final FileFacts NONE = new FileFacts(0, 0, 0, 0, 0, "", "");

  /** Returns what both hold together. */
  public FileFacts and(FileFacts other) {
    boolean lower = dense == 0 || (other.dense > 0 && other.least < least);
    boolean higher = dense == 0 || (other.dense > 0 && other.most > most);
    return new FileFacts(
        records + other.records,
        dense + other.dense,
        sparse + other.sparse,
        lower ? other.least : least,
        higher ? other.most : most,
        lower ? other.leastFile : leastFile,
        higher ? other.mostFile : mostFile);
  }
}
