package drillbook.localserver;

import drillbook.failure.DrillbookException;
import java.nio.file.Path;

/**
 * A real server that runs as a child of this process and listens on loopback only. It is stopped by
 * {@link #close()}, at the latest when the JVM exits, also by Ctrl-C. Safe for use by several
 * threads.
 */
public abstract sealed class LocalServer implements AutoCloseable
    permits LocalChroma,
        LocalMilvus,
        LocalMilvusLite,
        LocalPostgres,
        LocalS3,
        LocalTemporal,
        LocalWeaviate {
  private final ServerProcess process;

  LocalServer(ServerProcess process) {
    this.process = process;
  }

  /** Returns where it answers; the same after {@link #restart()}. */
  public abstract String url();

  /** Returns the server's name for people, with its version. */
  public final String name() {
    return process.name();
  }

  /** Returns the process id. */
  public final long pid() {
    return process.pid();
  }

  /** Returns the file that receives all it prints. */
  public final Path log() {
    return process.log();
  }

  /** Tells whether the process runs. */
  public final boolean isAlive() {
    return process.isAlive();
  }

  /** Kills it at once, as a crash does, and waits until it is gone. */
  public final void kill() {
    process.kill();
  }

  /**
   * Starts it again on its data and its ports, stopping it first where it runs.
   *
   * @throws DrillbookException UNAVAILABLE with its last log lines when it does not come up
   */
  public final void restart() throws DrillbookException, InterruptedException {
    process.restart();
  }

  /** Stops it in an orderly way; kills it where that takes too long. Never fails. */
  @Override
  public final void close() {
    process.close();
  }

  final int port(int index) {
    return process.ports().get(index);
  }
}
