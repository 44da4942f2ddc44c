package drillbook.report;

import drillbook.restore.Phases;
import java.util.List;

/**
 * One phase of a recovery, named for people.
 *
 * @param word the phase's word
 * @param meaning what happens in it
 * @param seconds how long it took
 */
record Phase(String word, String meaning, double seconds) {
  static List<Phase> of(Phases phases) {
    return List.of(
        new Phase("provision", "planning, creating empty collections", phases.provision()),
        new Phase("transfer", "fetching the backup from the store", phases.transfer()),
        new Phase("load", "writing the records", phases.load()),
        new Phase("index", "building the search indexes", phases.index()),
        new Phase("verify", "asking the checks", phases.verify()));
  }
}
