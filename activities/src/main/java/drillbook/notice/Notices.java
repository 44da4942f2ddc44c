package drillbook.notice;

import drillbook.failure.DrillbookException;
import drillbook.notice.NoticeActivities.NoticePost;
import java.time.InstantSource;
import java.util.function.Supplier;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;

/** Posts notices, each by its route. One attempt each; connections last as long as a post. */
public final class Notices {
  private final TemporalUi ui;
  private final SlackPoster slack;
  private final WebhookPoster webhooks;
  private final MailSender mail;

  /**
   * Opens nothing.
   *
   * @param ui where people look at runs
   * @param clock the time
   */
  public Notices(TemporalUi ui, InstantSource clock) {
    this(ui, clock, "https://slack.com/api/", SSLSocketFactory::getDefault);
  }

  /**
   * Opens nothing.
   *
   * @param slackMethods where Slack's methods are, ending in a slash
   * @param tls how mail servers are believed
   */
  public Notices(
      TemporalUi ui, InstantSource clock, String slackMethods, Supplier<SocketFactory> tls) {
    this.ui = ui;
    this.slack = new SlackPoster(slackMethods, clock);
    this.webhooks = new WebhookPoster(clock);
    this.mail = new MailSender(clock, tls);
  }

  /**
   * Posts a notice.
   *
   * @return the thread for further notices of the run; an empty string where the route has none
   * @throws DrillbookException UNAVAILABLE when trying later can help; DENIED, NOT_FOUND or
   *     CONFIGURATION when a person has to act
   */
  public String post(NoticePost post) throws DrillbookException {
    return switch (post.route()) {
      case NoticeRoute.Slack route -> slack.post(route, post.notice(), ui, post.thread());
      case NoticeRoute.SlackWebhook route -> {
        webhooks.post(route, post.notice(), ui);
        yield "";
      }
      case NoticeRoute.Webhook route -> {
        webhooks.post(route, post.notice(), ui);
        yield "";
      }
      case NoticeRoute.Email route -> mail.send(route, post.notice(), ui, post.thread());
    };
  }
}
