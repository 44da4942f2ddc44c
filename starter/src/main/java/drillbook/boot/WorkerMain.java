package drillbook.boot;

import drillbook.failure.DrillbookException;
import drillbook.setting.Home;
import drillbook.setting.TemporalAddress;
import drillbook.temporal.Parts;
import drillbook.temporal.RemoteTemporal;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.support.GenericApplicationContext;

/** Runs a worker as a Spring Boot application. */
public final class WorkerMain {
  private WorkerMain() {}

  /**
   * Runs a worker until the process is told to end.
   *
   * @param httpPort where health and metrics are served on loopback; negative for nowhere
   * @param ready called once the worker polls
   * @throws DrillbookException UNAVAILABLE when Temporal cannot be reached
   */
  public static void run(
      TemporalAddress address,
      Home home,
      Path scratch,
      Parts parts,
      InstantSource clock,
      int httpPort,
      Runnable ready)
      throws DrillbookException, InterruptedException {
    CountDownLatch closed = new CountDownLatch(1);
    try (ConfigurableApplicationContext context =
        start(address, home, scratch, parts, clock, httpPort)) {
      context.addApplicationListener(
          (ApplicationListener<ContextClosedEvent>) event -> closed.countDown());
      Thread onExit = Thread.ofPlatform().name("on-exit").unstarted(() -> end(context));
      Runtime.getRuntime().addShutdownHook(onExit);
      ready.run();
      closed.await();
    }
  }

  /**
   * Ends a worker that was told to, with exit code 0: it did what it was asked, whereas the JVM
   * would end with the number of the signal and look like a crash to what supervises it.
   */
  private static void end(ConfigurableApplicationContext context) {
    if (context.isActive()) {
      context.close();
      Runtime.getRuntime().halt(0);
    }
  }

  /** Starts a worker; closing the context stops it gracefully. */
  static ConfigurableApplicationContext start(
      TemporalAddress address,
      Home home,
      Path scratch,
      Parts parts,
      InstantSource clock,
      int httpPort)
      throws DrillbookException {
    // Asked before Spring starts, so that an unreachable server is one sentence.
    RemoteTemporal.connect(address).close();
    Map<String, Object> http = new LinkedHashMap<>();
    if (httpPort >= 0) {
      http.put("server.address", "127.0.0.1");
      http.put("server.port", httpPort);
    }
    return new SpringApplicationBuilder(WorkerApplication.class)
        .bannerMode(Banner.Mode.OFF)
        .logStartupInfo(false)
        .registerShutdownHook(false)
        .web(httpPort >= 0 ? WebApplicationType.SERVLET : WebApplicationType.NONE)
        .properties(http)
        .initializers((GenericApplicationContext context) -> {
          context.registerBean(TemporalAddress.class, () -> address);
          context.registerBean(Home.class, () -> home);
          context.registerBean(Parts.class, () -> parts);
          context.registerBean(InstantSource.class, () -> clock);
          context.registerBean(
              WorkerApplication.ScratchParent.class,
              () -> new WorkerApplication.ScratchParent(scratch));
        })
        .run();
  }
}
