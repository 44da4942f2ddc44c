package drillbook.intake;

import java.util.List;

/**
 * Where an import writes.
 *
 * @param collection its path in the target
 * @param created whether it was absent and has been created; false where records are merged
 * @param losses what the target cannot hold, accepted
 */
public record ImportPrepared(String collection, boolean created, List<String> losses) {
  /** Copies the list. */
  public ImportPrepared {
    losses = List.copyOf(losses);
  }
}
