package drillbook.boot;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A way to a real server that stops carrying after so many bytes. Who works through it is then in
 * the middle of its work and stays there, however fast or slow the machine is.
 */
final class TestingRelay implements AutoCloseable {
  private static final int PIECE = 1 << 16;

  private final ServerSocket listener;
  private final URI server;
  private final List<Link> links = new CopyOnWriteArrayList<>();
  private volatile Optional<Path> fence = Optional.empty();
  private final Meter read = new Meter();
  private final Meter written = new Meter();

  private TestingRelay(URI server) throws IOException {
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.server = server;
    Thread.ofVirtual().name("relay").start(this::accept);
  }

  /** Opens a way to a server of the loopback interface. */
  static TestingRelay to(String url) throws IOException {
    return new TestingRelay(URI.create(url));
  }

  /** Returns the server's url by way of this relay. */
  String url() {
    return server.toString().replace(":" + server.getPort(), ":" + listener.getLocalPort());
  }

  /** Stops after so many more bytes that the server says. */
  void holdAfterReading(long bytes) {
    read.hold(bytes);
  }

  /** Stops after so many more bytes that are said to the server. */
  void holdAfterWriting(long bytes) {
    written.hold(bytes);
  }

  /** Hangs up on everybody while a file exists, as a fence does. */
  void hangUpWhile(Path exists) {
    fence = Optional.of(exists);
  }

  /** Tells whether somebody waits for bytes that are held back. */
  boolean holds() {
    return read.holds || written.holds;
  }

  /** Forgets who came so far, what was held back and what was counted; then carries everything. */
  void release() {
    links.forEach(Link::close);
    links.clear();
    read.release();
    written.release();
  }

  /** Returns how many bytes the server said since the last release. */
  long bytesRead() {
    return read.carried.get();
  }

  /** Returns how many bytes were said to the server since the last release. */
  long bytesWritten() {
    return written.carried.get();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    links.forEach(Link::close);
  }

  private void accept() {
    try {
      while (true) {
        link(listener.accept());
      }
    } catch (IOException e) {
      // The relay was closed.
      links.forEach(Link::close);
    }
  }

  private void link(Socket client) throws IOException {
    if (fence.filter(Files::exists).isPresent()) {
      client.close();
      return;
    }
    try {
      Link link = new Link(client, new Socket(InetAddress.getLoopbackAddress(), server.getPort()));
      links.add(link);
      Thread.ofVirtual().start(() -> link.carry(link.client, link.server, written));
      Thread.ofVirtual().start(() -> link.carry(link.server, link.client, read));
    } catch (IOException e) {
      // The server is not there, which the client learns as it would without a relay.
      client.close();
    }
  }

  /** Counts one direction of all links, and says how far it may go. */
  private static final class Meter {
    private final AtomicLong carried = new AtomicLong();
    private volatile long most = Long.MAX_VALUE;
    private volatile boolean holds;

    void hold(long bytes) {
      most = carried.get() + bytes;
    }

    void release() {
      most = Long.MAX_VALUE;
      holds = false;
      carried.set(0);
    }

    /** Returns false where the link was closed before the bytes were let through. */
    boolean lets(int bytes, Link link) throws InterruptedException {
      while (carried.get() + bytes > most) {
        holds = true;
        if (link.closed) {
          return false;
        }
        Thread.sleep(5);
      }
      if (link.closed) {
        return false;
      }
      carried.addAndGet(bytes);
      return true;
    }
  }

  /** A connection and the one that was made for it. */
  private static final class Link {
    private final Socket client;
    private final Socket server;
    private volatile boolean closed;

    Link(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    void carry(Socket from, Socket to, Meter meter) {
      byte[] piece = new byte[PIECE];
      try {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
          if (!meter.lets(length, this)) {
            return;
          }
          out.write(piece, 0, length);
        }
      } catch (IOException | InterruptedException e) {
        // One of the two hung up: so does the other, below.
        closed = true;
      } finally {
        close();
      }
    }

    void close() {
      closed = true;
      for (Socket socket : List.of(client, server)) {
        try {
          socket.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }
}
