package drillbook.intake;

import io.temporal.activity.ActivityInterface;

/** The steps of an import that touch files and engine. Each can be repeated without harm. */
@ActivityInterface(namePrefix = "Import")
public interface ImportActivities {
  /** Looks which files there are, and whether the target answers. */
  ImportPlan plan(ImportRequest request);

  /** Reads a group of files, each from its first record to its last, and writes nothing. */
  FileFacts check(ImportStep step);

  /** Creates the collection where it is absent; refuses one that cannot hold the records. */
  ImportPrepared prepare(ImportStep step);

  /** Writes the records of a group of files, by upserts; returns how many. */
  long load(ImportStep step);

  /**
   * Builds the indexes that are missing of a collection that was created by this import, or by one
   * that failed; those that a collection has stay as they are.
   */
  void index(ImportStep step);
}
