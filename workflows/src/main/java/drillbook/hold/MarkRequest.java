package drillbook.hold;

import drillbook.backup.BackupId;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks to hold a backup, to release it, or to label it.
 *
 * @param target whose backup
 * @param backup its id
 * @param action what is asked for; a hold when left out
 * @param who asks
 * @param words why
 * @param labels all labels that the backup has from now on; for {@link Action#LABEL}
 */
public record MarkRequest(
    String target, String backup, Action action, String who, String words, List<String> labels) {
  /** How many labels a backup can have, and how long each may be. */
  public static final int MOST_LABELS = 20;

  private static final int LONGEST_LABEL = 100;

  /** What is asked for. */
  public enum Action {
    /** No prune deletes it, nor what it rests on. */
    HOLD,
    /** The retention decides again. */
    RELEASE,
    /** It has these labels and no others. */
    LABEL
  }

  /** Fills in what was left out. */
  public MarkRequest(
      String target,
      String backup,
      @Nullable Action action,
      @Nullable String who,
      @Nullable String words,
      @Nullable List<String> labels) {
    this.target = Objects.requireNonNullElse(target, "").strip();
    this.backup = Objects.requireNonNullElse(backup, "").strip();
    this.action = Objects.requireNonNullElse(action, Action.HOLD);
    this.who = Objects.requireNonNullElse(who, "").strip();
    this.words = Objects.requireNonNullElse(words, "").strip();
    this.labels =
        Objects.requireNonNullElse(labels, List.<String>of()).stream().distinct().sorted().toList();
    if (this.target.isEmpty()) {
      throw new IllegalArgumentException("target is missing: name one that the worker knows");
    }
    if (!BackupId.isId(this.backup)) {
      throw new IllegalArgumentException("backup is no id of a backup: '" + this.backup + "'");
    }
    if (this.who.isEmpty()) {
      throw new IllegalArgumentException("who is missing: name the person who asks for it");
    }
    if (this.labels.size() > MOST_LABELS
        || this.labels.stream()
            .anyMatch(label -> label.isBlank() || label.length() > LONGEST_LABEL)) {
      throw new IllegalArgumentException(
          "at most " + MOST_LABELS + " labels of 1 to " + LONGEST_LABEL + " characters");
    }
  }
}
