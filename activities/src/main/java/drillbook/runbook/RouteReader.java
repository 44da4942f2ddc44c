package drillbook.runbook;

import drillbook.document.Form;
import drillbook.document.Forms;
import drillbook.document.Keys;
import drillbook.document.Place;
import drillbook.notice.NoticeRoute;
import drillbook.ticket.TicketRoute;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Walks the routes of a runbook's document: where messages and tickets go. */
final class RouteReader {
  private static final List<String> NOTICES = List.of("slack", "slack-webhook", "webhook", "email");
  private static final List<String> TICKETS = List.of("github", "jira", "webhook");
  private static final Form<String> SITE =
      Forms.address(List.of("https", "http"), false, "an address such as https://host/path");
  private static final Form<String> CHANNEL =
      Forms.matching(
          "#?[^\\s#,]{1,80}", "is no channel", "a channel such as \"#backups\", in quotes");
  private static final Form<String> SERVER =
      Forms.address(List.of("smtp", "smtps"), true, "smtp://host:port or smtps://host:port");
  private static final Form<String> MAIL =
      Forms.matching(
          "[^@\\s<>,]+@[^@\\s<>,]+", "is no address", "an address such as a@example.org");
  private static final Form<String> REPOSITORY =
      Forms.matching(
          "[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})/[A-Za-z0-9._-]{1,100}",
          "is no repository",
          "owner/name");
  private static final Form<String> PROJECT =
      Forms.matching("[A-Z][A-Z0-9_]{1,254}", "is no project's key", "a key such as OPS");

  private RouteReader() {}

  static List<NoticeRoute> notices(Place place) {
    List<NoticeRoute> routes = new ArrayList<>();
    for (Place entry : place.list("a list of routes: " + NOTICES)) {
      entry
          .choice(NOTICES)
          .flatMap(choice ->
              switch (choice.name()) {
                case "slack" -> slack(choice.place());
                case "slack-webhook" -> slackWebhook(choice.place());
                case "webhook" -> webhook(choice.place());
                default -> email(choice.place());
              })
          .ifPresent(routes::add);
    }
    return routes;
  }

  static List<TicketRoute> tickets(Place place) {
    List<TicketRoute> routes = new ArrayList<>();
    for (Place entry : place.list("a list of routes: " + TICKETS)) {
      entry
          .choice(TICKETS)
          .flatMap(choice ->
              switch (choice.name()) {
                case "github" -> github(choice.place());
                case "jira" -> jira(choice.place());
                default -> ticketWebhook(choice.place());
              })
          .ifPresent(routes::add);
    }
    return routes;
  }

  private static Optional<NoticeRoute> slack(Place place) {
    return place
        .keys(List.of("channel", "token"))
        .flatMap(keys -> {
          String channel = keys.need("channel", CHANNEL, "");
          String token = keys.need("token", Forms.REFERENCE, "");
          return keys.made(() -> new NoticeRoute.Slack(channel, token));
        });
  }

  private static Optional<NoticeRoute> slackWebhook(Place place) {
    return place
        .keys(List.of("url"))
        .flatMap(keys -> {
          String url = keys.need("url", Forms.REFERENCE, "");
          return keys.made(() -> new NoticeRoute.SlackWebhook(url));
        });
  }

  private static Optional<NoticeRoute> webhook(Place place) {
    return place
        .keys(List.of("url", "token"))
        .flatMap(keys -> {
          String url = keys.need("url", Forms.REFERENCE, "");
          String token = keys.find("token", Forms.REFERENCE, "");
          return keys.made(() -> new NoticeRoute.Webhook(url, token));
        });
  }

  private static Optional<NoticeRoute> email(Place place) {
    return place
        .keys(List.of("server", "from", "to", "user", "password"))
        .flatMap(keys -> {
          String server = keys.need("server", SERVER, "");
          String from = keys.need("from", MAIL, "");
          String expected = "a list of addresses";
          List<String> to =
              keys.need("to", expected)
                  .map(list ->
                      list.list(expected).stream()
                          .flatMap(entry -> entry.value(MAIL).stream())
                          .toList())
                  .orElse(List.of());
          String user = keys.find("user", Forms.REFERENCE, "");
          String password = keys.find("password", Forms.REFERENCE, "");
          together(keys, "user", "password");
          return keys.made(() -> new NoticeRoute.Email(server, from, to, user, password));
        });
  }

  private static Optional<TicketRoute> github(Place place) {
    return place
        .keys(List.of("api", "repository", "token"))
        .flatMap(keys -> {
          String api = keys.find("api", SITE, "https://api.github.com");
          String repository = keys.need("repository", REPOSITORY, "");
          String token = keys.need("token", Forms.REFERENCE, "");
          return keys.made(() -> new TicketRoute.GitHub(api, repository, token));
        });
  }

  private static Optional<TicketRoute> jira(Place place) {
    return place
        .keys(List.of("url", "project", "issue-type", "user", "token"))
        .flatMap(keys -> {
          String url = keys.need("url", SITE, "");
          String project = keys.need("project", PROJECT, "");
          String type =
              keys.find("issue-type", Forms.text("a type of the project's issues"), "Task");
          String user = keys.find("user", Forms.REFERENCE, "");
          String token = keys.need("token", Forms.REFERENCE, "");
          return keys.made(() -> new TicketRoute.Jira(url, project, type, user, token));
        });
  }

  private static Optional<TicketRoute> ticketWebhook(Place place) {
    return place
        .keys(List.of("url", "token"))
        .flatMap(keys -> {
          String url = keys.need("url", Forms.REFERENCE, "");
          String token = keys.find("token", Forms.REFERENCE, "");
          return keys.made(() -> new TicketRoute.Webhook(url, token));
        });
  }

  private static void together(Keys keys, String one, String other) {
    if (keys.find(one).isPresent() != keys.find(other).isPresent()) {
      keys.place().refuse("has only one of " + one + " and " + other, "both or neither");
    }
  }
}
