package drillbook.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.http.TestingSecret;
import drillbook.http.TestingWeb;
import drillbook.http.TestingWeb.Reply;
import drillbook.notice.NoticeActivities.NoticePost;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Notices to any HTTP endpoint. */
final class WebhookNoticesTest {
  @TempDir Path folder;
  private final Notices notices =
      new Notices(TemporalUi.NONE, InstantSource.fixed(Instant.parse("2026-11-22T03:01:00Z")));
  private TestingWeb web;
  private TestingSecret secrets;

  @BeforeEach
  void start() throws Exception {
    web = new TestingWeb(request -> new Reply(202, ""));
    secrets = new TestingSecret(folder);
  }

  @AfterEach
  void stop() {
    web.close();
  }

  @Test
  void a_notice_is_posted_as_json_with_the_bearer_token() throws Exception {
    NoticeRoute route = route("/hooks/drill", "bearer-0123456789");
    assertThat(notices.post(new NoticePost(route, TestingNotices.problem(), "ignored"))).isEmpty();
    TestingWeb.Seen seen = web.seen().getFirst();
    assertThat(seen.method() + " " + seen.path()).isEqualTo("POST /hooks/drill");
    assertThat(seen.authorization()).isEqualTo("Bearer bearer-0123456789");
    assertThat(seen.contentType()).startsWith("application/json");
    assertThat(seen.json().path("level").asText()).isEqualTo("PROBLEM");
    assertThat(seen.json().path("findings").get(0).path("code").asText())
        .isEqualTo("COUNT_MISMATCH");
    assertThat(seen.json().has("link")).isFalse();
  }

  @Test
  void without_a_token_nothing_is_authorized() throws Exception {
    notices.post(new NoticePost(route("/hook", ""), TestingNotices.fine(), ""));
    assertThat(web.seen().getFirst().authorization()).isEqualTo("null");
  }

  @Test
  void refusals_say_who_acts_and_nothing_secret() throws Exception {
    NoticeRoute route = route("/hooks/0123456789abcdef", "bearer-0123456789");
    web.next(new Reply(401, "no such token: bearer-0123456789 at /hooks/0123456789abcdef"));
    DrillbookException denied = refused(route);
    assertThat(denied.kind()).isEqualTo(FailureKind.DENIED);
    assertThat(SlackNoticesTest.everything(denied))
        .contains("no such token: *** at ***", "file:", "[POST 401]")
        .doesNotContain("0123456789");

    web.next(new Reply(429, "", Map.of("Retry-After", "Sun, 22 Nov 2026 03:03:00 GMT")));
    assertThat(refused(route).retryAfter()).isEqualTo(Duration.ofMinutes(2));
    web.next(new Reply(301, "", Map.of("Location", "http://127.0.0.1:1/")));
    assertThat(refused(route).kind()).isEqualTo(FailureKind.CONFIGURATION);
    web.next(new Reply(404, ""));
    assertThat(refused(route).kind()).isEqualTo(FailureKind.NOT_FOUND);
    web.loseNextAnswer();
    assertThat(refused(route).kind()).isEqualTo(FailureKind.UNAVAILABLE);
  }

  @Test
  void an_address_that_is_none_is_not_repeated() throws Exception {
    NoticeRoute route = new NoticeRoute.Webhook(secrets.store("hooks.example/secret"), "");
    DrillbookException refused = refused(route);
    assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
    assertThat(SlackNoticesTest.everything(refused)).doesNotContain("hooks.example");
    assertThat(refused(new NoticeRoute.Webhook("https://typed.example/secret", "")))
        .hasMessageNotContaining("typed.example")
        .extracting(DrillbookException::kind)
        .isEqualTo(FailureKind.CONFIGURATION);
  }

  private NoticeRoute route(String path, String token) throws Exception {
    return new NoticeRoute.Webhook(
        secrets.store(web.url() + path), token.isEmpty() ? "" : secrets.store(token));
  }

  private DrillbookException refused(NoticeRoute route) {
    DrillbookException refused =
        catchThrowableOfType(
            DrillbookException.class,
            () -> notices.post(new NoticePost(route, TestingNotices.fine(), "")));
    assertThat(refused).isNotNull();
    return refused;
  }
}
