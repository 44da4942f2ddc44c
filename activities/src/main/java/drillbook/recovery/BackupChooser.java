package drillbook.recovery;

import drillbook.archive.Archive;
import drillbook.backup.BackupId;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.manifest.Manifest;
import drillbook.restore.BackupChoice;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Finds the backup that a person means. Reads the store when asked; safe for several threads. */
public final class BackupChooser {
  private static final Random RANDOM = new SecureRandom();

  private final Archive archive;
  private final Set<String> verified;

  private BackupChooser(Archive archive, Set<String> verified) {
    this.archive = archive;
    this.verified = Set.copyOf(verified);
  }

  /** For whom the latest is the newest: a verification or a drill, which prove it. */
  public static BackupChooser newest(Archive archive) {
    return new BackupChooser(archive, Set.of());
  }

  /**
   * For whom the latest is the newest that was proven: a restore.
   *
   * @param verified the ids of backups whose last verification or drill passed
   */
  public static BackupChooser proven(Archive archive, Set<String> verified) {
    return new BackupChooser(archive, verified);
  }

  /**
   * A backup and why it was chosen.
   *
   * @param manifest of the backup
   * @param reason one sentence for the plan
   */
  public record Chosen(Manifest manifest, String reason) {}

  /**
   * Chooses.
   *
   * @param words {@code latest}, an id, or a time
   * @throws DrillbookException NOT_FOUND when nothing is meant, CONFIGURATION when the words are
   *     none of these, CORRUPT when the one that is named is not authentic
   */
  public Chosen choose(String words) throws DrillbookException, InterruptedException {
    BackupChoice choice;
    try {
      choice = BackupChoice.parse(words);
    } catch (IllegalArgumentException e) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          e.getMessage() == null ? "no backup is meant by '" + words + "'" : e.getMessage(),
          "See: drillbook backups " + archive.target(),
          e);
    }
    return switch (choice) {
      case BackupChoice.Latest() -> latest();
      case BackupChoice.ById(var id) ->
          new Chosen(archive.manifest(id.text()), "asked for by its id");
      case BackupChoice.AnyWithin(var window) -> anyWithin(window);
      case BackupChoice.AtOrBefore(var time) ->
          new Chosen(
              archive.newest(
                  manifest -> !manifest.asOf().isAfter(time),
                  "of a recovery point at or before " + time),
              "the newest with a recovery point at or before " + time);
    };
  }

  /** An unauthentic one is chosen like any other: that it does not come back is what is asked. */
  private Chosen anyWithin(Duration window) throws DrillbookException, InterruptedException {
    Instant oldest = archive.newest(manifest -> true, "sealed").asOf().minus(window);
    List<String> within =
        archive.ids().stream()
            .filter(id -> !new BackupId(id).startedAt().isBefore(oldest))
            .toList();
    String chosen = within.get(RANDOM.nextInt(within.size()));
    return new Chosen(
        archive.manifest(chosen), "any one of " + within.size() + " of the last " + window);
  }

  private Chosen latest() throws DrillbookException, InterruptedException {
    Manifest newest = archive.newest(manifest -> true, "sealed");
    if (verified.contains(newest.backupId())) {
      return new Chosen(newest, "the newest, verified");
    }
    if (verified.isEmpty()) {
      return new Chosen(newest, "the newest");
    }
    try {
      Manifest proven =
          archive.newest(manifest -> verified.contains(manifest.backupId()), "verified");
      return new Chosen(
          proven, "the newest verified; " + newest.backupId() + " is newer and not verified yet");
    } catch (DrillbookException e) {
      if (e.kind() != FailureKind.NOT_FOUND) {
        throw e;
      }
      return new Chosen(newest, "the newest; verified ones are gone from the store");
    }
  }
}
