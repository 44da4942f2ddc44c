package drillbook.ticket;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import drillbook.http.TestingWeb;
import drillbook.http.TestingWeb.Reply;
import drillbook.http.TestingWeb.Seen;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Jira Cloud on loopback: issues of one project with labels, comments and transitions. Its search
 * can be behind, as the real one's is.
 */
public final class TestingJira implements AutoCloseable {
  /** An account that is taken. */
  public static final String USER = "drillbook@example.org";

  /** Its token. */
  public static final String TOKEN = "ATATT-testing-0123456789";

  /** The project. */
  public static final String PROJECT = "OPS";

  /** An issue as Jira keeps it. */
  public static final class Issue {
    final int number;
    final String summary;
    final JsonNode description;
    final List<String> labels;
    final List<JsonNode> comments = new ArrayList<>();
    String status = "To Do";
    boolean indexed = true;

    Issue(int number, String summary, JsonNode description, List<String> labels) {
      this.number = number;
      this.summary = summary;
      this.description = description;
      this.labels = List.copyOf(labels);
    }

    boolean open() {
      return !status.equals("Done") && !status.equals("Duplicate");
    }

    String key() {
      return PROJECT + "-" + number;
    }
  }

  private static final Pattern ISSUE =
      Pattern.compile("/rest/api/3/issue/OPS-([0-9]+)/(comment|transitions)");
  private static final Pattern LABEL = Pattern.compile("labels = \"([^\"]*)\"");

  private final List<Issue> issues = new ArrayList<>();
  private final TestingWeb web;
  private Runnable beforeCreate = () -> {};
  private Runnable afterCreate = () -> {};
  private boolean searchIsBehind;
  private boolean noWayOut;

  /** Starts it. */
  public TestingJira() throws IOException {
    web = new TestingWeb(this::answer);
  }

  /** Returns the server, to plan its answers and to see what it was asked. */
  public TestingWeb web() {
    return web;
  }

  /** Returns the route to it. */
  public TicketRoute.Jira route(String user, String token) {
    return new TicketRoute.Jira(web.url(), PROJECT, "Task", user, token);
  }

  /** Returns all issues, the oldest first. */
  public synchronized List<Issue> issues() {
    return List.copyOf(issues);
  }

  /** Returns the open ones. */
  public synchronized List<Issue> open() {
    return issues.stream().filter(Issue::open).toList();
  }

  /** Files an issue as another one would. */
  public synchronized Issue file(String summary, String label) {
    Issue issue =
        new Issue(issues.size() + 1, summary, TestingWeb.MAPPER.createObjectNode(), List.of(label));
    issues.add(issue);
    return issue;
  }

  /** Does something once, at the moment before an issue is made. */
  public synchronized void beforeCreate(Runnable work) {
    beforeCreate = work;
  }

  /** Does something once, at the moment after an issue was made. */
  public synchronized void afterCreate(Runnable work) {
    afterCreate = work;
  }

  /** Keeps issues made from now on out of searches. */
  public synchronized void searchIsBehind() {
    searchIsBehind = true;
  }

  /** Leaves no transition to a status that is done. */
  public synchronized void withoutWayOut() {
    noWayOut = true;
  }

  private synchronized Reply answer(Seen request) throws IOException {
    String login =
        Base64.getEncoder().encodeToString((USER + ":" + TOKEN).getBytes(StandardCharsets.UTF_8));
    if (!request.authorization().equals("Basic " + login)
        && !request.authorization().equals("Bearer " + TOKEN)) {
      return new Reply(
          401, "Client must be authenticated to access this resource: " + request.authorization());
    }
    String asked = request.method() + " " + request.path();
    if (asked.equals("POST /rest/api/3/search/jql")) {
      return search(request.json());
    }
    if (asked.equals("POST /rest/api/3/issue")) {
      return create(request.json().path("fields"));
    }
    Matcher one = ISSUE.matcher(request.path());
    if (!one.matches() || Integer.parseInt(one.group(1)) > issues.size()) {
      return error(404, "Issue does not exist or you do not have permission to see it.");
    }
    Issue issue = issues.get(Integer.parseInt(one.group(1)) - 1);
    boolean change = request.method().equals("POST");
    return one.group(2).equals("comment")
        ? comment(issue, change, request)
        : transition(issue, change, request);
  }

  private Reply search(JsonNode document) {
    String jql = document.path("jql").asText();
    if (!jql.contains("project = \"" + PROJECT + "\"")) {
      return error(400, "The value 'NONE' does not exist for the field 'project'.");
    }
    Matcher label = LABEL.matcher(jql);
    if (!label.find() || !jql.contains("statusCategory != Done")) {
      return error(400, "Unbounded JQL queries are not allowed here.");
    }
    ObjectNode answer = TestingWeb.MAPPER.createObjectNode();
    ArrayNode found = answer.putArray("issues");
    for (Issue issue : issues) {
      if (issue.open() && issue.labels.contains(label.group(1)) && issue.indexed) {
        ObjectNode node = found.addObject();
        node.put("id", String.valueOf(10_000 + issue.number)).put("key", issue.key());
        node.putObject("fields").set("description", issue.description);
      }
    }
    return new Reply(200, answer.toString());
  }

  private Reply create(JsonNode fields) {
    Runnable work = beforeCreate;
    beforeCreate = () -> {};
    work.run();
    if (!fields.path("issuetype").path("name").asText().equals("Task")) {
      return new Reply(
          400, "{\"errorMessages\":[],\"errors\":{\"issuetype\":\"Specify a valid issue type\"}}");
    }
    if (!wellFormed(fields.path("description"))) {
      return new Reply(
          400,
          "{\"errorMessages\":[],\"errors\":{\"description\":\"Operation value must be an Atlassian"
              + " Document\"}}");
    }
    List<String> labels = new ArrayList<>();
    fields.path("labels").forEach(label -> labels.add(label.asText()));
    Issue issue =
        new Issue(
            issues.size() + 1, fields.path("summary").asText(), fields.path("description"), labels);
    issue.indexed = !searchIsBehind;
    issues.add(issue);
    Runnable next = afterCreate;
    afterCreate = () -> {};
    next.run();
    return new Reply(
        201, "{\"id\":\"%d\",\"key\":\"%s\"}".formatted(10_000 + issue.number, issue.key()));
  }

  private static Reply comment(Issue issue, boolean change, Seen request) {
    if (change) {
      JsonNode body = request.json().path("body");
      if (!wellFormed(body)) {
        return error(400, "Comment body is not valid!");
      }
      issue.comments.add(body);
      return new Reply(201, "{\"id\":\"1\"}");
    }
    ObjectNode answer = TestingWeb.MAPPER.createObjectNode();
    ArrayNode comments = answer.putArray("comments");
    issue.comments.forEach(body -> comments.addObject().set("body", body));
    return new Reply(200, answer.toString());
  }

  private Reply transition(Issue issue, boolean change, Seen request) {
    if (change) {
      issue.status =
          switch (request.json().path("transition").path("id").asText()) {
            case "21" -> "In Progress";
            case "31" -> "Duplicate";
            case "41" -> "Done";
            default -> throw new AssertionError(request.body());
          };
      return new Reply(204, "");
    }
    String done = noWayOut ? "indeterminate" : "done";
    return new Reply(
        200,
        """
        {"transitions":[
          {"id":"21","name":"Start","to":{"name":"In Progress","statusCategory":{"key":"indeterminate"}}},
          {"id":"31","name":"Drop","to":{"name":"Duplicate","statusCategory":{"key":"%s"}}},
          {"id":"41","name":"Finish","to":{"name":"Done","statusCategory":{"key":"%s"}}}]}
        """
            .formatted(done, done));
  }

  /** Tells whether a document is one: a version, blocks with content, no empty text. */
  private static boolean wellFormed(JsonNode document) {
    return document.path("type").asText().equals("doc")
        && document.path("version").asInt() == 1
        && document.path("content").isArray()
        && document.findValues("text").stream().noneMatch(text -> text.asText().isEmpty());
  }

  /** Returns an error as Jira words it. */
  public static Reply error(int status, String message) {
    return new Reply(status, "{\"errorMessages\":[\"" + message + "\"],\"errors\":{}}");
  }

  /** Returns a refusal with headers. */
  public static Reply error(int status, String message, Map<String, String> headers) {
    return new Reply(status, "{\"errorMessages\":[\"" + message + "\"],\"errors\":{}}", headers);
  }

  @Override
  public void close() {
    web.close();
  }
}
