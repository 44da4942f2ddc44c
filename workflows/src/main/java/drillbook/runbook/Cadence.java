package drillbook.runbook;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How often a part of a runbook is done, with the usual time for it. */
public enum Cadence {
  /** Every hour at minute 5. */
  HOURLY("5 * * * *", Duration.ofMinutes(55), Duration.ofMinutes(30)),
  /** Every day at 02:00. */
  DAILY("0 2 * * *", Duration.ofHours(23), Duration.ofHours(6)),
  /** Every Sunday at 03:00. */
  WEEKLY("0 3 * * 0", Duration.ofDays(6), Duration.ofDays(1)),
  /** The first of every month at 04:00. */
  MONTHLY("0 4 1 * *", Duration.ofDays(20), Duration.ofDays(2)),
  /** The first of every quarter at 05:00. */
  QUARTERLY("0 5 1 1,4,7,10 *", Duration.ofDays(60), Duration.ofDays(3));

  private final String cron;
  private final Duration longest;
  private final Duration catchUp;

  Cadence(String cron, Duration longest, Duration catchUp) {
    this.cron = cron;
    this.longest = longest;
    this.catchUp = catchUp;
  }

  /** Returns the word of runbooks, {@code hourly} and so on. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the cadence of a word.
   *
   * @throws IllegalArgumentException when there is none, with those that there are
   */
  public static Cadence of(String word) {
    return Arrays.stream(values())
        .filter(cadence -> cadence.word().equals(word))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "no cadence is called '"
                    + word
                    + "': there are "
                    + Arrays.stream(values()).map(Cadence::word).toList()));
  }

  /** Returns the usual time: a cron expression of five fields, in the runbook's zone. */
  public String cron() {
    return cron;
  }

  /** Returns how long it usually is from one run to the next, at most. */
  public Duration period() {
    return switch (this) {
      case HOURLY -> Duration.ofHours(1);
      case DAILY -> Duration.ofDays(1);
      case WEEKLY -> Duration.ofDays(7);
      case MONTHLY -> Duration.ofDays(31);
      case QUARTERLY -> Duration.ofDays(92);
    };
  }

  /**
   * Returns how long a run may take: less than the period, so that a run that is stuck cannot keep
   * the later ones from starting.
   */
  public Duration longest() {
    return longest;
  }

  /** Returns how late a run may start after an outage; a later one counts as missed. */
  public Duration catchUp() {
    return catchUp;
  }

  /**
   * Returns when people hear of a run that went well where the runbook does not say: not hourly.
   */
  public Occasion.Notify notice() {
    return this == HOURLY ? Occasion.Notify.PROBLEMS : Occasion.Notify.ALWAYS;
  }

  /** Returns what this cadence does where the runbook does not say. */
  public List<Step> steps() {
    return switch (this) {
      case HOURLY -> List.of(Step.Backup.INCREMENTAL);
      case DAILY -> List.of(Step.Backup.FULL, new Step.Verify(), new Step.Prune());
      case WEEKLY -> List.of(Step.Drill.DEFAULT);
      // They need a region, which nobody can guess.
      case MONTHLY, QUARTERLY -> List.of();
    };
  }
}
