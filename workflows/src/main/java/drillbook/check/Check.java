package drillbook.check;

import java.util.List;
import java.util.Objects;

/**
 * One question to a restored engine or to a backup, with its answer. Travels through Temporal
 * histories, so it stays small: at most a handful of findings, each with a few example ids.
 *
 * @param name what was asked, a fixed word such as {@code record-digest}
 * @param subject what it was asked of: a collection, a tenant of it, an artifact key
 * @param result the answer
 * @param detail one sentence with the figures that were compared
 * @param findings what is wrong; empty unless the result is {@link Result#FAILED}
 */
public record Check(
    String name, String subject, Result result, String detail, List<Finding> findings) {

  /** The answer to a check; only {@link #PASSED} is green. */
  public enum Result {
    /** Asked, and as expected. */
    PASSED,
    /** Asked, and not as expected. */
    FAILED,
    /** Not asked, since the engine declares that it lacks the thing. */
    NOT_APPLICABLE,
    /** Not asked, since it could not run; never green. */
    COULD_NOT_RUN
  }

  /** Validates that a failed check says what is wrong and that no other does. */
  public Check {
    Objects.requireNonNull(name, "name == null");
    Objects.requireNonNull(subject, "subject == null");
    Objects.requireNonNull(result, "result == null");
    Objects.requireNonNull(detail, "detail == null");
    findings = List.copyOf(findings);
    if ((result == Result.FAILED) == findings.isEmpty()) {
      throw new IllegalArgumentException(
          "a failed check has findings and no other has: " + name + " " + result + " " + findings);
    }
  }

  /** Returns a check that was asked and is as expected. */
  public static Check passed(String name, String subject, String detail) {
    return new Check(name, subject, Result.PASSED, detail, List.of());
  }

  /** Returns a check that was asked and is not as expected. */
  public static Check failed(String name, String subject, String detail, Finding... findings) {
    return new Check(name, subject, Result.FAILED, detail, List.of(findings));
  }

  /** Returns a check that the engine declares not to have. */
  public static Check notApplicable(String name, String subject, String reason) {
    return new Check(name, subject, Result.NOT_APPLICABLE, reason, List.of());
  }

  /** Returns a check that could not be asked. */
  public static Check couldNotRun(String name, String subject, String reason) {
    return new Check(name, subject, Result.COULD_NOT_RUN, reason, List.of());
  }
}
