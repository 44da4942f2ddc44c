package drillbook.ticket;

import com.fasterxml.jackson.databind.JsonNode;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.http.Answer;
import drillbook.http.Call;
import drillbook.http.JsonHttp;
import drillbook.rest.RetryAfter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import okhttp3.HttpUrl;

/**
 * Issues of a GitHub repository, found by a label. They are listed and not searched: the search
 * index is behind by seconds to minutes.
 *
 * <p>Source: GitHub REST API 2022-11-28, issues, labels and rate limits; read 2026-11.
 */
final class GitHubTracker implements Tracker {
  private static final int LABEL_CHARS = 50;
  private static final int TITLE_CHARS = 250;
  private static final int BODY_CHARS = 60_000;

  /** Longer than a message is tried for. */
  private static final Duration RECENT = Duration.ofHours(2);

  /** What GitHub asks for where it names no time. */
  private static final Duration PAUSE = Duration.ofMinutes(1);

  private final TicketRoute.GitHub route;
  private final String token;
  private final JsonHttp http;
  private final InstantSource clock;
  private final HttpUrl root;

  /** Opens nothing. */
  GitHubTracker(TicketRoute.GitHub route, String token, JsonHttp http, InstantSource clock)
      throws DrillbookException {
    this.route = route;
    this.token = token;
    this.http = http;
    this.clock = clock;
    HttpUrl api = HttpUrl.parse(route.api());
    if (api == null || !route.repository().matches("[A-Za-z0-9._-]+/[A-Za-z0-9._-]+")) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          route.words() + ": the repository is given as owner/name, the API as https://host",
          "Mend the runbook.");
    }
    this.root =
        api.newBuilder().addPathSegment("repos").addPathSegments(route.repository()).build();
  }

  @Override
  public List<Issue> open(String key) throws DrillbookException {
    HttpUrl url =
        url("issues")
            .addQueryParameter("state", "open")
            .addQueryParameter("labels", Labels.of(key, LABEL_CHARS))
            .addQueryParameter("sort", "created")
            .addQueryParameter("direction", "asc")
            .addQueryParameter("per_page", "100")
            .build();
    JsonNode list =
        ask(call("open issues could not be listed", "GET", url, Optional.empty())).json();
    return StreamSupport.stream(list.spliterator(), false)
        // To this API a pull request is an issue.
        .filter(node -> !node.has("pull_request"))
        .map(GitHubTracker::issue)
        .sorted(Comparator.comparingLong(Issue::order))
        .toList();
  }

  @Override
  public Issue create(Ticket ticket, String mark) throws DrillbookException {
    String label = Labels.of(ticket.key(), LABEL_CHARS);
    // A label that may not be set is dropped without a word, and the issue never found again; who
    // may make the label may set it too.
    makeLabel(label);
    Call call =
        call(
            "the issue could not be filed",
            "POST",
            url("issues").build(),
            Optional.of(
                Map.of(
                    "title", Labels.cut(Labels.line(ticket.title()), TITLE_CHARS),
                    "body", body(ticket.body(), mark),
                    "labels", List.of(label))));
    JsonNode made = ask(call).json();
    Issue issue = issue(made);
    boolean found =
        StreamSupport.stream(made.path("labels").spliterator(), false)
            .anyMatch(node -> node.path("name").asText().equalsIgnoreCase(label));
    if (!found) {
      close(issue, false);
      throw new DrillbookException(
          FailureKind.DENIED,
          "the issue could not be filed: GitHub left its label out, so it could not be found again"
              + " and was closed: "
              + issue.address(),
          hint(403));
    }
    return issue;
  }

  @Override
  public boolean says(Issue issue, String mark) throws DrillbookException {
    if (issue.text().contains(mark)) {
      return true;
    }
    HttpUrl url =
        url("issues", issue.id(), "comments")
            .addQueryParameter(
                "since", clock.instant().minus(RECENT).truncatedTo(ChronoUnit.SECONDS).toString())
            .addQueryParameter("per_page", "100")
            .build();
    JsonNode comments =
        ask(call("comments could not be listed", "GET", url, Optional.empty())).json();
    return StreamSupport.stream(comments.spliterator(), false)
        .anyMatch(node -> node.path("body").asText().contains(mark));
  }

  @Override
  public void comment(Issue issue, String body, String mark) throws DrillbookException {
    HttpUrl url = url("issues", issue.id(), "comments").build();
    Map<String, Object> document = Map.of("body", body(body, mark));
    ask(call("the comment could not be added", "POST", url, Optional.of(document)));
  }

  @Override
  public void close(Issue issue, boolean solved) throws DrillbookException {
    Map<String, Object> document =
        Map.of("state", "closed", "state_reason", solved ? "completed" : "not_planned");
    HttpUrl url = url("issues", issue.id()).build();
    ask(call("the issue could not be closed", "PATCH", url, Optional.of(document)));
  }

  private void makeLabel(String label) throws DrillbookException {
    Call call =
        call(
            "the issue's label could not be made",
            "POST",
            url("labels").build(),
            Optional.of(
                Map.of("name", label, "color", "b60205", "description", "Filed by Drillbook")));
    Answer answer = http.send(call);
    if (answer.status() == 422 && words(answer).contains("already_exists")) {
      return;
    }
    if (!answer.fine()) {
      throw refused(call, answer);
    }
  }

  private static Issue issue(JsonNode node) {
    return new Issue(
        node.path("number").asText(),
        node.path("number").asLong(),
        node.path("html_url").asText(),
        node.path("body").asText());
  }

  /** Returns Markdown that calls nobody by a name from a database, with a mark that nobody sees. */
  private static String body(String markdown, String mark) {
    String calm = markdown.replaceAll("(?<![\\w`])@(?=\\w)", "@\u200b");
    return Labels.cut(calm, BODY_CHARS) + "\n\n<!-- " + mark + " -->";
  }

  private HttpUrl.Builder url(String... segments) {
    HttpUrl.Builder url = root.newBuilder();
    for (String segment : segments) {
      url.addPathSegment(segment);
    }
    return url;
  }

  private Call call(String what, String method, HttpUrl url, Optional<Object> body) {
    return new Call(
        route.words() + ": " + what,
        method,
        url,
        url.encodedPath(),
        Map.of(
            "Authorization", "Bearer " + token,
            "Accept", "application/vnd.github+json",
            "X-GitHub-Api-Version", "2022-11-28",
            "User-Agent", "drillbook"),
        body);
  }

  private Answer ask(Call call) throws DrillbookException {
    Answer answer = http.send(call);
    if (!answer.fine()) {
      throw refused(call, answer);
    }
    return answer;
  }

  private DrillbookException refused(Call call, Answer answer) {
    String words = words(answer);
    boolean limited =
        answer.status() == 429
            || (answer.status() == 403
                && (!answer.header("Retry-After").isEmpty()
                    || answer.header("x-ratelimit-remaining").equals("0")
                    || words.contains("rate limit")));
    return limited
        ? new DrillbookException(FailureKind.UNAVAILABLE, http.message(call, answer, words))
            .after(pause(answer))
        : http.refusal(call, answer, words, hint(answer.status()));
  }

  private Duration pause(Answer answer) {
    Instant now = clock.instant();
    String reset = answer.header("x-ratelimit-reset");
    if (answer.header("Retry-After").isEmpty() && reset.matches("[0-9]{1,12}")) {
      return RetryAfter.bounded(
          Duration.between(now, Instant.ofEpochSecond(Long.parseLong(reset))));
    }
    return answer.retryAfter(now).orElse(PAUSE);
  }

  private static String hint(int status) {
    return switch (status) {
      case 401 -> "Store a token of GitHub's that has not expired.";
      case 403 -> "Give the token the right to write issues of this repository (Issues: write).";
      case 404 ->
          "Check the repository's name, and that the token may see it: to others a private one"
              + " does not exist.";
      case 410 -> "Turn issues on in the repository's settings.";
      default -> "";
    };
  }

  private static String words(Answer answer) {
    JsonNode json = answer.json();
    if (!json.path("message").isTextual()) {
      return answer.text();
    }
    List<String> errors = new ArrayList<>();
    json.path("errors")
        .forEach(error ->
            errors.add(
                Stream.of("field", "code", "message")
                    .map(name -> error.path(name).asText())
                    .filter(word -> !word.isEmpty())
                    .collect(Collectors.joining(" "))));
    String message = json.path("message").asText();
    return errors.isEmpty() ? message : message + " (" + String.join("; ", errors) + ")";
  }
}
