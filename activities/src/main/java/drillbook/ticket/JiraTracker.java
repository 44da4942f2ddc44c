package drillbook.ticket;

import com.fasterxml.jackson.databind.JsonNode;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.http.Answer;
import drillbook.http.Call;
import drillbook.http.JsonHttp;
import drillbook.http.Secrets;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import okhttp3.HttpUrl;

/**
 * Issues of a project in Jira Cloud, found by a label.
 *
 * <p>Source: Jira Cloud REST API v3, issue search (JQL, enhanced), issues, comments, transitions;
 * read 2026-11. The search is behind by a moment.
 */
final class JiraTracker implements Tracker {
  private static final int LABEL_CHARS = 255;
  private static final int TITLE_CHARS = 250;
  private static final int BODY_CHARS = 30_000;

  private final TicketRoute.Jira route;
  private final String authorization;
  private final JsonHttp http;
  private final HttpUrl site;

  /** Opens nothing. */
  JiraTracker(TicketRoute.Jira route, Secrets secrets, JsonHttp http) throws DrillbookException {
    this.route = route;
    String user = secrets.token(route.user());
    String token = secrets.token(route.token());
    this.authorization =
        user.isEmpty() ? "Bearer " + token : "Basic " + secrets.derived(base64(user + ":" + token));
    this.http = http;
    HttpUrl url = HttpUrl.parse(route.url());
    if (url == null) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          route.words() + ": the site is given as https://example.atlassian.net",
          "Mend the runbook.");
    }
    this.site = url;
  }

  @Override
  public List<Issue> open(String key) throws DrillbookException {
    String jql =
        "project = "
            + quoted(route.project())
            + " AND labels = "
            + quoted(Labels.of(key, LABEL_CHARS))
            + " AND statusCategory != Done ORDER BY created ASC";
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("jql", jql);
    document.put("fields", List.of("description"));
    document.put("maxResults", 50);
    JsonNode found =
        ask("open issues could not be searched", "POST", Optional.of(document), "search", "jql");
    return StreamSupport.stream(found.path("issues").spliterator(), false)
        .map(this::issue)
        .sorted(Comparator.comparingLong(Issue::order))
        .toList();
  }

  @Override
  public Issue create(Ticket ticket, String mark) throws DrillbookException {
    Map<String, Object> fields =
        Map.of(
            "project", Map.of("key", route.project()),
            "issuetype", Map.of("name", route.issueType()),
            "summary", Labels.cut(Labels.line(ticket.title()), TITLE_CHARS),
            "labels", List.of(Labels.of(ticket.key(), LABEL_CHARS)),
            "description", document(ticket.body(), mark));
    JsonNode made =
        ask("the issue could not be filed", "POST", Optional.of(Map.of("fields", fields)), "issue");
    return issue(made);
  }

  @Override
  public boolean says(Issue issue, String mark) throws DrillbookException {
    if (issue.text().contains(mark)) {
      return true;
    }
    HttpUrl url =
        url("issue", issue.id(), "comment")
            .addQueryParameter("orderBy", "-created")
            .addQueryParameter("maxResults", "50")
            .build();
    return ask("comments could not be listed", "GET", Optional.empty(), url)
        .path("comments")
        .toString()
        .contains(mark);
  }

  @Override
  public void comment(Issue issue, String body, String mark) throws DrillbookException {
    ask(
        "the comment could not be added",
        "POST",
        Optional.of(Map.of("body", document(body, mark))),
        "issue",
        issue.id(),
        "comment");
  }

  @Override
  public void close(Issue issue, boolean solved) throws DrillbookException {
    JsonNode ways =
        ask(
            "transitions could not be listed",
            "GET",
            Optional.empty(),
            "issue",
            issue.id(),
            "transitions");
    JsonNode way =
        StreamSupport.stream(ways.path("transitions").spliterator(), false)
            .filter(
                node -> node.path("to").path("statusCategory").path("key").asText().equals("done"))
            .min(Comparator.comparingInt(node -> rank(node, solved)))
            .orElseThrow(() ->
                new DrillbookException(
                    FailureKind.CONFIGURATION,
                    route.words()
                        + ": the issue could not be closed: no transition leads from its status"
                        + " to one that is done: "
                        + issue.address(),
                    "Add such a transition to the project's workflow, and close the issue by"
                        + " hand."));
    ask(
        "the issue could not be closed",
        "POST",
        Optional.of(Map.of("transition", Map.of("id", way.path("id").asText()))),
        "issue",
        issue.id(),
        "transitions");
  }

  /** Workflows have several ends; the one that says what happened comes first. */
  private static int rank(JsonNode transition, boolean solved) {
    String name = transition.path("to").path("name").asText().toLowerCase(Locale.ROOT);
    boolean good = name.matches("done|closed|resolved|complete|completed|fixed");
    boolean dropped = name.matches("duplicate|cancell?ed|rejected|declined|won.?t (do|fix)");
    return solved ? good ? 0 : dropped ? 2 : 1 : dropped ? 0 : good ? 1 : 2;
  }

  private Issue issue(JsonNode node) {
    String key = node.path("key").asText();
    return new Issue(
        key,
        node.path("id").asLong(),
        site.newBuilder().addPathSegment("browse").addPathSegment(key).build().toString(),
        node.path("fields").path("description").toString());
  }

  private static Map<String, Object> document(String markdown, String mark) {
    return JiraDocument.of(Labels.cut(markdown, BODY_CHARS) + "\n\n`" + mark + "`");
  }

  private static String base64(String login) {
    return Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
  }

  private static String quoted(String word) {
    return "\"" + word.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  private HttpUrl.Builder url(String... segments) {
    HttpUrl.Builder url = site.newBuilder().addPathSegments("rest/api/3");
    for (String segment : segments) {
      url.addPathSegment(segment);
    }
    return url;
  }

  private JsonNode ask(String what, String method, Optional<Object> body, String... segments)
      throws DrillbookException {
    return ask(what, method, body, url(segments).build());
  }

  private JsonNode ask(String what, String method, Optional<Object> body, HttpUrl url)
      throws DrillbookException {
    Call call =
        new Call(
            route.words() + ": " + what,
            method,
            url,
            url.encodedPath(),
            Map.of("Authorization", authorization, "Accept", "application/json"),
            body);
    Answer answer = http.send(call);
    if (!answer.fine()) {
      throw http.refusal(call, answer, words(answer), hint(answer.status()));
    }
    return answer.json();
  }

  private static String hint(int status) {
    return switch (status) {
      case 401 -> "Store the account's mail address and an API token of it that has not expired.";
      case 403 -> "Give the account the rights to browse, create, comment and transition issues.";
      case 404 -> "Check the site and the project's key, and that the account may see it.";
      case 400 ->
          "Check the project's key and issue type, and that its screens have a label and a"
              + " description.";
      default -> "";
    };
  }

  private static String words(Answer answer) {
    JsonNode json = answer.json();
    List<String> words = new ArrayList<>();
    json.path("errorMessages").forEach(message -> words.add(message.asText()));
    json.path("errors")
        .properties()
        .forEach(error -> words.add(error.getKey() + ": " + error.getValue().asText()));
    if (words.isEmpty() && json.path("message").isTextual()) {
      words.add(json.path("message").asText());
    }
    return words.isEmpty() ? answer.text() : String.join("; ", words);
  }
}
