package drillbook.notice;

import drillbook.check.Finding;
import java.util.List;

/**
 * A message to people about a run.
 *
 * @param level how remarkable
 * @param title one line: what, of which target, how it went
 * @param facts the figures, in the order in which people read them
 * @param findings what is wrong, with what to do
 * @param workflowId the run in the Temporal UI
 * @param runId its run
 */
public record Notice(
    Level level,
    String title,
    List<Fact> facts,
    List<Finding> findings,
    String workflowId,
    String runId) {
  /** How remarkable a run was. */
  public enum Level {
    /** As expected. */
    FINE,
    /** Worth a look. */
    WARNING,
    /** Something is wrong. */
    PROBLEM
  }

  /**
   * A figure with its name.
   *
   * @param name a word or two
   * @param value as people read it, with its unit
   */
  public record Fact(String name, String value) {}

  /** Copies the lists. */
  public Notice {
    facts = List.copyOf(facts);
    findings = List.copyOf(findings);
    if (title.isBlank()) {
      throw new IllegalArgumentException("a notice needs a title");
    }
  }
}
