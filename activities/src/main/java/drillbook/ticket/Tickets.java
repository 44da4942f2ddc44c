package drillbook.ticket;

import drillbook.failure.DrillbookException;
import drillbook.http.Answer;
import drillbook.http.Call;
import drillbook.http.JsonHttp;
import drillbook.http.Secrets;
import drillbook.ticket.TicketActivities.TicketPost;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import okhttp3.HttpUrl;

/** Files tickets and closes them, each by its route; connections last as long as a call. */
public final class Tickets {
  private final InstantSource clock;

  /** Opens nothing. */
  public Tickets(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Files a ticket, or adds its news to the open one.
   *
   * @return its address; an empty string where the route tells none
   * @throws DrillbookException UNAVAILABLE when trying later can help; DENIED, NOT_FOUND or
   *     CONFIGURATION when a person has to act
   */
  public String file(TicketPost post) throws DrillbookException {
    return handle(post, true);
  }

  /**
   * Closes the open ticket of a key; nothing where there is none.
   *
   * @return its address, or an empty string
   * @throws DrillbookException as {@link #file}
   */
  public String close(TicketPost post) throws DrillbookException {
    return handle(post, false);
  }

  private String handle(TicketPost post, boolean file) throws DrillbookException {
    Secrets secrets = new Secrets();
    try (JsonHttp http = new JsonHttp(secrets, clock)) {
      return switch (post.route()) {
        case TicketRoute.GitHub route ->
            at(
                new GitHubTracker(route, secrets.token(route.token()), http, clock),
                post.ticket(),
                file);
        case TicketRoute.Jira route ->
            at(new JiraTracker(route, secrets, http), post.ticket(), file);
        case TicketRoute.Webhook route -> send(route, secrets, http, post.ticket(), file);
      };
    }
  }

  private static String at(Tracker tracker, Ticket ticket, boolean file) throws DrillbookException {
    TicketDesk desk = new TicketDesk(tracker);
    return file ? desk.file(ticket) : desk.close(ticket);
  }

  /** Keeping one ticket a key open is the endpoint's work: it gets the key. */
  private static String send(
      TicketRoute.Webhook route, Secrets secrets, JsonHttp http, Ticket ticket, boolean file)
      throws DrillbookException {
    HttpUrl url = secrets.url(route.url());
    String token = secrets.token(route.token());
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("action", file ? "file" : "close");
    document.put("key", ticket.key());
    document.put("title", ticket.title());
    document.put("body", ticket.body());
    Call call =
        new Call(
            "the ticket could not be " + (file ? "filed" : "closed") + " by " + route.words(),
            "POST",
            url,
            "",
            token.isEmpty() ? Map.of() : Map.of("Authorization", "Bearer " + token),
            Optional.of(document));
    Answer answer = http.send(call);
    if (!answer.fine()) {
      throw http.refusal(
          call, answer, answer.text(), "Check the address and the token of this webhook.");
    }
    return secrets.quoted(answer.json().path("url").asText(""));
  }
}
