package drillbook.notice;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.http.Secrets;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.Date;
import java.util.HexFormat;
import java.util.Properties;
import java.util.function.Supplier;
import javax.net.SocketFactory;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;

/**
 * Sends mail by SMTP. A login is never sent but over TLS. All mails of a run make one thread, and
 * the id of a mail follows from what it says: one that is sent twice is shown once.
 */
final class MailSender {
  private static final String PATIENCE_MILLIS = "20000";

  private final InstantSource clock;
  private final Supplier<SocketFactory> tls;

  MailSender(InstantSource clock, Supplier<SocketFactory> tls) {
    this.clock = clock;
    this.tls = tls;
  }

  /**
   * Sends a notice.
   *
   * @param thread the id of the run's first mail, or an empty string
   * @return the id of the run's first mail
   */
  String send(NoticeRoute.Email route, Notice notice, TemporalUi ui, String thread)
      throws DrillbookException {
    Secrets secrets = new Secrets();
    String user = secrets.token(route.user());
    String password = secrets.token(route.password());
    Server server = Server.of(route.server());
    Session session = Session.getInstance(properties(server, !password.isEmpty()));
    String what = "the notice could not be sent as " + route.words();
    String tail = " [SMTP " + server.host() + ":" + server.port() + "]";
    try {
      InternetAddress from = new InternetAddress(route.from(), true);
      String id = id(from, notice, thread);
      Message message = message(session, id, from, route, notice, ui, thread);
      try (Transport transport = session.getTransport(server.protocol())) {
        transport.connect(
            server.host(),
            server.port(),
            user.isEmpty() ? null : user,
            password.isEmpty() ? null : password);
        transport.sendMessage(message, message.getAllRecipients());
      }
      return thread.isEmpty() ? id : thread;
    } catch (AddressException e) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          what + ": an address is none: " + secrets.quoted(String.valueOf(e.getMessage())),
          "Mend sender and receivers in the runbook.");
    } catch (MessagingException e) {
      throw refused(what, tail, secrets, e);
    }
  }

  private Properties properties(Server server, boolean login) {
    Properties properties = new Properties();
    String prefix = "mail." + server.protocol() + ".";
    properties.put(prefix + "ssl.socketFactory", tls.get());
    properties.put(prefix + "ssl.checkserveridentity", "true");
    properties.put(prefix + "starttls.enable", "true");
    properties.put(prefix + "starttls.required", String.valueOf(login));
    properties.put(prefix + "auth", String.valueOf(login));
    properties.put(prefix + "connectiontimeout", PATIENCE_MILLIS);
    properties.put(prefix + "timeout", PATIENCE_MILLIS);
    properties.put(prefix + "writetimeout", PATIENCE_MILLIS);
    // One receiver who is gone must not keep the others from being told.
    properties.put(prefix + "sendpartial", "true");
    return properties;
  }

  private Message message(
      Session session,
      String id,
      InternetAddress from,
      NoticeRoute.Email route,
      Notice notice,
      TemporalUi ui,
      String thread)
      throws MessagingException {
    MimeMessage message = new IdentifiedMessage(session, id);
    message.setFrom(from);
    for (String to : route.to()) {
      message.addRecipient(Message.RecipientType.TO, new InternetAddress(to, true));
    }
    message.setSubject(MailText.subject(notice), StandardCharsets.UTF_8.name());
    message.setSentDate(Date.from(clock.instant()));
    message.setText(MailText.body(notice, ui), StandardCharsets.UTF_8.name());
    message.setHeader("Auto-Submitted", "auto-generated");
    if (!thread.isEmpty()) {
      message.setHeader("In-Reply-To", thread);
      message.setHeader("References", thread);
    }
    message.saveChanges();
    return message;
  }

  /** Returns the same id for the same mail, so that receivers see one that came twice as one. */
  private static String id(InternetAddress from, Notice notice, String thread) {
    String said =
        String.join(
            "\n",
            thread,
            notice.workflowId(),
            notice.runId(),
            MailText.subject(notice),
            notice.facts().toString(),
            notice.findings().toString());
    String address = from.getAddress();
    String domain = address.substring(address.indexOf('@') + 1);
    return "<drillbook." + sha256(said).substring(0, 32) + "@" + domain + ">";
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static DrillbookException refused(
      String what, String tail, Secrets secrets, MessagingException e) {
    Reply reply = Reply.of(e);
    // No cause: its message holds the server's words as they came.
    String message = what + ": " + secrets.quoted(reply.words()) + tail;
    if (reply.later()) {
      return new DrillbookException(FailureKind.UNAVAILABLE, message);
    }
    return switch (reply.code()) {
      case 530, 534, 535, 538 ->
          new DrillbookException(
              FailureKind.DENIED,
              message,
              "Check user and password; without TLS no login is sent.");
      case 550, 551, 553 ->
          new DrillbookException(
              FailureKind.NOT_FOUND, message, "Check sender and receivers with the mail server.");
      case 554, 571 ->
          new DrillbookException(
              FailureKind.DENIED, message, "The mail server does not take mail from this sender.");
      default ->
          new DrillbookException(
              FailureKind.CONFIGURATION, message, "Check the mail server's address and its log.");
    };
  }

  /** What a server said last, or why it said nothing. */
  private record Reply(int code, boolean later, String words) {
    static Reply of(MessagingException failure) {
      Reply found = null;
      for (Exception e = failure;
          e instanceof MessagingException next;
          e = next.getNextException()) {
        int code =
            switch (e) {
              case SMTPAddressFailedException address -> address.getReturnCode();
              case SMTPSenderFailedException sender -> sender.getReturnCode();
              case SMTPSendFailedException send -> send.getReturnCode();
              case AuthenticationFailedException login ->
                  leading(String.valueOf(login.getMessage()), 535);
              default -> 0;
            };
        // The address that was refused says more than the mail that was not sent for it.
        if (code >= 400) {
          found = new Reply(code, code < 500, String.valueOf(e.getMessage()));
        }
      }
      if (found != null) {
        return found;
      }
      String words = String.valueOf(failure.getMessage());
      // A server that offers no TLS, or none that is believed, does so tomorrow too.
      boolean tls = words.contains("STARTTLS") || words.contains("TLS");
      return new Reply(tls ? 534 : 0, !tls, words);
    }

    private static int leading(String words, int otherwise) {
      return words.matches("(?s)[45][0-9][0-9][ -].*")
          ? Integer.parseInt(words.substring(0, 3))
          : otherwise;
    }
  }

  /** A mail server. */
  private record Server(String protocol, String host, int port) {
    static Server of(String address) throws DrillbookException {
      String told = "a mail server is given as smtp://host:port or smtps://host:port: '";
      try {
        URI uri = URI.create(address);
        String scheme = String.valueOf(uri.getScheme());
        if (uri.getHost() == null
            || uri.getUserInfo() != null
            || !(scheme.equals("smtp") || scheme.equals("smtps"))) {
          throw new DrillbookException(
              FailureKind.CONFIGURATION,
              "a mail server is given as smtp://host:port or smtps://host:port, without a user",
              "Give user and password as references.");
        }
        int usual = scheme.equals("smtps") ? 465 : 587;
        return new Server(scheme, uri.getHost(), uri.getPort() < 0 ? usual : uri.getPort());
      } catch (IllegalArgumentException e) {
        throw new DrillbookException(FailureKind.CONFIGURATION, told + address + "'");
      }
    }
  }

  /** A mail with the id that it was given. */
  private static final class IdentifiedMessage extends MimeMessage {
    private final String id;

    IdentifiedMessage(Session session, String id) {
      super(session);
      this.id = id;
    }

    @Override
    protected void updateMessageID() throws MessagingException {
      setHeader("Message-ID", id);
    }
  }
}
