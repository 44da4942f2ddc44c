package drillbook.check;

import java.util.List;

/** What a list of checks adds up to. Only {@link #PASSED} is green. */
public enum Verdict {
  /** Every check that the engine can answer was asked and passed. */
  PASSED,
  /** At least one check failed. */
  FAILED,
  /** Nothing failed, but a question could not be asked, or none was asked at all. */
  COULD_NOT_VERIFY;

  /**
   * Adds up checks: a failed one makes {@link #FAILED}; an empty list, a list without a passed
   * check, or one check that could not run makes {@link #COULD_NOT_VERIFY}; checks that do not
   * apply, since the engine declares that it lacks the thing, leave {@link #PASSED} possible.
   */
  public static Verdict of(List<Check> checks) {
    boolean failed = false;
    boolean passed = false;
    boolean unanswered = false;
    for (Check check : checks) {
      switch (check.result()) {
        case PASSED -> passed = true;
        case FAILED -> failed = true;
        case COULD_NOT_RUN -> unanswered = true;
        case NOT_APPLICABLE -> {}
      }
    }
    if (failed) {
      return FAILED;
    }
    return passed && !unanswered ? PASSED : COULD_NOT_VERIFY;
  }

  /** Returns the words for people: all but green is loud. */
  public String words() {
    return switch (this) {
      case PASSED -> "passed";
      case FAILED -> "FAILED";
      case COULD_NOT_VERIFY -> "COULD NOT VERIFY";
    };
  }
}
