package drillbook.localserver;

import drillbook.failure.DrillbookException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A Chroma server with its data in a folder. */
public final class LocalChroma extends LocalServer {
  /** The version that runs. The wheel needs none of its dependencies to serve. */
  public static final PinnedPackage PACKAGE =
      new PinnedPackage.Python("chroma", "1.5.9", List.of("chromadb==1.5.9"));

  /** The wheel's own command line imports the whole client; the native module serves alone. */
  private static final String SERVE =
      "import sys, chromadb_rust_bindings as b; b.cli(['chroma', 'run'] + sys.argv[1:])";

  private final Path data;

  private LocalChroma(ServerProcess process, Path data) {
    super(process);
    this.data = data;
  }

  /**
   * Starts a server; returns once it answers.
   *
   * @param folder receives the data, which are kept, and the log; made where it is missing
   * @throws DrillbookException when it cannot be installed or does not come up
   */
  public static LocalChroma start(PackageCache cache, Path folder)
      throws DrillbookException, InterruptedException {
    Path python = cache.install(PACKAGE).resolve("bin/python");
    Path home = ServerFolder.make(folder.toAbsolutePath());
    Path data = home.resolve("data");
    return new LocalChroma(
        ServerProcess.start(
            new ServerProcess.Launch(
                "Chroma " + PACKAGE.version(),
                1,
                ports ->
                    List.of(
                        python.toString(),
                        "-I",
                        "-c",
                        SERVE,
                        "--path",
                        data.toString(),
                        "--host",
                        "127.0.0.1",
                        "--port",
                        ports.getFirst().toString()),
                Map.of("ANONYMIZED_TELEMETRY", "False"),
                home,
                "chroma.log",
                "TERM",
                ports -> ServerProcess.httpStatus(ports.getFirst(), "/api/v2/heartbeat") == 200)),
        data);
  }

  /** Returns {@code http://127.0.0.1:<port>}. */
  @Override
  public String url() {
    return "http://127.0.0.1:" + port(0);
  }

  /** Returns the folder with the SQLite file and the segments. */
  public Path dataFolder() {
    return data;
  }
}
