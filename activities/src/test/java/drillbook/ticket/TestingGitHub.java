package drillbook.ticket;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import drillbook.http.TestingWeb;
import drillbook.http.TestingWeb.Reply;
import drillbook.http.TestingWeb.Seen;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** GitHub's issues on loopback: labels, issues, comments of one repository, documented errors. */
public final class TestingGitHub implements AutoCloseable {
  /** A token that is taken. */
  public static final String TOKEN = "github_pat_testing_0123456789";

  /** The repository. */
  public static final String REPOSITORY = "example/operations";

  /** An issue as GitHub keeps it. */
  public static final class Issue {
    final int number;
    final String title;
    final String body;
    final List<String> labels;
    final List<String> comments = new ArrayList<>();
    boolean open = true;
    String reason = "";

    Issue(int number, String title, String body, List<String> labels) {
      this.number = number;
      this.title = title;
      this.body = body;
      this.labels = List.copyOf(labels);
    }
  }

  private static final Pattern ISSUE = Pattern.compile(".*/issues/([0-9]+)(/comments)?");

  private final List<Issue> issues = new ArrayList<>();
  private final TreeSet<String> labels = new TreeSet<>();
  private final TestingWeb web;
  private Runnable beforeCreate = () -> {};
  private boolean mayLabel = true;
  private boolean dropsLabels;

  /** Starts it. */
  public TestingGitHub() throws IOException {
    web = new TestingWeb(this::answer);
  }

  /** Returns the server, to plan its answers and to see what it was asked. */
  public TestingWeb web() {
    return web;
  }

  /** Returns the route to it. */
  public TicketRoute.GitHub route(String token) {
    return new TicketRoute.GitHub(web.url(), REPOSITORY, token);
  }

  /** Returns all issues, the oldest first. */
  public synchronized List<Issue> issues() {
    return List.copyOf(issues);
  }

  /** Returns the open ones. */
  public synchronized List<Issue> open() {
    return issues.stream().filter(issue -> issue.open).toList();
  }

  /** Files an issue as another one would. */
  public synchronized Issue file(String title, String body, String label) {
    Issue issue = new Issue(issues.size() + 1, title, body, List.of(label));
    issues.add(issue);
    return issue;
  }

  /**
   * Does something once, at the moment before an issue is made: another one files, for instance.
   */
  public synchronized void beforeCreate(Runnable work) {
    beforeCreate = work;
  }

  /** Takes the right to make labels away. */
  public synchronized void withoutLabelRight() {
    mayLabel = false;
  }

  /** Leaves labels out of new issues, as GitHub does for those who may not set them. */
  public synchronized void droppingLabels() {
    dropsLabels = true;
  }

  private synchronized Reply answer(Seen request) throws IOException {
    if (!request.authorization().equals("Bearer " + TOKEN)) {
      return error(401, "Bad credentials");
    }
    String root = "/repos/" + REPOSITORY;
    if (!request.path().startsWith(root + "/")) {
      return error(404, "Not Found");
    }
    String rest = request.path().substring(root.length());
    String asked = request.method() + " " + rest;
    Matcher one = ISSUE.matcher(rest);
    if (asked.equals("GET /issues")) {
      return list(request);
    }
    if (asked.equals("POST /issues")) {
      return create(request.json());
    }
    if (asked.equals("POST /labels")) {
      return label(request.json());
    }
    if (!one.matches() || Integer.parseInt(one.group(1)) > issues.size()) {
      return error(404, "Not Found");
    }
    Issue issue = issues.get(Integer.parseInt(one.group(1)) - 1);
    if (one.group(2) == null && request.method().equals("PATCH")) {
      issue.open = request.json().path("state").asText().equals("open");
      issue.reason = request.json().path("state_reason").asText();
      return new Reply(200, json(issue).toString());
    }
    if (one.group(2) != null && request.method().equals("POST")) {
      issue.comments.add(request.json().path("body").asText());
      return new Reply(201, "{\"id\":1}");
    }
    ArrayNode comments = TestingWeb.MAPPER.createArrayNode();
    issue.comments.forEach(comment -> comments.addObject().put("body", comment));
    return new Reply(200, comments.toString());
  }

  private Reply list(Seen request) {
    ArrayNode found = TestingWeb.MAPPER.createArrayNode();
    String label = request.query().replaceAll(".*labels=([^&]*).*", "$1");
    issues.stream()
        .filter(issue -> issue.open && issue.labels.contains(label))
        .map(this::json)
        .forEach(found::add);
    return new Reply(200, found.toString());
  }

  private Reply create(JsonNode document) {
    Runnable work = beforeCreate;
    beforeCreate = () -> {};
    work.run();
    List<String> given = new ArrayList<>();
    document.path("labels").forEach(label -> given.add(label.asText()));
    if (document.path("title").asText().isBlank()) {
      return new Reply(
          422,
          "{\"message\":\"Validation Failed\",\"errors\":[{\"resource\":\"Issue\",\"field\":\"title\","
              + "\"code\":\"missing_field\"}]}");
    }
    Issue issue =
        new Issue(
            issues.size() + 1,
            document.path("title").asText(),
            document.path("body").asText(),
            dropsLabels ? List.of() : given);
    issues.add(issue);
    return new Reply(201, json(issue).toString());
  }

  private Reply label(JsonNode document) {
    if (!mayLabel) {
      return error(403, "Resource not accessible by personal access token");
    }
    if (document.path("name").asText().length() > 50) {
      return new Reply(
          422,
          "{\"message\":\"Validation Failed\",\"errors\":[{\"resource\":\"Label\",\"code\":\"custom\","
              + "\"field\":\"name\",\"message\":\"name is too long (maximum is 50 characters)\"}]}");
    }
    return labels.add(document.path("name").asText())
        ? new Reply(201, document.toString())
        : new Reply(
            422,
            "{\"message\":\"Validation Failed\",\"errors\":[{\"resource\":\"Label\",\"code\":"
                + "\"already_exists\",\"field\":\"name\"}]}");
  }

  private ObjectNode json(Issue issue) {
    ObjectNode node = TestingWeb.MAPPER.createObjectNode();
    node.put("number", issue.number);
    node.put("html_url", address(issue));
    node.put("title", issue.title);
    node.put("body", issue.body);
    node.put("state", issue.open ? "open" : "closed");
    ArrayNode names = node.putArray("labels");
    issue.labels.forEach(label -> names.addObject().put("name", label));
    return node;
  }

  /** Returns where people read an issue. */
  public String address(Issue issue) {
    return "https://github.example/" + REPOSITORY + "/issues/" + issue.number;
  }

  /** Returns an error as GitHub words it. */
  public static Reply error(int status, String message) {
    return new Reply(status, "{\"message\":\"" + message + "\"}");
  }

  /** Returns a refusal with headers. */
  public static Reply error(int status, String message, Map<String, String> headers) {
    return new Reply(status, "{\"message\":\"" + message + "\"}", headers);
  }

  @Override
  public void close() {
    web.close();
  }
}
