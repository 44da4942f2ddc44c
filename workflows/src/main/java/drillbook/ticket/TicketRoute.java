package drillbook.ticket;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where tickets are filed. Tokens stand here by reference only. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "route")
@JsonSubTypes({
  @JsonSubTypes.Type(value = TicketRoute.GitHub.class, name = "github"),
  @JsonSubTypes.Type(value = TicketRoute.Jira.class, name = "jira"),
  @JsonSubTypes.Type(value = TicketRoute.Webhook.class, name = "webhook")
})
public sealed interface TicketRoute {
  /** Returns the route in words that hold no secret, for messages about it. */
  String words();

  /**
   * Issues of a GitHub repository.
   *
   * @param api where the API is, {@code https://api.github.com} when left out
   * @param repository {@code owner/name}
   * @param token a reference to a token that may write issues
   */
  record GitHub(String api, String repository, String token) implements TicketRoute {
    /** Where the API is when nothing else is said. */
    public static final String API = "https://api.github.com";

    /** Fills in what was left out. */
    public GitHub(@Nullable String api, String repository, String token) {
      this.api = api == null || api.isEmpty() ? API : api;
      this.repository = Objects.requireNonNull(repository, "repository == null");
      this.token = Objects.requireNonNull(token, "token == null");
    }

    @Override
    public String words() {
      return "GitHub issues of " + repository;
    }
  }

  /**
   * Issues of a Jira project.
   *
   * @param url the site, {@code https://example.atlassian.net}
   * @param project its key
   * @param issueType {@code Task} or another type of the project
   * @param user a reference to the account; an empty string for a bearer token
   * @param token a reference to the API token
   */
  record Jira(String url, String project, String issueType, String user, String token)
      implements TicketRoute {
    @Override
    public String words() {
      return "Jira project " + project;
    }
  }

  /**
   * Any HTTP endpoint: {@code {"action": "file"|"close", "key", "title", "body"}} as JSON.
   *
   * @param url a reference to its address
   * @param token a reference to a bearer token; an empty string for none
   */
  record Webhook(String url, String token) implements TicketRoute {
    @Override
    public String words() {
      return "webhook " + url;
    }
  }
}
