package drillbook.boot;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of a worker, {@code drillbook.worker.*}.
 *
 * @param grace how long running activities may go on once the worker was told to stop; those that
 *     resume elsewhere let go at their next heartbeat, well within it
 * @param metricsEvery how often Temporal's figures reach the meters
 */
@ConfigurationProperties(prefix = "drillbook.worker", ignoreUnknownFields = false)
public record WorkerProperties(
    @DefaultValue("30s") Duration grace, @DefaultValue("10s") Duration metricsEvery) {
  /** Rejects times that are none. */
  public WorkerProperties {
    if (grace.isNegative()) {
      throw new IllegalArgumentException("grace must be >= 0: " + grace);
    }
    if (metricsEvery.isNegative() || metricsEvery.isZero()) {
      throw new IllegalArgumentException("metrics-every must be > 0: " + metricsEvery);
    }
  }
}
