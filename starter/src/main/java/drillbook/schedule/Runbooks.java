package drillbook.schedule;

import drillbook.failure.DrillbookException;
import drillbook.runbook.Runbook;
import java.util.List;

/** Where runbooks come from. */
@FunctionalInterface
public interface Runbooks {
  /**
   * Returns all of them.
   *
   * @throws DrillbookException CONFIGURATION when one cannot be read; a folder of which a part is
   *     readable is not applied in part
   */
  List<Runbook> all() throws DrillbookException;
}
