package drillbook.advice;

import drillbook.runbook.Objectives;
import drillbook.runbook.Retention;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * What is known of a target when advice is asked for.
 *
 * @param records how many
 * @param bytesPerRecord vectors, payload and index
 * @param dailyShare of the index that a day's backup stores, 0 to 1
 * @param embedding how records are made again
 * @param prices what storage costs
 * @param objectives what was promised
 * @param retention which backups are kept
 * @param recoveriesPerYear how often all is made again or restored, drills included
 * @param sourceKept whether the source is kept in a stable form
 * @param rederivable whether compliance allows that records are made again from their source
 * @param standby whether a warm standby takes over
 * @param measured the median recovery time of drills that passed
 */
public record Situation(
    long records,
    double bytesPerRecord,
    double dailyShare,
    Embedding embedding,
    Prices prices,
    Objectives objectives,
    Retention retention,
    double recoveriesPerYear,
    boolean sourceKept,
    boolean rederivable,
    boolean standby,
    Optional<Duration> measured) {
  /**
   * What a store takes for a GB (10^9 bytes) and month, in dollars.
   *
   * @param standard in the usual class
   * @param infrequent in the class for infrequent access
   */
  public record Prices(double standard, double infrequent) {
    /** Assumed in November 2026 for S3 in us-east-1; never fetched, requests left out. */
    public static final Prices S3 = new Prices(0.023, 0.0125);

    /** Rejects what is no price. */
    public Prices {
      if (!(standard >= 0) || !(infrequent >= 0)) {
        throw new IllegalArgumentException("prices are >= 0: " + standard + ", " + infrequent);
      }
    }
  }

  /** Rejects what cannot be. */
  public Situation {
    Objects.requireNonNull(embedding, "embedding == null");
    Objects.requireNonNull(prices, "prices == null");
    if (records < 0 || !(bytesPerRecord > 0) || !(dailyShare >= 0) || dailyShare > 1) {
      throw new IllegalArgumentException(
          "no situation: "
              + records
              + " records of "
              + bytesPerRecord
              + " bytes, daily share "
              + dailyShare);
    }
    if (!(recoveriesPerYear >= 0)) {
      throw new IllegalArgumentException("recoveries a year are >= 0: " + recoveriesPerYear);
    }
  }
}
