package drillbook.hold;

import java.util.List;

/**
 * What people say of a backup, after it was changed.
 *
 * @param target whose
 * @param backup its id
 * @param held whether it is held
 * @param who changed it
 * @param words why
 * @param labels its labels
 */
public record MarkReport(
    String target, String backup, boolean held, String who, String words, List<String> labels) {
  /** Copies the labels. */
  public MarkReport {
    labels = List.copyOf(labels);
  }
}
