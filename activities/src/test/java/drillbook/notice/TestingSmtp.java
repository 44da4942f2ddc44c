package drillbook.notice;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A mail server on loopback that keeps what it is given: plain, with STARTTLS, or TLS at once. */
final class TestingSmtp implements AutoCloseable {
  /** A mail as it came. */
  record Mail(String from, List<String> to, String text, boolean encrypted, boolean loggedIn) {
    /** Returns a header's value, unfolded; an empty string where it is not there. */
    String header(String name) {
      String head = text.substring(0, text.indexOf("\n\n")).replaceAll("\n[ \t]+", " ");
      return head.lines()
          .filter(line -> line.startsWith(name + ": "))
          .map(line -> line.substring(name.length() + 2))
          .findFirst()
          .orElse("");
    }
  }

  static final String USER = "drillbook@example.org";
  static final String PASSWORD = "correct-horse-battery";

  private final ServerSocket server;
  private final Optional<SSLContext> tls;
  private final boolean tlsAtOnce;
  private final List<Mail> mails = Collections.synchronizedList(new ArrayList<>());
  private final List<String> commands = Collections.synchronizedList(new ArrayList<>());
  private final Map<String, String> refusals = new ConcurrentHashMap<>();

  /**
   * Starts it.
   *
   * @param tls its certificate; nothing to offer no TLS
   * @param tlsAtOnce whether TLS begins before the first word
   */
  TestingSmtp(Optional<SSLContext> tls, boolean tlsAtOnce) throws IOException {
    this.tls = tls;
    this.tlsAtOnce = tlsAtOnce;
    this.server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().name("smtp").start(this::accept);
  }

  String url() {
    return (tlsAtOnce ? "smtps" : "smtp") + "://127.0.0.1:" + server.getLocalPort();
  }

  /** Answers a command that begins so with a refusal: {@code 450 4.2.0 try later}. */
  TestingSmtp refusing(String command, String reply) {
    refusals.put(command, reply);
    return this;
  }

  List<Mail> mails() {
    return List.copyOf(mails);
  }

  /** Returns the commands so far, as they came. */
  List<String> commands() {
    return List.copyOf(commands);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        Thread.ofVirtual().name("smtp-session").start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket plain) {
    try (plain) {
      boolean encrypted = tlsAtOnce;
      Socket socket = tlsAtOnce ? encrypted(plain) : plain;
      while (new Conversation(socket, encrypted).run()) {
        socket = encrypted(socket);
        encrypted = true;
      }
    } catch (IOException e) {
      // The client hung up; what it had sent until then is kept.
      commands.add("hung up");
    }
  }

  private Socket encrypted(Socket socket) throws IOException {
    SSLSocket secure =
        (SSLSocket)
            tls.orElseThrow()
                .getSocketFactory()
                .createSocket(socket, "127.0.0.1", socket.getPort(), true);
    secure.setUseClientMode(false);
    secure.startHandshake();
    return secure;
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  private final class Conversation {
    private final BufferedReader in;
    private final OutputStream out;
    private final boolean encrypted;
    private boolean loggedIn;
    private String from = "";
    private List<String> to = new ArrayList<>();

    Conversation(Socket socket, boolean encrypted) throws IOException {
      this.in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      this.out = socket.getOutputStream();
      this.encrypted = encrypted;
    }

    /** Talks until the client leaves; true when it asks for TLS. */
    boolean run() throws IOException {
      if (!encrypted || tlsAtOnce) {
        say("220 testing.example ESMTP");
      }
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        commands.add(line);
        String known = line;
        Optional<String> refusal =
            refusals.keySet().stream().filter(known::startsWith).findFirst().map(refusals::get);
        if (refusal.isPresent()) {
          say(refusal.get());
        } else if (line.equals("STARTTLS")) {
          say("220 go ahead");
          return true;
        } else if (line.equals("QUIT")) {
          say("221 bye");
          return false;
        } else {
          obey(line);
        }
      }
      return false;
    }

    private void obey(String line) throws IOException {
      if (line.startsWith("EHLO")) {
        List<String> offers = new ArrayList<>(List.of("testing.example"));
        if (tls.isPresent() && !encrypted) {
          offers.add("STARTTLS");
        }
        offers.add("AUTH PLAIN");
        for (int i = 0; i < offers.size(); i++) {
          say("250" + (i < offers.size() - 1 ? "-" : " ") + offers.get(i));
        }
      } else if (line.startsWith("AUTH PLAIN")) {
        String given = line.substring("AUTH PLAIN".length()).strip();
        if (given.isEmpty()) {
          say("334 ");
          given = in.readLine();
        }
        String login = new String(Base64.getDecoder().decode(given), StandardCharsets.UTF_8);
        loggedIn = login.endsWith("\0" + USER + "\0" + PASSWORD);
        // Servers are known to repeat what they were given.
        say(loggedIn ? "235 welcome" : "535 5.7.8 bad login: " + login.replace('\0', ' '));
      } else if (line.startsWith("MAIL FROM:")) {
        from = line.substring("MAIL FROM:".length());
        to = new ArrayList<>();
        say("250 ok");
      } else if (line.startsWith("RCPT TO:")) {
        to.add(line.substring("RCPT TO:".length()));
        say("250 ok");
      } else if (line.equals("DATA")) {
        say("354 go on");
        mails.add(new Mail(from, List.copyOf(to), data(), encrypted, loggedIn));
        say("250 kept");
      } else {
        say("250 ok");
      }
    }

    private String data() throws IOException {
      StringBuilder text = new StringBuilder();
      for (String line = in.readLine(); !line.equals("."); line = in.readLine()) {
        text.append(line.startsWith("..") ? line.substring(1) : line).append('\n');
      }
      return text.toString();
    }

    private void say(String line) throws IOException {
      out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
  }
}
