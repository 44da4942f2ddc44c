package drillbook.intake;

/**
 * A group of files of a planned import.
 *
 * @param request what was asked
 * @param plan which files there are
 * @param position the first file of the group
 * @param facts what all files hold together; nothing while they are being checked
 * @param created whether this import created the collection; false until that is known
 */
public record ImportStep(
    ImportRequest request, ImportPlan plan, int position, FileFacts facts, boolean created) {
  /** A step before it is known whether the collection was created. */
  public ImportStep(ImportRequest request, ImportPlan plan, int position, FileFacts facts) {
    this(request, plan, position, facts, false);
  }
}
