package drillbook.runbook;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which backups are kept. A backup stays while any of these keeps it; the newest verified one, and
 * whatever a kept one rests on, stay always.
 *
 * @param all every backup younger than this
 * @param hourly the newest of each of so many last hours that have one
 * @param daily likewise of days
 * @param weekly likewise of weeks, which begin on Monday
 * @param monthly likewise of months
 * @param yearly likewise of years
 * @param infrequentAfter kept artifacts older than this move to the store's class for infrequent
 *     access; zero for never
 */
public record Retention(
    Duration all,
    int hourly,
    int daily,
    int weekly,
    int monthly,
    int yearly,
    Duration infrequentAfter) {
  /** Everything for 30 days. */
  public static final Retention DEFAULT = new Retention(null, 0, 0, 0, 0, 0);

  /** Fills in what was left out. */
  public Retention(
      @Nullable Duration all,
      int hourly,
      int daily,
      int weekly,
      int monthly,
      int yearly,
      @Nullable Duration infrequentAfter) {
    this.all = Objects.requireNonNullElse(all, Duration.ofDays(30));
    this.hourly = hourly;
    this.daily = daily;
    this.weekly = weekly;
    this.monthly = monthly;
    this.yearly = yearly;
    this.infrequentAfter = Objects.requireNonNullElse(infrequentAfter, Duration.ZERO);
    if (this.all.isNegative()
        || this.infrequentAfter.isNegative()
        || hourly < 0
        || daily < 0
        || weekly < 0
        || monthly < 0
        || yearly < 0) {
      throw new IllegalArgumentException("what is kept must be >= 0: " + this);
    }
  }

  /** Creates a retention that moves nothing to another storage class. */
  public Retention(
      @Nullable Duration all, int hourly, int daily, int weekly, int monthly, int yearly) {
    this(all, hourly, daily, weekly, monthly, yearly, null);
  }
}
