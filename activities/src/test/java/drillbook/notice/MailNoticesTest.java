package drillbook.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.http.TestingSecret;
import drillbook.notice.NoticeActivities.NoticePost;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Notices by mail, to a server on loopback that keeps what it is given. */
final class MailNoticesTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-22T03:01:00Z"));

  private static SSLContext believed;

  @TempDir Path folder;
  private TestingSecret secrets;

  @BeforeAll
  static void certify(@TempDir Path certificate) throws Exception {
    believed = TestingCertificate.context(certificate);
  }

  @BeforeEach
  void start() {
    secrets = new TestingSecret(folder);
  }

  @Test
  void a_notice_becomes_a_plain_mail() throws Exception {
    try (TestingSmtp smtp = new TestingSmtp(Optional.empty(), false)) {
      post(smtp.url(), TestingNotices.problem(), "", false);

      TestingSmtp.Mail mail = smtp.mails().getFirst();
      assertThat(mail.from()).contains("<drillbook@example.org>");
      assertThat(mail.to()).containsExactly("<ops@example.org>", "<oncall@example.org>");
      assertThat(mail.header("Subject"))
          .isEqualTo("[drillbook] Problem: docs weekly: drill FAILED");
      assertThat(mail.header("Auto-Submitted")).isEqualTo("auto-generated");
      assertThat(mail.header("Date")).contains("22 Nov 2026");
      assertThat(mail.text()).contains("COUNT_MISMATCH", "3 records are missing", "What to do:");
      assertThat(mail.encrypted()).isFalse();
    }
  }

  @Test
  void mails_of_a_run_make_one_thread_and_one_that_is_sent_twice_is_the_same() throws Exception {
    try (TestingSmtp smtp = new TestingSmtp(Optional.empty(), false)) {
      String thread = post(smtp.url(), TestingNotices.warning(), "", false);
      assertThat(post(smtp.url(), TestingNotices.warning(), "", false)).isEqualTo(thread);
      assertThat(post(smtp.url(), TestingNotices.problem(), thread, false)).isEqualTo(thread);

      List<TestingSmtp.Mail> mails = smtp.mails();
      assertThat(thread).matches("<drillbook\\.[0-9a-f]{32}@example\\.org>");
      assertThat(mails.get(0).header("Message-ID")).isEqualTo(thread);
      assertThat(mails.get(1).header("Message-ID")).isEqualTo(thread);
      assertThat(mails.get(2).header("Message-ID")).isNotEqualTo(thread).startsWith("<drillbook.");
      assertThat(mails.get(2).header("In-Reply-To")).isEqualTo(thread);
      assertThat(mails.get(0).header("In-Reply-To")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_login_goes_over_tls(boolean atOnce) throws Exception {
    try (TestingSmtp smtp = new TestingSmtp(Optional.of(believed), atOnce)) {
      post(smtp.url(), TestingNotices.fine(), "", true);
      assertThat(smtp.mails().getFirst().encrypted()).isTrue();
      assertThat(smtp.mails().getFirst().loggedIn()).isTrue();
    }
  }

  @Test
  void a_login_is_never_sent_without_tls() throws Exception {
    try (TestingSmtp smtp = new TestingSmtp(Optional.empty(), false)) {
      DrillbookException refused = refused(smtp.url(), true, believed);
      assertThat(refused.kind()).isEqualTo(FailureKind.DENIED);
      assertThat(refused.hint()).contains("without TLS no login is sent");
      assertThat(smtp.commands()).noneMatch(command -> command.startsWith("AUTH"));
      assertThat(smtp.mails()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_server_whose_certificate_nobody_vouches_for_gets_nothing(boolean atOnce) throws Exception {
    try (TestingSmtp smtp = new TestingSmtp(Optional.of(believed), atOnce)) {
      refused(smtp.url(), true, SSLContext.getDefault());
      assertThat(smtp.commands()).noneMatch(command -> command.startsWith("AUTH"));
      assertThat(smtp.mails()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "MAIL, 450 4.7.1 busy, UNAVAILABLE",
    "MAIL, 530 5.7.0 login first, DENIED",
    "RCPT, 550 5.1.1 no such mailbox, NOT_FOUND",
    "RCPT, 451 4.7.1 greylisted, UNAVAILABLE",
    "DATA, 554 5.7.1 looks like spam, DENIED",
    "AUTH, 535 5.7.8 bad login, DENIED",
    "AUTH, 454 4.7.0 not now, UNAVAILABLE",
    "EHLO, 421 4.3.0 going down, UNAVAILABLE"
  })
  void a_servers_words_say_who_acts(String command, String reply, FailureKind kind)
      throws Exception {
    try (TestingSmtp smtp = new TestingSmtp(Optional.of(believed), false)) {
      smtp.refusing(command, reply).refusing("HELO", reply);
      DrillbookException refused = refused(smtp.url(), true, believed);
      assertThat(refused.kind()).isEqualTo(kind);
      assertThat(refused)
          .hasMessageStartingWith(
              "the notice could not be sent as mail to ops@example.org, On Call"
                  + " <oncall@example.org>: ")
          .hasMessageContaining(reply.substring(4))
          .hasMessageEndingWith("[SMTP " + smtp.url().substring(7) + "]");
    }
  }

  @Test
  void one_receiver_who_is_gone_keeps_nobody_else_from_being_told() throws Exception {
    try (TestingSmtp smtp = new TestingSmtp(Optional.empty(), false)) {
      smtp.refusing("RCPT TO:<ops@", "550 5.1.1 no such mailbox");
      DrillbookException refused = refused(smtp.url(), false, believed);
      assertThat(refused.kind()).isEqualTo(FailureKind.NOT_FOUND);
      assertThat(smtp.mails().getFirst().to()).containsExactly("<oncall@example.org>");
    }
  }

  @Test
  void a_server_that_is_down_is_tried_later_and_a_wrong_address_is_not() throws Exception {
    assertThat(refused("smtp://127.0.0.1:1", false, believed).kind())
        .isEqualTo(FailureKind.UNAVAILABLE);
    assertThat(refused("mail.example:25", false, believed).kind())
        .isEqualTo(FailureKind.CONFIGURATION);
    assertThat(refused("smtp://me:pw@mail.example", false, believed))
        .hasMessageNotContaining("pw")
        .extracting(DrillbookException::kind)
        .isEqualTo(FailureKind.CONFIGURATION);
  }

  @Test
  void neither_password_nor_user_is_in_a_message_even_when_the_server_repeats_them()
      throws Exception {
    try (TestingSmtp smtp = new TestingSmtp(Optional.of(believed), false)) {
      DrillbookException refused =
          catchThrowableOfType(
              DrillbookException.class,
              () ->
                  notices(believed)
                      .post(
                          new NoticePost(
                              route(
                                  smtp.url(),
                                  secrets.store("someone@example.org"),
                                  secrets.store("wrong-horse-battery")),
                              TestingNotices.fine(),
                              "")));
      String encoded =
          Base64.getEncoder()
              .encodeToString(
                  "someone@example.org\0someone@example.org\0wrong-horse-battery"
                      .getBytes(StandardCharsets.UTF_8));
      assertThat(refused.kind()).isEqualTo(FailureKind.DENIED);
      assertThat(SlackNoticesTest.everything(refused))
          .contains("bad login", "***")
          .doesNotContain("wrong-horse", "someone@", encoded);
    }
  }

  private String post(String server, Notice notice, String thread, boolean login) throws Exception {
    return notices(believed)
        .post(
            new NoticePost(
                route(
                    server,
                    login ? secrets.store(TestingSmtp.USER) : "",
                    login ? secrets.store(TestingSmtp.PASSWORD) : ""),
                notice,
                thread));
  }

  private DrillbookException refused(String server, boolean login, SSLContext context)
      throws Exception {
    String user = login ? secrets.store(TestingSmtp.USER) : "";
    String password = login ? secrets.store(TestingSmtp.PASSWORD) : "";
    DrillbookException refused =
        catchThrowableOfType(
            DrillbookException.class,
            () ->
                notices(context)
                    .post(
                        new NoticePost(route(server, user, password), TestingNotices.fine(), "")));
    assertThat(refused).isNotNull();
    assertThat(SlackNoticesTest.everything(refused)).doesNotContain(TestingSmtp.PASSWORD);
    return refused;
  }

  private static Notices notices(SSLContext context) {
    SSLSocketFactory factory = context.getSocketFactory();
    return new Notices(TemporalUi.NONE, CLOCK, "http://127.0.0.1:1/", () -> factory);
  }

  private static NoticeRoute route(String server, String user, String password) {
    return new NoticeRoute.Email(
        server,
        "Drillbook <drillbook@example.org>",
        List.of("ops@example.org", "On Call <oncall@example.org>"),
        user,
        password);
  }
}
