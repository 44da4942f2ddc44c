package drillbook.intake;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How far an activity is with its group of files: what it tells while it works, and where a
 * repetition goes on.
 *
 * @param position the first file that is not finished
 * @param facts what those before it hold; nothing while records are written
 * @param records how many records were read or written, those of the file at hand included
 * @param finished how many of them are of finished files
 */
public record GroupProgress(int position, FileFacts facts, long records, long finished) {
  /** Fills in what was left out. */
  public GroupProgress(int position, @Nullable FileFacts facts, long records, long finished) {
    this.position = position;
    this.facts = Objects.requireNonNullElse(facts, FileFacts.NONE);
    this.records = records;
    this.finished = finished;
  }

  /** Where a group begins. */
  public static GroupProgress start(int position) {
    return new GroupProgress(position, FileFacts.NONE, 0, 0);
  }

  /** Returns how far it is within the file at hand. */
  public GroupProgress within(long ofFile) {
    return new GroupProgress(position, facts, finished + ofFile, finished);
  }

  /** Returns how far it is once the file at hand is finished. */
  public GroupProgress next(FileFacts ofFile, long count) {
    return new GroupProgress(position + 1, facts.and(ofFile), finished + count, finished + count);
  }
}
