package drillbook.backup;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A backup's name: {@code 20261121t020000z_full_1a2b3c}. Lower case, digits and underscores only,
 * since engines allow no more; sorts by time.
 *
 * @param text the whole id
 */
public record BackupId(String text) {
  private static final Pattern GRAMMAR =
      Pattern.compile("[0-9]{8}t[0-9]{6}z_(full|inc|native)_[0-9a-z]{6}(_a[0-9]+)?");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd't'HHmmss'z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** Rejects what is no backup id. */
  public BackupId {
    if (!GRAMMAR.matcher(text).matches()) {
      throw new IllegalArgumentException("no backup id: '" + text + "'");
    }
  }

  /** Tells whether words are a backup id. */
  public static boolean isId(String words) {
    return GRAMMAR.matcher(words).matches();
  }

  /**
   * Returns the id of a run's backup.
   *
   * @param runId the workflow's run id, of which six characters are kept
   */
  public static BackupId of(Instant startedAt, BackupKind kind, String runId) {
    return new BackupId(TIME.format(startedAt) + "_" + kind.word() + "_" + runMark(runId));
  }

  /** Returns the six characters of a run id that names carry. */
  public static String runMark(String runId) {
    String letters = runId.toLowerCase(Locale.ROOT).replaceAll("[^0-9a-z]", "") + "000000";
    return letters.substring(0, 6);
  }

  /** Returns a time as names carry it: {@code 20261121t020000z}. */
  public static String timeMark(Instant time) {
    return TIME.format(time);
  }

  /** Returns when the backup was started. */
  public Instant startedAt() {
    return TIME.parse(text.substring(0, 16), Instant::from);
  }
}
