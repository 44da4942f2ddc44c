package drillbook.schedule;

import drillbook.check.Verdict;
import drillbook.journal.JournalRecord;
import drillbook.notice.Figures;
import drillbook.runbook.Objectives;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a target stands to what was promised, as its journal tells. Asks nobody.
 *
 * @param recoveryPoint the age of the newest backup that nothing speaks against
 * @param recoveryTime what the last drill needed
 */
public record Standing(Promise recoveryPoint, Promise recoveryTime) {

  /**
   * What was promised of a target, and what holds.
   *
   * @param state whether it is kept
   * @param promisedSeconds zero where nothing was promised
   * @param seconds what holds; zero where that is unknown
   * @param proof the backup or drill that says so; an empty string where there is none
   * @param reason why it is not kept, or not proven; an empty string where it is kept
   */
  public record Promise(
      State state, double promisedSeconds, double seconds, String proof, String reason) {
    /** Whether a promise is kept. */
    public enum State {
      /** Nothing was promised. */
      NONE,
      /** It is kept. */
      KEPT,
      /** It is not. */
      BROKEN,
      /** Nobody knows: never green. */
      UNPROVEN
    }

    /** Returns what holds of a promise that something was measured for. */
    static Promise measured(double promised, double seconds, String proof, String reason) {
      State state = promised <= 0 ? State.NONE : seconds <= promised ? State.KEPT : State.BROKEN;
      return new Promise(state, promised, seconds, proof, state == State.BROKEN ? reason : "");
    }

    /** Returns that a promise is broken, whatever the figure. */
    static Promise broken(double promised, double seconds, String proof, String reason) {
      return new Promise(
          promised <= 0 ? State.NONE : State.BROKEN, promised, seconds, proof, reason);
    }

    /** Returns that nothing could be measured. */
    static Promise unproven(double promised, String reason) {
      return new Promise(promised <= 0 ? State.NONE : State.UNPROVEN, promised, 0, "", reason);
    }

    /** Tells whether there is nothing to do about it. */
    boolean fine() {
      return switch (state) {
        case NONE, KEPT -> true;
        case BROKEN, UNPROVEN -> false;
      };
    }
  }

  /**
   * What the journal holds, newest first.
   *
   * @param backups sealed ones
   * @param verifications of backups
   * @param drills of backups
   */
  public record Evidence(
      List<JournalRecord> backups, List<JournalRecord> verifications, List<JournalRecord> drills) {
    /** Copies the lists. */
    public Evidence {
      backups = List.copyOf(backups);
      verifications = List.copyOf(verifications);
      drills = List.copyOf(drills);
    }
  }

  /** Returns how it stands. */
  public static Standing of(Objectives promised, Evidence evidence, Instant now) {
    return new Standing(
        recoveryPoint(seconds(promised.rpo()), evidence, now),
        recoveryTime(seconds(promised.rto()), evidence.drills()));
  }

  /** Returns that the journal could not be read. */
  public static Standing unknown(Objectives promised, String reason) {
    return new Standing(
        Promise.unproven(seconds(promised.rpo()), reason),
        Promise.unproven(seconds(promised.rto()), reason));
  }

  private static Promise recoveryPoint(double promised, Evidence evidence, Instant now) {
    Map<String, Verdict> verdicts = new HashMap<>();
    evidence.verifications().forEach(seen -> verdicts.putIfAbsent(seen.backupId(), seen.verdict()));
    for (JournalRecord drill : evidence.drills()) {
      if (failed(drill)) {
        verdicts.put(drill.backupId(), Verdict.FAILED);
      }
    }
    for (JournalRecord backup : evidence.backups()) {
      Optional<Instant> asOf = asOf(backup);
      // A backup that is known not to come back is no point to recover to.
      if (asOf.isPresent() && verdicts.get(backup.backupId()) != Verdict.FAILED) {
        double age = Math.max(0, seconds(Duration.between(asOf.get(), now)));
        return Promise.measured(
            promised,
            age,
            backup.backupId(),
            "the newest recovery point is "
                + Figures.seconds(age)
                + " old, promised were "
                + Figures.seconds(promised));
      }
    }
    return Promise.unproven(
        promised,
        evidence.backups().isEmpty()
            ? "there is no backup yet"
            : "none of the last backups is one to recover to");
  }

  private static Promise recoveryTime(double promised, List<JournalRecord> drills) {
    if (drills.isEmpty()) {
      return Promise.unproven(promised, "there was no drill yet");
    }
    JournalRecord last = drills.getFirst();
    if (failed(last)) {
      return Promise.broken(
          promised,
          last.seconds(),
          last.run(),
          "in the last drill, backup " + last.backupId() + " did not come back");
    }
    if (last.verdict() == Verdict.COULD_NOT_VERIFY) {
      return Promise.unproven(promised, "the last drill could not verify what it recovered");
    }
    return Promise.measured(
        promised,
        last.seconds(),
        last.run(),
        "the last drill took "
            + Figures.seconds(last.seconds())
            + ", promised were "
            + Figures.seconds(promised));
  }

  /** A drill that was only slow proves that its backup comes back. */
  private static boolean failed(JournalRecord drill) {
    return drill.verdict() == Verdict.FAILED && !"true".equals(drill.figures().get("regressed"));
  }

  private static Optional<Instant> asOf(JournalRecord backup) {
    try {
      return Optional.of(Instant.parse(backup.figures().getOrDefault("asOf", "")));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
