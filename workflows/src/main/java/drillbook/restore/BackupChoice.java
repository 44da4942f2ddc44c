package drillbook.restore;

import drillbook.backup.BackupId;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * Which backup a person means: the latest, one by id, the newest at or before a time, or any one of
 * a window.
 */
public sealed interface BackupChoice {
  /** The word for the newest backup. */
  String LATEST = "latest";

  /** Begins the words for any backup of a window. */
  String RANDOM = "random:";

  /** The newest verified backup; the newest sealed one where none was verified yet. */
  record Latest() implements BackupChoice {}

  /**
   * One backup.
   *
   * @param id its name
   */
  record ById(BackupId id) implements BackupChoice {}

  /**
   * The newest whose recovery point is at or before a time.
   *
   * @param time the latest recovery point wanted
   */
  record AtOrBefore(Instant time) implements BackupChoice {}

  /**
   * Any one of a window.
   *
   * @param window how old its recovery point may be
   */
  record AnyWithin(Duration window) implements BackupChoice {}

  /** Returns the words for any backup whose recovery point is at most so old. */
  static String random(Duration window) {
    return RANDOM + window;
  }

  /**
   * Reads a person's words: {@code latest}, {@code random:P7D} for any of the last seven days, an
   * id, {@code 2026-11-21T02:00:00Z}, {@code 2026-11-21T02:00} (UTC) or {@code 2026-11-21} (its
   * end, UTC).
   *
   * @throws IllegalArgumentException when they are none of these
   */
  static BackupChoice parse(String words) {
    if (words.equals(LATEST)) {
      return new Latest();
    }
    if (BackupId.isId(words)) {
      return new ById(new BackupId(words));
    }
    try {
      if (words.startsWith(RANDOM)) {
        return new AnyWithin(Duration.parse(words.substring(RANDOM.length())));
      }
      if (words.length() == 10) {
        return new AtOrBefore(
            LocalDate.parse(words)
                .plusDays(1)
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant()
                .minusNanos(1));
      }
      if (words.matches(".*(Z|[+-][0-9]{2}:[0-9]{2})")) {
        return new AtOrBefore(OffsetDateTime.parse(words).toInstant());
      }
      return new AtOrBefore(LocalDateTime.parse(words).toInstant(ZoneOffset.UTC));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "no backup is meant by '"
              + words
              + "': expected 'latest', a backup id, a time such as 2026-11-21T02:00:00Z, random:P7D",
          e);
    }
  }
}
