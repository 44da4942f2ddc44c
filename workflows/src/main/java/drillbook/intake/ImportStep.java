package drillbook.intake;

/**
 * One file of a planned import.
 *
 * @param request what was asked
 * @param plan which files there are
 * @param position which file
 * @param facts what all files hold together; nothing while they are being checked
 */
public record ImportStep(ImportRequest request, ImportPlan plan, int position, FileFacts facts) {}
