package drillbook.advice;

import java.time.Duration;

/**
 * How fast and for how much records are embedded again from their source.
 *
 * @param recordsPerSecond of one GPU, or of the service
 * @param gpus how many work at once; time is divided by them, money is not
 * @param dollarsPerGpuHour what a GPU costs; 0 where tokens are paid for
 * @param dollarsPerThousandTokens what a service takes; 0 where GPUs are paid for
 * @param tokensPerRecord how long records are
 */
public record Embedding(
    double recordsPerSecond,
    int gpus,
    double dollarsPerGpuHour,
    double dollarsPerThousandTokens,
    double tokensPerRecord) {
  /**
   * One A10G with bge-large-en-v1.5: 12 million records in 4.5 hours for 14 dollars, so 741 records
   * a second and 3.11 dollars an hour. Source: the worked example of docs/advise.md.
   */
  public static final Embedding A10G = new Embedding(12_000_000 / (4.5 * 3600), 1, 14 / 4.5, 0, 0);

  private static final double LOADED_PER_SECOND = 12_000_000 / (0.5 * 3600);

  /** Rejects what is no speed or no price. */
  public Embedding {
    if (!(recordsPerSecond > 0) || gpus < 1) {
      throw new IllegalArgumentException(
          "an embedding speed is above 0, of at least one GPU: " + recordsPerSecond + ", " + gpus);
    }
    boolean priced = dollarsPerGpuHour >= 0 && dollarsPerThousandTokens >= 0;
    if (!priced || !(tokensPerRecord >= 0)) {
      throw new IllegalArgumentException(
          "prices and tokens are >= 0: "
              + dollarsPerGpuHour
              + ", "
              + dollarsPerThousandTokens
              + ", "
              + tokensPerRecord);
    }
  }

  /** Returns how long records take to embed. */
  public Duration time(long records) {
    return Duration.ofSeconds(Math.round(records / (recordsPerSecond * gpus)));
  }

  /**
   * Returns how long a rebuild takes from its begin until it was validated: embedding, then loading
   * and validating at the speed of the worked example, half an hour for 12 million.
   */
  public Duration rebuild(long records) {
    return time(records).plusSeconds(Math.round(records / LOADED_PER_SECOND));
  }

  /** Returns what embedding all records once costs, in dollars. */
  public double dollars(long records) {
    return dollarsPerThousandTokens > 0
        ? records * tokensPerRecord / 1000 * dollarsPerThousandTokens
        : records / recordsPerSecond / 3600 * dollarsPerGpuHour;
  }
}
