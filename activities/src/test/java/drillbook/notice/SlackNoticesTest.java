package drillbook.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.http.TestingSecret;
import drillbook.http.TestingWeb.Reply;
import drillbook.notice.NoticeActivities.NoticePost;
import drillbook.worker.NoticeWorker;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** Notices in Slack, by a bot and by an incoming webhook. */
final class SlackNoticesTest {
  private static final TemporalUi UI = new TemporalUi("https://temporal.example/ui/", "backups");

  @TempDir Path folder;
  private TestingSlack slack;
  private TestingSecret secrets;
  private Notices notices;
  private String token;

  @BeforeEach
  void start() throws Exception {
    slack = new TestingSlack().channel("#ops");
    secrets = new TestingSecret(folder);
    token = secrets.store(TestingSlack.TOKEN);
    notices = notices(slack.methods());
  }

  @AfterEach
  void stop() {
    slack.close();
  }

  @Test
  void a_bot_posts_header_figures_findings_and_the_runs_page() throws Exception {
    String thread = post("#ops", TestingNotices.problem(), "");

    TestingSlack.Message message = slack.messages().getFirst();
    assertThat(thread).isNotEmpty().isEqualTo(message.ts());
    assertThat(message.channel()).isEqualTo("#ops");
    assertThat(message.thread()).isEmpty();
    assertThat(message.text()).isEqualTo("Problem: docs weekly: drill FAILED");
    List<JsonNode> blocks = List.copyOf(message.blocks().valueStream().toList());
    assertThat(blocks)
        .extracting(block -> block.path("type").asText())
        .containsExactly("header", "section", "section", "section", "context");
    assertThat(blocks.get(0).path("text").path("text").asText())
        .isEqualTo("🔴 Problem: docs weekly: drill FAILED");
    assertThat(blocks.get(1).path("fields")).hasSize(7);
    assertThat(blocks.get(2).path("text").path("text").asText())
        .startsWith("*COUNT_MISMATCH* 3 records")
        .contains("'&lt;!channel&gt;'", "'R&amp;D'")
        .contains("\n*What to do:* Restore the backup before this one");
    assertThat(blocks.get(4).path("elements").get(0).path("text").asText())
        .isEqualTo(
            "<https://temporal.example/ui/namespaces/backups/workflows/"
                + "docs-weekly-2026-11-22T03:00:00Z/0198f2a1-7c3e-7b7a-9d55-3f2e8a5b1c44/history"
                + "|docs-weekly-2026-11-22T03:00:00Z>");
  }

  @Test
  void slack_is_asked_for_nothing_but_the_post() throws Exception {
    post("#ops", TestingNotices.fine(), "");
    assertThat(slack.web().seen())
        .extracting(seen -> seen.path())
        .containsExactly("/api/chat.postMessage");
  }

  @Test
  void all_messages_of_a_run_make_one_thread_and_a_problem_is_shown_outside_it_too()
      throws Exception {
    String thread = post("#ops", TestingNotices.warning(), "");
    assertThat(post("#ops", TestingNotices.fine(), thread)).isEqualTo(thread);
    assertThat(post("#ops", TestingNotices.problem(), thread)).isEqualTo(thread);

    assertThat(slack.messages()).extracting(m -> m.thread()).containsExactly("", thread, thread);
    assertThat(slack.messages()).extracting(m -> m.broadcast()).containsExactly(false, false, true);
  }

  @Test
  void without_a_page_the_run_is_named() throws Exception {
    Notices plain =
        new Notices(
            TemporalUi.NONE, InstantSource.system(), slack.methods(), SSLSocketFactory::getDefault);
    plain.post(new NoticePost(route("#ops"), TestingNotices.fine(), ""));
    assertThat(slack.messages().getFirst().blocks().toString())
        .contains("docs-daily-2026-11-22T02:00:00Z, run 0198f2a1")
        .doesNotContain("http");
  }

  @Test
  void what_is_too_much_for_slack_is_shortened_visibly_and_counted() throws Exception {
    post("#ops", TestingNotices.huge(), "");

    JsonNode blocks = slack.messages().getFirst().blocks();
    String all = blocks.toString();
    assertThat(all).contains("… (shortened)").contains("more figures: see the run.");
    assertThat(all).contains("more findings: see the run.").contains("COUNT_MISMATCH");
    assertThat(all).doesNotContain("\u202e", "\\u001B");
    // A header is plain text, in which nobody is called.
    assertThat(all.substring(all.indexOf("mrkdwn"))).doesNotContain("<!channel>");
    assertThat(blocks.findValuesAsText("text").stream().mapToInt(String::length).sum())
        .isLessThan(SlackBlocks.ALL_CHARS + 1000);
  }

  @Test
  void hundreds_of_short_findings_stay_within_fifty_blocks() throws Exception {
    Notice notice = TestingNotices.problem();
    post(
        "#ops",
        new Notice(
            notice.level(),
            notice.title(),
            notice.facts(),
            java.util.Collections.nCopies(300, notice.findings().getLast()),
            notice.workflowId(),
            notice.runId()),
        "");
    JsonNode blocks = slack.messages().getFirst().blocks();
    assertThat(blocks.size()).isEqualTo(SlackBlocks.BLOCKS);
    // Header, figures, the count and the context are not findings.
    assertThat(blocks.toString()).contains("… and 254 more findings: see the run.");
  }

  @Test
  void an_emoji_is_not_cut_in_two() {
    assertThat(SlackText.escaped("🙂".repeat(20), 30)).isEqualTo("🙂".repeat(8) + "… (shortened)");
    assertThat(SlackText.escaped("&&&&&&", 21)).isEqualTo("&amp;… (shortened)");
    assertThat(SlackText.escaped("&&&&", 20)).isEqualTo("&amp;&amp;&amp;&amp;");
  }

  @ParameterizedTest
  @CsvSource({
    "channel_not_found, NOT_FOUND, id",
    "not_in_channel, DENIED, /invite",
    "is_archived, CONFIGURATION, archived",
    "missing_scope, DENIED, chat:write",
    "invalid_auth, DENIED, xoxb",
    "ratelimited, UNAVAILABLE, ''",
    "something_new, CONFIGURATION, ''"
  })
  void errors_say_who_acts_in_slacks_own_word(String error, FailureKind kind, String hint)
      throws Exception {
    switch (error) {
      case "not_in_channel" -> slack.foreignChannel("#hr");
      case "is_archived" -> slack.channel("#hr").archive("#hr");
      case "missing_scope" -> slack.withoutScope();
      case "invalid_auth" -> token = secrets.store("xoxb-wrong-0123456789");
      case "ratelimited", "something_new" ->
          slack.web().next(new Reply(200, "{\"ok\":false,\"error\":\"" + error + "\"}"));
      default -> {}
    }
    DrillbookException refused = refused(error.equals("invalid_auth") ? "#ops" : "#hr");
    assertThat(refused.kind()).isEqualTo(kind);
    assertThat(refused)
        .hasMessageStartingWith(
            "the notice could not be posted to Slack channel #"
                + (error.equals("invalid_auth") ? "ops" : "hr")
                + ": "
                + error);
    assertThat(refused.hint()).contains(hint);
    assertThat(slack.messages()).isEmpty();
  }

  @Test
  void a_rate_limit_is_obeyed() throws Exception {
    slack
        .web()
        .next(
            new Reply(
                429, "{\"ok\":false,\"error\":\"ratelimited\"}", Map.of("Retry-After", "37")));
    DrillbookException refused = refused("#ops");
    assertThat(refused.kind()).isEqualTo(FailureKind.UNAVAILABLE);
    assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(37));
  }

  @Test
  void a_broken_slack_is_tried_later() throws Exception {
    slack.web().next(new Reply(503, "<html>down for maintenance</html>"));
    assertThat(refused("#ops").kind()).isEqualTo(FailureKind.UNAVAILABLE);
    slack.web().next(new Reply(200, "<html>a proxy's page</html>"));
    assertThat(refused("#ops").kind()).isEqualTo(FailureKind.UNAVAILABLE);
    slack.web().loseNextAnswer();
    assertThat(refused("#ops").kind()).isEqualTo(FailureKind.UNAVAILABLE);
    notices = notices("http://127.0.0.1:1/api/");
    assertThat(refused("#ops"))
        .hasMessageContaining("cannot be connected to")
        .extracting(DrillbookException::kind)
        .isEqualTo(FailureKind.UNAVAILABLE);
  }

  @Test
  void the_token_is_in_no_message_exception_or_log() throws Exception {
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    Logger own = (Logger) LoggerFactory.getLogger("drillbook");
    Level before = root.getLevel();
    Level ownBefore = own.getLevel();
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    root.addAppender(log);
    root.setLevel(Level.TRACE);
    own.setLevel(Level.TRACE);
    try {
      post("#ops", TestingNotices.fine(), "");
      String echo = "{\"ok\":false,\"error\":\"no " + TestingSlack.TOKEN + " here\"}";
      slack.web().next(new Reply(200, echo));
      assertThat(everything(refused("#ops"))).doesNotContain(TestingSlack.TOKEN).contains("***");
      slack.web().next(new Reply(403, echo));
      assertThat(everything(refused("#ops"))).doesNotContain(TestingSlack.TOKEN);
      token = secrets.store("xoxb two words\nand lines");
      assertThat(everything(refused("#ops"))).doesNotContain("two words");
      token = "xoxb-typed-by-mistake";
      assertThat(everything(refused("#ops"))).doesNotContain("typed-by-mistake");
      token = secrets.store(TestingSlack.TOKEN);
      slack.web().next(new Reply(200, echo));
      NoticePost post = new NoticePost(route("#ops"), TestingNotices.fine(), "");
      assertThatThrownBy(() -> new NoticeWorker(notices).post(post))
          .hasMessageContaining("no *** here");
    } finally {
      root.setLevel(before);
      own.setLevel(ownBefore);
      root.detachAppender(log);
    }
    assertThat(log.list).isNotEmpty();
    assertThat(log.list)
        .extracting(event ->
            event.getFormattedMessage() + ThrowableProxyUtil.asString(event.getThrowableProxy()))
        .noneMatch(line -> line.contains(TestingSlack.TOKEN))
        .anyMatch(line -> line.contains("no *** here"));
  }

  @Test
  void an_incoming_webhook_gets_the_same_blocks_and_knows_no_thread() throws Exception {
    String url = secrets.store(slack.web().url() + TestingSlack.HOOK);
    NoticePost post =
        new NoticePost(new NoticeRoute.SlackWebhook(url), TestingNotices.problem(), "");
    assertThat(notices.post(post)).isEmpty();
    post("#ops", TestingNotices.problem(), "");
    assertThat(slack.messages().get(0).blocks()).isEqualTo(slack.messages().get(1).blocks());
    assertThat(slack.messages().get(0).text()).isEqualTo(slack.messages().get(1).text());
  }

  @ParameterizedTest
  @CsvSource({
    "404, no_service, NOT_FOUND, 'Make a new'",
    "403, action_prohibited, DENIED, administers",
    "410, channel_is_archived, CONFIGURATION, archived",
    "400, invalid_blocks, INTERNAL, Report",
    "302, moved, CONFIGURATION, moved",
    "500, rollup_error, UNAVAILABLE, ''"
  })
  void a_webhooks_errors_say_who_acts(int status, String word, FailureKind kind, String hint)
      throws Exception {
    String url = secrets.store(slack.web().url() + TestingSlack.HOOK);
    slack.web().next(new Reply(status, word));
    DrillbookException refused =
        refused(new NoticePost(new NoticeRoute.SlackWebhook(url), TestingNotices.fine(), ""));
    assertThat(refused.kind()).isEqualTo(kind);
    assertThat(refused).hasMessageContaining(": " + word + " [POST " + status + "]");
    assertThat(refused.hint()).contains(hint);
    assertThat(everything(refused)).doesNotContain("testing-hook-secret");
  }

  @Test
  void a_webhooks_address_is_in_no_message_even_when_it_is_echoed() throws Exception {
    String url = secrets.store(slack.web().url() + TestingSlack.HOOK);
    slack.web().next(new Reply(404, "nothing at " + TestingSlack.HOOK));
    assertThat(
            everything(
                refused(
                    new NoticePost(new NoticeRoute.SlackWebhook(url), TestingNotices.fine(), ""))))
        .contains("nothing at ***")
        .doesNotContain("testing-hook-secret", slack.web().url());
    String dead = secrets.store("http://127.0.0.1:1" + TestingSlack.HOOK);
    assertThat(
            everything(
                refused(
                    new NoticePost(new NoticeRoute.SlackWebhook(dead), TestingNotices.fine(), ""))))
        .doesNotContain("testing-hook-secret", "127.0.0.1");
  }

  private Notices notices(String methods) {
    return new Notices(
        UI,
        InstantSource.fixed(Instant.parse("2026-11-22T03:01:00Z")),
        methods,
        SSLSocketFactory::getDefault);
  }

  private NoticeRoute.Slack route(String channel) {
    return new NoticeRoute.Slack(channel, token);
  }

  private String post(String channel, Notice notice, String thread) throws DrillbookException {
    return notices.post(new NoticePost(route(channel), notice, thread));
  }

  private DrillbookException refused(String channel) {
    return refused(new NoticePost(route(channel), TestingNotices.fine(), ""));
  }

  private DrillbookException refused(NoticePost post) {
    DrillbookException refused =
        catchThrowableOfType(DrillbookException.class, () -> notices.post(post));
    assertThat(refused).isNotNull();
    return refused;
  }

  /** Returns all that an exception and those behind it say. */
  static String everything(DrillbookException failure) {
    StringBuilder words = new StringBuilder(failure.hint());
    for (Throwable e = failure; e != null; e = e.getCause()) {
      words.append(e).append('\n');
    }
    return words.toString();
  }
}
