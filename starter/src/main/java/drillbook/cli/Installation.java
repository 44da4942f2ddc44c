package drillbook.cli;

import drillbook.failure.DrillbookException;
import drillbook.setting.Home;
import drillbook.setting.Settings;
import drillbook.target.Targets;
import drillbook.temporal.Parts;
import drillbook.worker.Surroundings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * What the commands stand on.
 *
 * @param home where settings lie
 * @param userHome where defaults lie that are no settings
 * @param parts what touches the world
 * @param clock the time
 * @param out where results go
 * @param err where everything else goes
 */
record Installation(
    Home home, Path userHome, Parts parts, InstantSource clock, PrintWriter out, PrintWriter err) {

  /** Returns what the settings file says. */
  Settings settings() throws DrillbookException {
    return Settings.read(home, userHome);
  }

  /** Returns what activities need to know, with targets and a scratch folder of the caller's. */
  Surroundings surroundings(Targets targets, Path scratch) throws DrillbookException {
    return new Surroundings(targets, home.signingKey(), home.trustedKeys(), scratch, clock);
  }
}
