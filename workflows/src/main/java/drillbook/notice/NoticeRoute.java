package drillbook.notice;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** Where messages go. Tokens and addresses that are secrets stand here by reference only. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "route")
@JsonSubTypes({
  @JsonSubTypes.Type(value = NoticeRoute.Slack.class, name = "slack"),
  @JsonSubTypes.Type(value = NoticeRoute.SlackWebhook.class, name = "slack-webhook"),
  @JsonSubTypes.Type(value = NoticeRoute.Webhook.class, name = "webhook"),
  @JsonSubTypes.Type(value = NoticeRoute.Email.class, name = "email")
})
public sealed interface NoticeRoute {
  /** Returns the route in words that hold no secret, for messages about it. */
  String words();

  /**
   * A Slack channel by a bot's token: all messages of a run make one thread.
   *
   * @param channel its id or name
   * @param token a reference to the token, {@code env:NAME} or {@code file:/path}
   */
  record Slack(String channel, String token) implements NoticeRoute {
    @Override
    public String words() {
      return "Slack channel " + channel;
    }
  }

  /**
   * A Slack channel by its incoming webhook, which knows no threads.
   *
   * @param url a reference to the webhook's address, which is a secret
   */
  record SlackWebhook(String url) implements NoticeRoute {
    @Override
    public String words() {
      return "Slack webhook " + url;
    }
  }

  /**
   * Any HTTP endpoint: the notice is posted as JSON.
   *
   * @param url a reference to its address
   * @param token a reference to a bearer token; an empty string for none
   */
  record Webhook(String url, String token) implements NoticeRoute {
    @Override
    public String words() {
      return "webhook " + url;
    }
  }

  /**
   * Mail by SMTP.
   *
   * @param server {@code smtp://host:port}, or {@code smtps://} for TLS from the first byte
   * @param from the sender
   * @param to the receivers
   * @param user a reference to the user's name; an empty string for none
   * @param password a reference to the password; an empty string for none
   */
  record Email(String server, String from, List<String> to, String user, String password)
      implements NoticeRoute {
    /** Copies the receivers. */
    public Email {
      to = List.copyOf(to);
      if (to.isEmpty()) {
        throw new IllegalArgumentException("mail needs at least one receiver");
      }
    }

    @Override
    public String words() {
      return "mail to " + String.join(", ", to);
    }
  }
}
