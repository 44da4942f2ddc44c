package drillbook.ticket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.http.TestingSecret;
import drillbook.ticket.TicketActivities.TicketPost;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tickets as issues of a Jira project. */
final class JiraTicketsTest {
  private static final String KEY = "drillbook/docs/drill";

  @TempDir Path folder;
  private final Tickets tickets = new Tickets(InstantSource.system());
  private TestingJira jira;
  private TestingSecret secrets;
  private TicketRoute route;

  @BeforeEach
  void start() throws Exception {
    jira = new TestingJira();
    secrets = new TestingSecret(folder);
    route = jira.route(secrets.store(TestingJira.USER), secrets.store(TestingJira.TOKEN));
  }

  @AfterEach
  void stop() {
    jira.close();
  }

  @Test
  void an_issue_is_filed_with_the_keys_label_and_a_document() throws Exception {
    String address =
        tickets.file(
            post(
                "A backup of docs did not come back",
                "**COUNT_MISMATCH** 3 are missing\n\nRestore another\n\n- Drill: FAILED\n- Took: 44 s\n"));

    TestingJira.Issue issue = jira.issues().getFirst();
    assertThat(address).isEqualTo(jira.web().url() + "/browse/OPS-1");
    assertThat(issue.summary).isEqualTo("A backup of docs did not come back");
    assertThat(issue.labels).containsExactly(KEY);
    JsonNode content = issue.description.path("content");
    assertThat(content.valueStream().map(node -> node.path("type").asText()).toList())
        .containsExactly("paragraph", "paragraph", "bulletList", "paragraph");
    JsonNode first = content.get(0).path("content");
    assertThat(first.get(0).path("text").asText()).isEqualTo("COUNT_MISMATCH");
    assertThat(first.get(0).path("marks").get(0).path("type").asText()).isEqualTo("strong");
    assertThat(first.get(1).path("text").asText()).isEqualTo(" 3 are missing");
    assertThat(content.get(2).path("content")).hasSize(2);
  }

  @Test
  void a_second_filing_is_a_comment_and_the_same_one_again_is_nothing() throws Exception {
    String first = tickets.file(post("A backup did not come back", "3 are missing"));
    assertThat(tickets.file(post("A backup did not come back", "3 are missing"))).isEqualTo(first);
    assertThat(jira.issues().getFirst().comments).isEmpty();
    assertThat(tickets.file(post("Again", "4 are missing"))).isEqualTo(first);
    assertThat(tickets.file(post("Again", "4 are missing"))).isEqualTo(first);
    assertThat(jira.issues()).hasSize(1);
    assertThat(jira.issues().getFirst().comments)
        .singleElement()
        .asString()
        .contains("4 are missing");
  }

  @Test
  void a_filing_whose_answer_was_lost_makes_no_second_issue() throws Exception {
    TicketPost post = post("A backup did not come back", "3 are missing");
    jira.beforeCreate(() -> jira.web().loseNextAnswer());
    assertThat(refused(post).kind()).isEqualTo(FailureKind.UNAVAILABLE);
    assertThat(tickets.file(post)).endsWith("/browse/OPS-1");
    assertThat(jira.issues()).hasSize(1);
    assertThat(jira.issues().getFirst().comments).isEmpty();
  }

  @Test
  void of_two_that_file_at_once_the_older_issue_stays_though_the_search_is_behind()
      throws Exception {
    jira.searchIsBehind();
    jira.beforeCreate(() -> jira.file("Another worker's", KEY));
    String address = tickets.file(post("A backup did not come back", "3 are missing"));

    assertThat(address).endsWith("/browse/OPS-1");
    assertThat(jira.open())
        .singleElement()
        .satisfies(issue -> {
          assertThat(issue.summary).isEqualTo("Another worker's");
          assertThat(issue.comments).singleElement().asString().contains("3 are missing");
        });
    assertThat(jira.issues().getLast().status).isEqualTo("Duplicate");
    assertThat(jira.issues().getLast().comments)
        .singleElement()
        .asString()
        .contains("The same as " + address);
  }

  @Test
  void an_own_issue_that_the_search_does_not_show_yet_is_not_taken_for_the_younger_one()
      throws Exception {
    jira.searchIsBehind();
    jira.afterCreate(() -> jira.file("Another worker's", KEY));
    assertThat(tickets.file(post("A backup did not come back", "3 are missing")))
        .endsWith("/browse/OPS-1");
    // The younger one is closed by whoever made it, or by the next filing.
    assertThat(jira.open()).extracting(issue -> issue.number).containsExactly(1, 2);
  }

  @Test
  void closing_says_why_and_goes_to_the_end_that_means_solved() throws Exception {
    assertThat(tickets.close(post("Backups come back", "Drill 7 passed."))).isEmpty();
    String address = tickets.file(post("A backup did not come back", "3 are missing"));
    assertThat(tickets.close(post("Backups come back", "Drill 7 passed."))).isEqualTo(address);
    assertThat(jira.issues().getFirst().status).isEqualTo("Done");
    assertThat(jira.issues().getFirst().comments)
        .singleElement()
        .asString()
        .contains("Drill 7 passed.");
    assertThat(tickets.file(post("A backup did not come back", "5 are missing")))
        .endsWith("/browse/OPS-2");
  }

  @Test
  void a_workflow_without_an_end_is_told_to_a_person() throws Exception {
    tickets.file(post("A backup did not come back", "3 are missing"));
    jira.withoutWayOut();
    DrillbookException refused =
        catchThrowableOfType(
            DrillbookException.class,
            () -> tickets.close(post("Backups come back", "Drill 7 passed.")));
    assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
    assertThat(refused).hasMessageContaining("/browse/OPS-1");
  }

  @ParameterizedTest
  @CsvSource({
    "400, The value 'OPS' does not exist for the field 'project'., CONFIGURATION",
    "403, You do not have permission, DENIED",
    "404, Site temporarily gone, NOT_FOUND",
    "502, Bad gateway, UNAVAILABLE"
  })
  void errors_say_who_acts_in_jiras_own_words(int status, String words, FailureKind kind)
      throws Exception {
    jira.web().next(TestingJira.error(status, words));
    DrillbookException refused = refused(post("A backup did not come back", "x"));
    assertThat(refused.kind()).isEqualTo(kind);
    assertThat(refused)
        .hasMessage(
            "Jira project OPS: open issues could not be searched: "
                + words
                + " [POST /rest/api/3/search/jql "
                + status
                + "]");
  }

  @Test
  void errors_of_fields_are_named() throws Exception {
    TicketRoute.Jira jiraRoute = (TicketRoute.Jira) route;
    TicketRoute odd =
        new TicketRoute.Jira(
            jiraRoute.url(), "OPS", "Nonesuch", jiraRoute.user(), jiraRoute.token());
    assertThat(refused(new TicketPost(odd, new Ticket(KEY, "x", "y"))))
        .hasMessageContaining("issuetype: Specify a valid issue type");
  }

  @Test
  void a_rate_limit_is_obeyed() throws Exception {
    jira.web().next(TestingJira.error(429, "Rate limit exceeded", Map.of("Retry-After", "42")));
    DrillbookException refused = refused(post("A backup did not come back", "x"));
    assertThat(refused.kind()).isEqualTo(FailureKind.UNAVAILABLE);
    assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(42));
  }

  @Test
  void neither_login_nor_token_is_in_a_message_even_when_they_are_repeated() throws Exception {
    route = jira.route(secrets.store(TestingJira.USER), secrets.store("ATATT-wrong-0123456789"));
    String login =
        Base64.getEncoder()
            .encodeToString(
                (TestingJira.USER + ":ATATT-wrong-0123456789").getBytes(StandardCharsets.UTF_8));
    DrillbookException refused = refused(post("A backup did not come back", "x"));
    assertThat(refused.kind()).isEqualTo(FailureKind.DENIED);
    assertThat(refused.hint()).contains("API token");
    assertThat(refused).hasNoCause().hasMessageContaining("resource: Basic ***");
    assertThat(refused.getMessage()).doesNotContain("ATATT-wrong", login, TestingJira.USER);
  }

  @Test
  void a_bearer_token_is_taken_where_no_account_is_named() throws Exception {
    route = jira.route("", secrets.store(TestingJira.TOKEN));
    assertThat(tickets.file(post("A backup did not come back", "x"))).endsWith("/browse/OPS-1");
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
}
