package drillbook.engine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A loopback port that is no engine: it counts connections and hangs up, or never answers. */
public final class TestingListener implements AutoCloseable {
  private final ServerSocket server;
  private final boolean answersNever;
  private final List<Socket> connections = new CopyOnWriteArrayList<>();
  private final CountDownLatch reached = new CountDownLatch(1);

  private TestingListener(boolean answersNever) throws IOException {
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.answersNever = answersNever;
    Thread.ofPlatform().daemon().name("testing-listener").start(this::accept);
  }

  /** Returns a listener that closes each connection at once. */
  static TestingListener hangingUp() throws IOException {
    return new TestingListener(false);
  }

  /** Returns a listener that keeps each connection open and says nothing. */
  static TestingListener silent() throws IOException {
    return new TestingListener(true);
  }

  /** Returns a port where nobody listens. */
  static int deadPort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }

  int port() {
    return server.getLocalPort();
  }

  int connections() {
    return connections.size();
  }

  /** Waits until somebody connected; false after ten seconds without. */
  boolean isReached() throws InterruptedException {
    return reached.await(10, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket connection : connections) {
      connection.close();
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket connection = server.accept();
        connections.add(connection);
        reached.countDown();
        if (!answersNever) {
          connection.close();
        }
      }
    } catch (IOException e) {
      // The listener was closed.
      reached.countDown();
    }
  }
}
