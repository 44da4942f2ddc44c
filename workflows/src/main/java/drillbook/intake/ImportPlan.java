package drillbook.intake;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an import will read. The files stand in the order of their names; whoever reads one later
 * compares the digest, so that a folder that was changed meanwhile is found.
 *
 * @param files how many hold records
 * @param digest of their names and lengths
 * @param idType what ids are in the live collection, where the files do not say what theirs are;
 *     else an empty string
 */
public record ImportPlan(int files, String digest, String idType) {
  /** Fills in what plans of older imports do not say. */
  public ImportPlan(int files, String digest, @Nullable String idType) {
    this.files = files;
    this.digest = digest;
    this.idType = Objects.requireNonNullElse(idType, "");
  }

  /** A plan of files that are not merged into a live collection, or say what their ids are. */
  public ImportPlan(int files, String digest) {
    this(files, digest, "");
  }
}
