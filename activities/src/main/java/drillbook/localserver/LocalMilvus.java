package drillbook.localserver;

import drillbook.failure.DrillbookException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A Milvus 2.3.5 server, standalone with embedded etcd and message queue, with its data in a
 * folder.
 *
 * <p>It takes twelve ports, most of them for parts of itself, and listens on every address of the
 * machine: this server has no setting for that. Only etcd stays on loopback. A fresh folder grows
 * to 200 MB at once, which the server sets aside for its logs.
 */
public final class LocalMilvus extends LocalServer {
  /** The version that runs: the newest that a package registry offers as a program. */
  public static final PinnedPackage PACKAGE =
      new PinnedPackage.Python("milvus", "2.3.5", List.of("milvus==2.3.5"));

  /**
   * Makes the configuration and becomes the server, so that our process is its process. The package
   * would unpack its 250 MB of programs into every data folder and keep a parent process; here they
   * are unpacked once, beside the package, whole or not at all.
   */
  private static final String SERVE =
      """
      import fcntl, os, sys
      import milvus
      home, data, alias = sys.argv[1:4]
      programs = os.path.join(home, 'programs')
      with open(programs + '.lock', 'w') as lock:
          fcntl.flock(lock, fcntl.LOCK_EX)
          if not os.path.isdir(programs):
              milvus._initialize_data_files(programs + '.building')
              os.rename(programs + '.building', programs)
      ports = dict(word.split('=') for word in sys.argv[4:])
      milvus.MilvusServerConfig(data_dir=data, **ports).resolve()
      program = os.path.join(programs, 'bin', 'milvus')
      os.chdir(data)
      libraries = dict(os.environ, LD_LIBRARY_PATH=os.path.dirname(program))
      os.execve(program, [program, 'run', 'standalone', '-alias', alias], libraries)
      """;

  private static final List<String> PORTS =
      List.of(
          "proxy_port",
          "proxy_internal_port",
          "root_coord_port",
          "query_coord_port",
          "query_node_port",
          "index_coord_port",
          "index_node_port",
          "data_coord_port",
          "data_node_port",
          "etcd_port");

  private static final int METRICS = PORTS.size();
  private static final int ETCD = PORTS.size() - 1;
  private static final int ETCD_PEERS = PORTS.size() + 1;

  /**
   * Its coordinators look for work ten times a second instead of once: loading takes 0.6 s. What is
   * asked with strong consistency waits for the next tick: 20 ms instead of 200.
   */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "queryCoord.checkChannelInterval",
          "100",
          "queryCoord.checkSegmentInterval",
          "100",
          "queryCoord.distPullInterval",
          "100",
          "queryCoord.updateNextTargetInterval",
          "1",
          "proxy.timeTickInterval",
          "20");

  private LocalMilvus(ServerProcess process) {
    super(process);
  }

  /** Starts a server with its usual settings; see the other form. */
  public static LocalMilvus start(PackageCache cache, Path folder)
      throws DrillbookException, InterruptedException {
    return start(cache, folder, Map.of());
  }

  /**
   * Starts a server; returns once all its parts are healthy. After a crash its next start takes
   * half a minute, until etcd has forgotten the parts that died.
   *
   * @param folder receives the data, which are kept, and the log; made where it is missing
   * @param settings server settings by their names in milvus.yaml, {@code
   *     common.security.authorizationEnabled} for instance
   * @throws DrillbookException when it cannot be installed or does not come up
   */
  public static LocalMilvus start(PackageCache cache, Path folder, Map<String, String> settings)
      throws DrillbookException, InterruptedException {
    Path installed = cache.install(PACKAGE);
    Path home = ServerFolder.make(folder.toAbsolutePath());
    Map<String, String> environment = new LinkedHashMap<>();
    Map<String, String> merged = new TreeMap<>(SETTINGS);
    merged.putAll(settings);
    merged.put("etcd.config.path", home.resolve("etcd.yaml").toString());
    // Source: Milvus 2.3.5, paramtable: an environment variable of a setting's name overrides it.
    merged.forEach(
        (name, value) -> environment.put(name.toUpperCase(Locale.ROOT).replace('.', '_'), value));
    environment.put("DEPLOY_MODE", "STANDALONE");
    return new LocalMilvus(
        ServerProcess.start(
            new ServerProcess.Launch(
                "Milvus " + PACKAGE.version(),
                PORTS.size() + 2,
                ports -> command(installed, home, ports),
                environment,
                home,
                "milvus.log",
                "TERM",
                ports -> ServerProcess.httpStatus(ports.get(METRICS), "/healthz") == 200)));
  }

  /** Returns {@code http://127.0.0.1:<port>}, where it speaks gRPC without TLS. */
  @Override
  public String url() {
    return "http://127.0.0.1:" + port(0);
  }

  private static List<String> command(Path installed, Path home, List<Integer> ports) {
    writeEtcdSettings(home, ports.get(ETCD), ports.get(ETCD_PEERS));
    List<String> command =
        new ArrayList<>(
            List.of(
                // The metrics port is read from the environment only, which is made before ports.
                "env",
                "METRICS_PORT=" + ports.get(METRICS),
                installed.resolve("bin/python").toString(),
                "-I",
                "-c",
                SERVE,
                installed.toString(),
                home.resolve("data").toString(),
                // Names the file in /run/milvus that keeps a second server of one name away.
                "drillbook-" + ports.getFirst()));
    for (int i = 0; i < PORTS.size(); i++) {
      command.add(PORTS.get(i) + "=" + ports.get(i));
    }
    return command;
  }

  /** The embedded etcd takes its own ports from a file of its own only. */
  private static void writeEtcdSettings(Path home, int clients, int peers) {
    String at = "http://127.0.0.1:";
    try {
      Files.writeString(
          home.resolve("etcd.yaml"),
          String.join(
              "\n",
              "listen-client-urls: " + at + clients,
              "advertise-client-urls: " + at + clients,
              "listen-peer-urls: " + at + peers,
              "initial-advertise-peer-urls: " + at + peers,
              "initial-cluster: default=" + at + peers,
              ""));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
