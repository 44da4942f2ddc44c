package drillbook.region;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.localserver.LocalChroma;
import drillbook.localserver.LocalPostgres;
import drillbook.localserver.LocalServer;
import drillbook.localserver.PackageCache;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Instances that are processes of this one; they end with it. Safe for several threads. */
final class LocalInstances {
  private final Path scratch;
  private final Map<String, LocalServer> running = new ConcurrentHashMap<>();

  LocalInstances(Path scratch) {
    this.scratch = scratch;
  }

  InstanceRecord start(String mark, String engine, Consumer<String> progress)
      throws DrillbookException, InterruptedException {
    stop(mark);
    PackageCache cache = PackageCache.standard(progress);
    Path folder = scratch.resolve("instance-" + mark);
    return switch (engine) {
      case "chroma" -> chroma(mark, LocalChroma.start(cache, folder));
      case "pgvector" ->
          postgres(mark, LocalPostgres.start(cache, LocalPostgres.Version.PG18, folder));
      default ->
          throw new DrillbookException(
              FailureKind.UNSUPPORTED,
              "no " + engine + " can be started on this machine",
              "Use provisioner: command, or give the region a url.");
    };
  }

  private InstanceRecord chroma(String mark, LocalChroma chroma) {
    running.put(mark, chroma);
    return new InstanceRecord(chroma.url(), "", Map.of());
  }

  private InstanceRecord postgres(String mark, LocalPostgres postgres) {
    running.put(mark, postgres);
    return new InstanceRecord(postgres.url(), postgres.credential().reference(), Map.of());
  }

  void stop(String mark) {
    LocalServer server = running.remove(mark);
    if (server != null) {
      server.close();
    }
  }
}
