package drillbook.demo;

import drillbook.check.Check;
import drillbook.restore.Phases;
import java.util.List;

/**
 * What a demo proved, in figures; what {@code --json} prints.
 *
 * @param verified whether every byte of the incremental backup was read and found as sealed
 * @param backup the full backup
 * @param incremental the one after the changes
 * @param drill the restore into scratch collections
 * @param crossEngine the restore into the other engine
 * @param search the questions before and after
 * @param planted the fault that had to be found
 * @param seconds the whole demo
 * @param problems what is not as it must be, one sentence each; empty where all is well
 */
record DemoOutcome(
    boolean verified,
    Full backup,
    Incremental incremental,
    Drill drill,
    CrossEngine crossEngine,
    Search search,
    Planted planted,
    double seconds,
    List<String> problems) {
  DemoOutcome {
    problems = List.copyOf(problems);
  }

  /**
   * The full backup.
   *
   * @param bytes what it added to the store
   */
  record Full(long collections, long records, long bytes, double seconds, String digest) {}

  /**
   * The incremental backup.
   *
   * @param records how many records it restores, folded over the full one
   * @param changed how many records it stored
   * @param deleted how many records of the full one are gone
   * @param bytes what it added to the store
   * @param changeBytes the content of the records that changed, uncompressed
   */
  record Incremental(
      long records,
      long changed,
      long deleted,
      long bytes,
      long changeBytes,
      double seconds,
      String digest) {}

  /**
   * The drill.
   *
   * @param recoverySeconds from "restore asked" to "all checks passed"
   * @param phases where they went
   * @param checks what was asked, with answers
   */
  record Drill(
      boolean passed, long records, double recoverySeconds, Phases phases, List<Check> checks) {
    Drill {
      checks = List.copyOf(checks);
    }
  }

  /**
   * The restore into another engine.
   *
   * @param passed whether every check passed
   * @param digestEqual whether the records that the other engine hands out add up to the digests in
   *     the signed manifest
   * @param losses what the other engine cannot hold; settings of indexes only
   */
  record CrossEngine(
      String from,
      String to,
      boolean passed,
      boolean digestEqual,
      long records,
      double recoverySeconds,
      List<String> losses) {
    CrossEngine {
      losses = List.copyOf(losses);
    }
  }

  /**
   * The questions.
   *
   * @param queries how many were asked
   * @param exactSame whether exact search gave the same ids in the same order for each of them
   * @param recallAt10 how many of the true ten nearest the restored index finds, 0 to 1
   * @param sourceRecallAt10 the same of the source's index
   */
  record Search(int queries, boolean exactSame, double recallAt10, double sourceRecallAt10) {}

  /**
   * The planted fault.
   *
   * @param found whether the verification failed and its finding names the artifact
   * @param code the finding's code; empty where there is none
   * @param artifact whose byte was flipped
   */
  record Planted(boolean found, String code, String artifact) {}
}
