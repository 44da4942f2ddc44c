package drillbook.localserver;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A child process that listens on ports of 127.0.0.1, from its start until it is gone. */
final class ServerProcess {
  private static final Duration START_TIMEOUT = Duration.ofSeconds(90);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(15);
  private static final long POLL_MILLIS = 50;
  private static final int HTTP_MILLIS = 2_000;
  private static final int PORT_ATTEMPTS = 5;

  /**
   * How to start a server.
   *
   * @param name for people, with its version
   * @param ports how many ports it needs
   * @param command the command line for given ports
   * @param environment added to ours
   * @param folder where it runs and where its log lies
   * @param stopSignal what asks it to stop, TERM or INT
   */
  record Launch(
      String name,
      int ports,
      Function<List<Integer>, List<String>> command,
      Map<String, String> environment,
      Path folder,
      String logName,
      String stopSignal,
      Ready ready) {
    /** Returns the file that receives what it prints. */
    Path log() {
      return folder.resolve(logName);
    }

    /** Leaves the environment out: it may hold a password. */
    @Override
    public String toString() {
      return "Launch[" + name + "]";
    }
  }

  /** Asks a starting server whether it answers. */
  interface Ready {
    /** Returns true once it answers; an exception means not yet. */
    boolean answers(List<Integer> ports) throws Exception;
  }

  private final Launch launch;
  private final Thread stopAtExit = Thread.ofPlatform().unstarted(this::stop);
  private final List<Integer> ports;
  private Process process;

  private ServerProcess(Launch launch, List<Integer> ports, Process process) {
    this.launch = launch;
    this.ports = ports;
    this.process = process;
  }

  /**
   * Starts a server on free ports and waits until it answers.
   *
   * @throws DrillbookException UNAVAILABLE with its last log lines when it does not come up
   */
  static ServerProcess start(Launch launch) throws DrillbookException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      List<Integer> ports = freePorts(launch);
      long from = LogTail.length(launch.log());
      ServerProcess server = new ServerProcess(launch, ports, spawn(launch, ports));
      try {
        Runtime.getRuntime().addShutdownHook(server.stopAtExit);
        server.awaitReady(from);
        return server;
      } catch (DrillbookException e) {
        server.close();
        // Between our choice of a port and its use somebody else may take it; so they may a port
        // that the server chose itself, which only its words tell.
        boolean taken =
            !ports.stream().allMatch(ServerProcess::isFree)
                || String.valueOf(e.getMessage()).contains("address already in use");
        if (attempt == PORT_ATTEMPTS || !taken) {
          throw e;
        }
      } catch (InterruptedException | IllegalStateException e) {
        // Interrupted, or the JVM is exiting and takes no more hooks.
        server.close();
        throw e;
      }
    }
  }

  String name() {
    return launch.name();
  }

  Path log() {
    return launch.log();
  }

  List<Integer> ports() {
    return ports;
  }

  long pid() {
    return current().pid();
  }

  boolean isAlive() {
    return current().isAlive();
  }

  private synchronized Process current() {
    return process;
  }

  synchronized void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  void restart() throws DrillbookException, InterruptedException {
    long from;
    synchronized (this) {
      stop();
      from = LogTail.length(launch.log());
      process = spawn(launch, ports);
    }
    awaitReady(from);
  }

  void close() {
    stop();
    try {
      Runtime.getRuntime().removeShutdownHook(stopAtExit);
    } catch (IllegalStateException e) {
      // The JVM is exiting already; the hook finds the server stopped.
      return;
    }
  }

  private synchronized void stop() {
    if (!process.isAlive()) {
      return;
    }
    if (launch.stopSignal().equals("TERM")) {
      process.destroy();
    } else {
      signal(launch.stopSignal());
    }
    if (!awaitEnd()) {
      process.destroyForcibly();
      awaitEnd();
    }
  }

  /** The JDK sends TERM and KILL only; the shell's own kill needs no further package. */
  private void signal(String signal) {
    try {
      new ProcessBuilder("sh", "-c", "kill -s \"$0\" \"$1\"", signal, Long.toString(process.pid()))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      process.destroy();
    }
  }

  private boolean awaitEnd() {
    try {
      return process.waitFor(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
      return true;
    }
  }

  /** Waits without the lock, so that the JVM's exit can stop a server that never answers. */
  private void awaitReady(long from) throws DrillbookException, InterruptedException {
    Process starting = current();
    long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
    String lastAnswer = "no answer";
    while (starting.isAlive()) {
      try {
        // Asked again whether it lives: another server may answer on a port that it failed to get.
        if (launch.ready().answers(ports) && starting.isAlive()) {
          return;
        }
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) {
        lastAnswer = e.toString();
      }
      if (System.nanoTime() - deadline > 0) {
        stop();
        throw failure("no answer after " + START_TIMEOUT.toSeconds() + " s: " + lastAnswer, from);
      }
      boolean ended = starting.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
      if (ended) {
        break;
      }
    }
    throw failure("it ended with exit code " + starting.exitValue(), from);
  }

  private DrillbookException failure(String how, long from) {
    return new DrillbookException(
        FailureKind.UNAVAILABLE,
        launch.name()
            + " could not be started: "
            + how
            + "; its last log lines:\n"
            + LogTail.lastLines(launch.log(), from),
        "The whole log is in " + launch.log() + ".");
  }

  private static Process spawn(Launch launch, List<Integer> ports) throws DrillbookException {
    ProcessBuilder builder =
        new ProcessBuilder(launch.command().apply(ports))
            .directory(launch.folder().toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(launch.log().toFile()));
    builder.environment().putAll(launch.environment());
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      return process;
    } catch (IOException e) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          launch.name() + " could not be started: " + e.getMessage(),
          "",
          e);
    }
  }

  private static List<Integer> freePorts(Launch launch) throws DrillbookException {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      List<Integer> ports = new ArrayList<>();
      for (int i = 0; i < launch.ports(); i++) {
        // All are held until all are chosen, so that they differ.
        ServerSocket socket = new ServerSocket(0, 1, loopback());
        sockets.add(socket);
        ports.add(socket.getLocalPort());
      }
      for (ServerSocket socket : sockets) {
        socket.close();
      }
      return List.copyOf(ports);
    } catch (IOException e) {
      throw new DrillbookException(
          FailureKind.EXHAUSTED,
          launch.name() + " could not be started: no free port on 127.0.0.1: " + e.getMessage(),
          "",
          e);
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, loopback())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns the HTTP status of one GET on loopback; no proxy is asked. */
  static int httpStatus(int port, String path) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection)
            URI.create("http://127.0.0.1:" + port + path).toURL().openConnection(Proxy.NO_PROXY);
    connection.setConnectTimeout(HTTP_MILLIS);
    connection.setReadTimeout(HTTP_MILLIS);
    try {
      return connection.getResponseCode();
    } finally {
      connection.disconnect();
    }
  }

  private static InetAddress loopback() throws IOException {
    return InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1});
  }
}
