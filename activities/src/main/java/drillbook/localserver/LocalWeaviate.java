package drillbook.localserver;

import drillbook.failure.DrillbookException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A Weaviate server of one node, with its data in a folder. Its REST port, gossip and consensus
 * listen on loopback; the ports of gRPC and of the cluster's data have no setting for that.
 */
public final class LocalWeaviate extends LocalServer {
  /** The version that runs. */
  public static final PinnedPackage PACKAGE =
      new PinnedPackage.Go(
          "weaviate", "github.com/weaviate/weaviate/cmd/weaviate-server", "v1.39.0");

  /** What each port is for, by the variable that says so; the first one is the REST port. */
  private static final List<String> PORTS =
      List.of(
          "PORT",
          "GRPC_PORT",
          "CLUSTER_GOSSIP_BIND_PORT",
          "CLUSTER_DATA_BIND_PORT",
          "RAFT_PORT",
          "RAFT_INTERNAL_RPC_PORT");

  /**
   * One node that knows of no other, makes no vectors and tells nobody that it runs. Not {@code
   * CLUSTER_IN_LOCALHOST}, which takes the port after the one of consensus for its calls.
   */
  private static final Map<String, String> ALONE =
      Map.ofEntries(
          Map.entry("DEFAULT_VECTORIZER_MODULE", "none"),
          Map.entry("CLUSTER_ADVERTISE_ADDR", "127.0.0.1"),
          Map.entry("CLUSTER_BIND_ADDR", "127.0.0.1"),
          Map.entry("RAFT_BOOTSTRAP_EXPECT", "1"),
          Map.entry("DISABLE_TELEMETRY", "true"),
          Map.entry("GO_PROFILING_DISABLE", "true"),
          // A laptop's disk is often fuller than a server's may be.
          Map.entry("DISK_USE_WARNING_PERCENTAGE", "0"),
          Map.entry("DISK_USE_READONLY_PERCENTAGE", "0"),
          Map.entry("LOG_LEVEL", "warning"));

  private final Path data;

  private LocalWeaviate(ServerProcess process, Path data) {
    super(process);
    this.data = data;
  }

  /**
   * What the server is to have.
   *
   * @param node the node's name: a backup of Weaviate's own names it
   * @param environment further variables, as Weaviate's documentation has them; they may hold keys
   */
  public record Options(String node, Map<String, String> environment) {
    /** Anybody may do anything, and vectors are indexed while they are written. */
    public static final Options OPEN =
        new Options("node1", Map.of("AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED", "true"));

    /** Copies the variables. */
    public Options {
      environment = Map.copyOf(environment);
    }

    /** Leaves the variables out: they may hold keys. */
    @Override
    public String toString() {
      return "Options[" + node + "]";
    }
  }

  /**
   * Starts a server; returns once it is ready.
   *
   * @param folder receives the data, which are kept, and the log; made where it is missing
   * @throws DrillbookException when it cannot be installed or does not come up
   */
  public static LocalWeaviate start(PackageCache cache, Path folder, Options options)
      throws DrillbookException, InterruptedException {
    Path program = cache.install(PACKAGE).resolve("bin/weaviate-server");
    Path home = ServerFolder.make(folder.toAbsolutePath());
    Path data = ServerFolder.make(home.resolve("data"));
    Map<String, String> environment = new HashMap<>(ALONE);
    environment.put("PERSISTENCE_DATA_PATH", data.toString());
    environment.put("CLUSTER_HOSTNAME", options.node());
    environment.putAll(options.environment());
    return new LocalWeaviate(
        ServerProcess.start(
            new ServerProcess.Launch(
                "Weaviate " + PACKAGE.version(),
                PORTS.size(),
                ports -> command(program, ports),
                environment,
                home,
                "weaviate.log",
                "TERM",
                ports ->
                    ServerProcess.httpStatus(ports.getFirst(), "/v1/.well-known/ready") == 200)),
        data);
  }

  /** Most ports are told by variables only, which {@code env} sets before it becomes the server. */
  private static List<String> command(Path program, List<Integer> ports) {
    List<String> command = new ArrayList<>(List.of("env"));
    for (int i = 1; i < ports.size(); i++) {
      command.add(PORTS.get(i) + "=" + ports.get(i));
    }
    command.addAll(
        List.of(
            program.toString(),
            "--host",
            "127.0.0.1",
            "--port",
            ports.getFirst().toString(),
            "--scheme",
            "http",
            // As in Weaviate's own container image: a batch may take longer than a minute.
            "--read-timeout",
            "600s",
            "--write-timeout",
            "600s"));
    return command;
  }

  /** Returns {@code http://127.0.0.1:<port>}. */
  @Override
  public String url() {
    return "http://127.0.0.1:" + port(0);
  }

  /** Returns the folder with the classes' data. */
  public Path dataFolder() {
    return data;
  }
}
