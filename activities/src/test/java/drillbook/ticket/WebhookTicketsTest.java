package drillbook.ticket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.http.TestingSecret;
import drillbook.http.TestingWeb;
import drillbook.http.TestingWeb.Reply;
import drillbook.ticket.TicketActivities.TicketPost;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tickets to any HTTP endpoint. */
final class WebhookTicketsTest {
  private static final Ticket TICKET = new Ticket("drillbook/docs/drill", "Not back", "3 missing");

  @TempDir Path folder;
  private final Tickets tickets = new Tickets(InstantSource.system());

  @Test
  void what_is_to_happen_is_posted_and_the_address_comes_back() throws Exception {
    TestingSecret secrets = new TestingSecret(folder);
    try (TestingWeb web =
        new TestingWeb(request -> new Reply(200, "{\"url\":\"https://desk.example/7\"}"))) {
      TicketRoute route =
          new TicketRoute.Webhook(
              secrets.store(web.url() + "/desk"), secrets.store("bearer-0123456789"));
      assertThat(tickets.file(new TicketPost(route, TICKET))).isEqualTo("https://desk.example/7");
      tickets.close(new TicketPost(route, TICKET));
      web.next(new Reply(204, ""));
      assertThat(tickets.close(new TicketPost(route, TICKET))).isEmpty();

      assertThat(web.seen().getFirst().json())
          .isEqualTo(
              TestingWeb.MAPPER.readTree(
                  """
                  {"action": "file", "key": "drillbook/docs/drill", "title": "Not back",
                   "body": "3 missing"}
                  """));
      assertThat(web.seen().getFirst().authorization()).isEqualTo("Bearer bearer-0123456789");
      assertThat(web.seen().get(1).json().path("action").asText()).isEqualTo("close");
    }
  }

  @Test
  void a_refusal_holds_neither_address_nor_token() throws Exception {
    TestingSecret secrets = new TestingSecret(folder);
    try (TestingWeb web =
        new TestingWeb(request -> new Reply(500, "broken at " + request.path()))) {
      TicketRoute route =
          new TicketRoute.Webhook(
              secrets.store(web.url() + "/desk/0123456789abcdef"),
              secrets.store("bearer-0123456789"));
      DrillbookException refused =
          catchThrowableOfType(
              DrillbookException.class, () -> tickets.file(new TicketPost(route, TICKET)));
      assertThat(refused.kind()).isEqualTo(FailureKind.UNAVAILABLE);
      assertThat(refused)
          .hasMessageContaining("broken at *** [POST 500]")
          .hasMessageNotContaining("0123456789")
          .hasNoCause();
    }
  }

  @Test
  void a_ticket_that_says_nothing_is_refused() {
    assertThatThrownBy(() -> new Ticket(" ", "x", "")).isInstanceOf(IllegalArgumentException.class);
  }
}
