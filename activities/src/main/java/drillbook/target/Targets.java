package drillbook.target;

import drillbook.failure.DrillbookException;
import java.util.List;

/**
 * The targets that a worker knows. Read afresh at each call, so that a new one needs no restart.
 */
public interface Targets {
  /**
   * Returns a target.
   *
   * @throws DrillbookException CONFIGURATION with the known names when there is none of this name,
   *     or when its file cannot be understood
   */
  Target named(String name) throws DrillbookException;

  /** Returns the names of all targets, sorted. */
  List<String> names() throws DrillbookException;
}
