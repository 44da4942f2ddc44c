package drillbook.intake;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What an import will read. The files stand in the order of their names; whoever reads one later
 * compares the digest, so that a folder that was changed meanwhile is found.
 *
 * @param files how many hold records
 * @param digest of their names and lengths
 * @param idType what ids are in the live collection, where the files do not say what theirs are;
 *     else an empty string
 * @param starts the position of the first file of each group: a group is checked and written by one
 *     activity each, since a workflow has a limited number of events
 */
public record ImportPlan(int files, String digest, String idType, List<Integer> starts) {
  /** How many groups are made at most by their count of files, and again by their bytes. */
  static final int GROUPS = 100;

  /** Fills in what plans of older imports do not say: each file was a group of its own. */
  public ImportPlan(
      int files, String digest, @Nullable String idType, @Nullable List<Integer> starts) {
    this.files = files;
    this.digest = digest;
    this.idType = Objects.requireNonNullElse(idType, "");
    this.starts = starts == null ? IntStream.range(0, files).boxed().toList() : List.copyOf(starts);
  }

  /** A plan of files that are not merged into a live collection, or say what their ids are. */
  public ImportPlan(int files, String digest) {
    this(files, digest, "", null);
  }

  /**
   * Returns a plan with groups of about the same size: at most {@value #GROUPS} by count and as
   * many by bytes, so that up to that many files are a group each.
   *
   * @param lengths of the files, in bytes
   */
  public static ImportPlan of(String digest, String idType, List<Long> lengths) {
    int most = Math.ceilDiv(lengths.size(), GROUPS);
    long mostBytes =
        Math.max(1, Math.ceilDiv(lengths.stream().mapToLong(Long::longValue).sum(), (long) GROUPS));
    List<Integer> starts = new ArrayList<>();
    int count = most;
    long bytes = 0;
    for (int i = 0; i < lengths.size(); i++) {
      if (count >= most || bytes >= mostBytes) {
        starts.add(i);
        count = 0;
        bytes = 0;
      }
      count++;
      bytes += lengths.get(i);
    }
    return new ImportPlan(lengths.size(), digest, idType, starts);
  }

  /** Returns the position behind the last file of the group that begins at a position. */
  public int end(int position) {
    int group = Collections.binarySearch(starts, position);
    if (group < 0) {
      throw new IllegalArgumentException("no group begins at file " + position);
    }
    return group + 1 < starts.size() ? starts.get(group + 1) : files;
  }
}
