package drillbook.boot;

import io.grpc.StatusRuntimeException;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.worker.WorkerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Healthy while the worker polls and the Temporal server answers. */
final class TemporalHealth implements HealthIndicator {
  private final WorkflowServiceStubs stubs;
  private final WorkerFactory factory;

  TemporalHealth(WorkflowServiceStubs stubs, WorkerFactory factory) {
    this.stubs = stubs;
    this.factory = factory;
  }

  @Override
  public Health health() {
    if (!factory.isStarted() || factory.isShutdown()) {
      return Health.outOfService().withDetail("worker", "not polling").build();
    }
    try {
      return Health.up().withDetail("temporal", stubs.healthCheck().getStatus().name()).build();
    } catch (StatusRuntimeException e) {
      return Health.down().withDetail("temporal", e.getStatus().getCode().name()).build();
    }
  }
}
