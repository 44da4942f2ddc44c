package drillbook.localserver;

import drillbook.failure.DrillbookException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Milvus Lite, a small server that speaks Milvus's protocol and keeps its data in a folder. It has
 * what 2.3.5 lacks: sparse vectors, several vectors a record, fields that may be null.
 */
public final class LocalMilvusLite extends LocalServer {
  /** The version that runs, with what it imports. */
  public static final PinnedPackage PACKAGE =
      new PinnedPackage.Python(
          "milvus-lite",
          "3.2.2",
          List.of(
              "milvus-lite==3.2.2",
              "pymilvus==3.0.2",
              "faiss-cpu==1.15.1",
              "pyarrow==26.0.1",
              "numpy==2.4.6",
              "pandas==3.1.1",
              "grpcio==1.85.1",
              "protobuf==7.36.2",
              "orjson==3.13.0",
              "cachetools==8.0.1",
              "requests==2.34.2",
              "urllib3==2.8.0",
              "certifi==2026.10.18",
              "charset-normalizer==3.5.2",
              "idna==3.20",
              "packaging==26.3",
              "python-dateutil==4.0.0",
              "python-dotenv==1.2.4",
              "setuptools==65.5.0",
              "typing_extensions==4.16.0",
              "tzdata==2026.6"));

  private static final String SERVE =
      "import sys; from milvus_lite.cmdline import main; sys.exit(main())";

  private LocalMilvusLite(ServerProcess process) {
    super(process);
  }

  /**
   * Starts a server; returns once it can be connected to.
   *
   * @param folder receives the data, which are kept, and the log; made where it is missing
   * @throws DrillbookException when it cannot be installed or does not come up
   */
  public static LocalMilvusLite start(PackageCache cache, Path folder)
      throws DrillbookException, InterruptedException {
    Path python = cache.install(PACKAGE).resolve("bin/python");
    Path home = ServerFolder.make(folder.toAbsolutePath());
    return new LocalMilvusLite(
        ServerProcess.start(
            new ServerProcess.Launch(
                "Milvus Lite " + PACKAGE.version(),
                1,
                ports ->
                    List.of(
                        python.toString(),
                        "-I",
                        "-c",
                        SERVE,
                        "server",
                        "--data-dir",
                        home.resolve("data").toString(),
                        "--host",
                        "127.0.0.1",
                        "--port",
                        ports.getFirst().toString()),
                Map.of(),
                home,
                "milvus-lite.log",
                "TERM",
                ports -> {
                  try (Socket socket =
                      new Socket(InetAddress.getLoopbackAddress(), ports.getFirst())) {
                    return socket.isConnected();
                  }
                })));
  }

  /** Returns {@code http://127.0.0.1:<port>}, where it speaks gRPC without TLS. */
  @Override
  public String url() {
    return "http://127.0.0.1:" + port(0);
  }
}
