package drillbook.boot;

import com.uber.m3.tally.RootScopeBuilder;
import com.uber.m3.tally.Scope;
import com.uber.m3.util.Duration;
import drillbook.failure.DrillbookException;
import drillbook.notice.TemporalUi;
import drillbook.schedule.ScheduleWatch;
import drillbook.setting.Home;
import drillbook.setting.ScratchFolder;
import drillbook.setting.TemporalAddress;
import drillbook.temporal.Parts;
import drillbook.temporal.RemoteTemporal;
import drillbook.temporal.Workers;
import drillbook.worker.Surroundings;
import io.micrometer.core.instrument.MeterRegistry;
import io.temporal.common.reporter.MicrometerClientStatsReporter;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.worker.WorkerFactory;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** The worker's beans; nothing is found by scanning. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableConfigurationProperties(WorkerProperties.class)
class WorkerApplication {
  @Bean(destroyMethod = "close")
  Scope temporalMetrics(MeterRegistry registry, WorkerProperties properties) {
    return new RootScopeBuilder()
        .reporter(new MicrometerClientStatsReporter(registry))
        .reportEvery(Duration.ofMillis((double) properties.metricsEvery().toMillis()));
  }

  @Bean(destroyMethod = "close")
  RemoteTemporal temporal(TemporalAddress address, Scope temporalMetrics)
      throws DrillbookException {
    return RemoteTemporal.connect(address, temporalMetrics);
  }

  @Bean
  WorkflowServiceStubs stubs(RemoteTemporal temporal) {
    return temporal.client().getWorkflowServiceStubs();
  }

  @Bean(destroyMethod = "close")
  ScratchFolder scratch(ScratchParent parent) throws DrillbookException {
    return ScratchFolder.make(parent.folder());
  }

  @Bean
  WorkerFactory workerFactory(
      RemoteTemporal temporal, Parts parts, Home home, ScratchFolder scratch, InstantSource clock)
      throws DrillbookException {
    Surroundings surroundings =
        new Surroundings(
            home.targets(),
            home.signingKey(),
            home.trustedKeys(),
            scratch.folder(),
            clock,
            new TemporalUi(temporal.address().ui(), temporal.address().namespace()));
    List<Object> activities = new ArrayList<>(parts.activities(surroundings));
    activities.add(new ScheduleWatch(temporal, surroundings));
    WorkerFactory factory = WorkerFactory.newInstance(temporal.client());
    Workers.register(
        factory.newWorker(temporal.address().taskQueue(), Workers.options()), activities);
    return factory;
  }

  @Bean
  WorkerLifecycle workerLifecycle(WorkerFactory factory, WorkerProperties properties) {
    return new WorkerLifecycle(factory, properties.grace());
  }

  @Bean
  TemporalHealth temporalHealth(WorkflowServiceStubs stubs, WorkerFactory factory) {
    return new TemporalHealth(stubs, factory);
  }

  /** Where the scratch folder is made. */
  record ScratchParent(Path folder) {}
}
