package drillbook.ticket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.http.TestingSecret;
import drillbook.http.TestingWeb.Reply;
import drillbook.ticket.TicketActivities.TicketPost;
import drillbook.ticket.TicketRoute.GitHub;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tickets as issues of a GitHub repository. */
final class GitHubTicketsTest {
  private static final Instant NOW = Instant.parse("2026-11-22T03:01:00Z");
  private static final String KEY = "drillbook/docs/drill";

  @TempDir Path folder;
  private final Tickets tickets = new Tickets(InstantSource.fixed(NOW));
  private TestingGitHub github;
  private TestingSecret secrets;
  private TicketRoute route;

  @BeforeEach
  void start() throws Exception {
    github = new TestingGitHub();
    secrets = new TestingSecret(folder);
    route = github.route(secrets.store(TestingGitHub.TOKEN));
  }

  @AfterEach
  void stop() {
    github.close();
  }

  @Test
  void an_issue_is_filed_with_the_keys_label() throws Exception {
    String address = tickets.file(post("A backup of docs did not come back", "3 are missing"));

    TestingGitHub.Issue issue = github.issues().getFirst();
    assertThat(address).isEqualTo(github.address(issue));
    assertThat(issue.title).isEqualTo("A backup of docs did not come back");
    assertThat(issue.body).startsWith("3 are missing\n\n<!-- drillbook-");
    assertThat(issue.labels).containsExactly(KEY);
  }

  @Test
  void a_second_filing_is_a_comment_and_another_key_another_issue() throws Exception {
    String first = tickets.file(post("A backup did not come back", "3 are missing"));
    assertThat(tickets.file(post("Again", "4 are missing"))).isEqualTo(first);
    tickets.file(
        new TicketPost(route, new Ticket("drillbook/docs/recovery-time", "Slower", "by half")));

    assertThat(github.issues()).hasSize(2);
    assertThat(github.issues().getFirst().comments)
        .singleElement()
        .asString()
        .startsWith("Again\n\n4 are missing");
    assertThat(github.issues().getLast().comments).isEmpty();
  }

  @Test
  void a_pull_request_with_the_label_is_no_issue() throws Exception {
    github.web().next(new Reply(200, "[{\"number\":9,\"html_url\":\"x\",\"pull_request\":{}}]"));
    tickets.file(post("A backup did not come back", "3 are missing"));
    assertThat(github.issues()).hasSize(1);
  }

  @Test
  void a_filing_whose_answer_was_lost_makes_no_second_issue_and_no_comment() throws Exception {
    TicketPost post = post("A backup did not come back", "3 are missing");
    // The first change is the label, the second the issue.
    github.web().loseNextAnswer();
    assertThat(refused(post).kind()).isEqualTo(FailureKind.UNAVAILABLE);
    assertThat(github.issues()).isEmpty();
    tickets.file(post);
    assertThat(github.issues()).hasSize(1);
    tickets.file(post);
    assertThat(github.issues()).hasSize(1);
    assertThat(github.issues().getFirst().comments).isEmpty();

    TicketPost news = post("Again", "4 are missing");
    github.web().loseNextAnswer();
    assertThat(refused(news).kind()).isEqualTo(FailureKind.UNAVAILABLE);
    tickets.file(news);
    assertThat(github.issues().getFirst().comments).hasSize(1);
  }

  @Test
  void an_issue_whose_answer_was_lost_is_found_by_the_next_attempt() throws Exception {
    TicketPost post = post("A backup did not come back", "3 are missing");
    github.beforeCreate(() -> github.web().loseNextAnswer());
    assertThat(refused(post).kind()).isEqualTo(FailureKind.UNAVAILABLE);
    assertThat(tickets.file(post)).endsWith("/issues/1");
    assertThat(github.issues()).hasSize(1);
    assertThat(github.issues().getFirst().comments).isEmpty();
  }

  @Test
  void of_two_that_file_at_once_the_older_issue_stays_and_gets_the_news() throws Exception {
    github.beforeCreate(() -> github.file("Another worker's", "2 are missing", KEY));
    String address = tickets.file(post("A backup did not come back", "3 are missing"));

    assertThat(github.open())
        .singleElement()
        .satisfies(issue -> {
          assertThat(issue.title).isEqualTo("Another worker's");
          assertThat(address).isEqualTo(github.address(issue));
          assertThat(issue.comments).singleElement().asString().contains("3 are missing");
        });
    TestingGitHub.Issue own = github.issues().getLast();
    assertThat(own.reason).isEqualTo("not_planned");
    assertThat(own.comments).singleElement().asString().contains("The same as " + address);
  }

  @Test
  void two_open_issues_of_a_key_are_made_one_by_the_next_filing() throws Exception {
    github.file("First", "x", KEY);
    github.file("Second", "y", KEY);
    tickets.file(post("Again", "4 are missing"));
    assertThat(github.open()).extracting(issue -> issue.title).containsExactly("First");
  }

  @Test
  void closing_says_why_and_closes_and_is_nothing_where_nothing_is_open() throws Exception {
    assertThat(tickets.close(post("Backups of docs come back", "Drill 7 passed."))).isEmpty();
    String address = tickets.file(post("A backup did not come back", "3 are missing"));
    assertThat(tickets.close(post("Backups of docs come back", "Drill 7 passed.")))
        .isEqualTo(address);

    TestingGitHub.Issue issue = github.issues().getFirst();
    assertThat(issue.open).isFalse();
    assertThat(issue.reason).isEqualTo("completed");
    assertThat(issue.comments)
        .singleElement()
        .asString()
        .startsWith("Backups of docs come back\n\nDrill 7 passed.");
    tickets.close(post("Backups of docs come back", "Drill 7 passed."));
    assertThat(issue.comments).hasSize(1);

    assertThat(tickets.file(post("A backup did not come back", "5 are missing")))
        .isNotEqualTo(address);
  }

  @Test
  void a_close_that_stopped_after_its_comment_comments_once() throws Exception {
    tickets.file(post("A backup did not come back", "3 are missing"));
    TicketPost close = post("Backups of docs come back", "Drill 7 passed.");
    github.web().loseNextAnswer();
    assertThat(refusedClose(close).kind()).isEqualTo(FailureKind.UNAVAILABLE);
    tickets.close(close);
    assertThat(github.issues().getFirst().comments).hasSize(1);
    assertThat(github.open()).isEmpty();
  }

  @Test
  void nothing_is_filed_that_could_not_be_found_again() throws Exception {
    github.withoutLabelRight();
    DrillbookException refused = refused(post("A backup did not come back", "x"));
    assertThat(refused.kind()).isEqualTo(FailureKind.DENIED);
    assertThat(refused.hint()).contains("Issues: write");
    assertThat(github.issues()).isEmpty();
  }

  @Test
  void an_issue_that_lost_its_label_is_closed_again() throws Exception {
    github.droppingLabels();
    assertThat(refused(post("A backup did not come back", "x")))
        .hasMessageContaining("left its label out")
        .extracting(DrillbookException::kind)
        .isEqualTo(FailureKind.DENIED);
    assertThat(github.open()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "401, Bad credentials, DENIED",
    "403, Resource not accessible by personal access token, DENIED",
    "404, Not Found, NOT_FOUND",
    "410, Issues are disabled for this repo, NOT_FOUND",
    "422, Validation Failed, CONFIGURATION",
    "301, Moved Permanently, CONFIGURATION",
    "503, Unavailable, UNAVAILABLE"
  })
  void errors_say_who_acts_in_githubs_own_words(int status, String words, FailureKind kind)
      throws Exception {
    github.web().next(TestingGitHub.error(status, words));
    DrillbookException refused = refused(post("A backup did not come back", "x"));
    assertThat(refused.kind()).isEqualTo(kind);
    assertThat(refused)
        .hasMessage(
            "GitHub issues of example/operations: open issues could not be listed: "
                + words
                + " [GET /repos/example/operations/issues "
                + status
                + "]");
    assertThat(refused.hint().isEmpty()).isEqualTo(status == 422 || status == 503);
    assertThat(github.issues()).isEmpty();
  }

  @Test
  void rate_limits_are_obeyed() throws Exception {
    TicketPost post = post("A backup did not come back", "x");
    String secondary = "You have exceeded a secondary rate limit. Please wait.";
    github.web().next(TestingGitHub.error(403, secondary, Map.of("Retry-After", "90")));
    assertThat(refused(post).retryAfter()).isEqualTo(Duration.ofSeconds(90));

    github.web().next(TestingGitHub.error(403, secondary));
    DrillbookException bare = refused(post);
    assertThat(bare.kind()).isEqualTo(FailureKind.UNAVAILABLE);
    assertThat(bare.retryAfter()).isEqualTo(Duration.ofMinutes(1));

    String reset = String.valueOf(NOW.plusSeconds(600).getEpochSecond());
    for (int status : new int[] {403, 429}) {
      github
          .web()
          .next(
              TestingGitHub.error(
                  status,
                  "API rate limit exceeded",
                  Map.of("x-ratelimit-remaining", "0", "x-ratelimit-reset", reset)));
      DrillbookException primary = refused(post);
      assertThat(primary.kind()).isEqualTo(FailureKind.UNAVAILABLE);
      assertThat(primary.retryAfter()).isEqualTo(Duration.ofMinutes(10));
    }
  }

  @Test
  void the_token_is_in_no_message_even_when_it_is_repeated() throws Exception {
    github.web().next(TestingGitHub.error(401, "no such token: " + TestingGitHub.TOKEN));
    DrillbookException refused = refused(post("A backup did not come back", "x"));
    assertThat(refused).hasMessageContaining("no such token: ***").hasNoCause();
    assertThat(refused.getMessage() + refused.hint()).doesNotContain(TestingGitHub.TOKEN);
  }

  @Test
  void names_from_a_database_call_nobody() throws Exception {
    tickets.file(post("A backup did not come back", "3 are missing: '@team/all', 'a@b.example'"));
    assertThat(github.issues().getFirst().body).doesNotContain("@team").contains("a@b.example");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "drillbook/a-target-with-a-name-that-is-really-rather-long/recovery-time",
        "drillbook/with, comma/drill"
      })
  void keys_that_are_no_labels_get_one_of_their_own(String key) throws Exception {
    Ticket ticket = new Ticket(key, "A backup did not come back", "x");
    tickets.file(new TicketPost(route, ticket));
    tickets.file(new TicketPost(route, new Ticket(key + "2", "Another", "x")));
    tickets.file(new TicketPost(route, new Ticket(key, "Again", "x")));
    assertThat(github.issues()).hasSize(2);
    assertThat(github.issues().getFirst().labels.getFirst())
        .hasSizeLessThanOrEqualTo(50)
        .doesNotContain(",", " ");
    assertThat(github.issues().getFirst().comments).hasSize(1);
  }

  @Test
  void a_repository_that_is_none_is_refused_before_anything_is_sent() {
    TicketRoute odd = new GitHub("", "../../user", "");
    assertThat(refused(new TicketPost(odd, new Ticket(KEY, "x", ""))).kind())
        .isEqualTo(FailureKind.CONFIGURATION);
    assertThat(github.web().seen()).isEmpty();
  }

  private TicketPost post(String title, String body) {
    return new TicketPost(route, new Ticket(KEY, title, body));
  }

  private DrillbookException refused(TicketPost post) {
    DrillbookException refused =
        catchThrowableOfType(DrillbookException.class, () -> tickets.file(post));
    assertThat(refused).isNotNull();
    return refused;
  }

  private DrillbookException refusedClose(TicketPost post) {
    DrillbookException refused =
        catchThrowableOfType(DrillbookException.class, () -> tickets.close(post));
    assertThat(refused).isNotNull();
    return refused;
  }
}
