package drillbook.notice;

import com.google.gson.JsonParseException;
import com.slack.api.Slack;
import com.slack.api.SlackConfig;
import com.slack.api.methods.SlackApiException;
import com.slack.api.methods.request.chat.ChatPostMessageRequest;
import com.slack.api.methods.response.chat.ChatPostMessageResponse;
import com.slack.api.util.http.SlackHttpClient;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.http.JsonHttp;
import drillbook.http.Secrets;
import drillbook.notice.Notice.Level;
import drillbook.rest.RetryAfter;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** Posts to a Slack channel as a bot. */
final class SlackPoster {
  private static final String TAIL = " [POST chat.postMessage]";

  private final String methodsUrl;
  private final InstantSource clock;

  /**
   * Opens nothing.
   *
   * @param methodsUrl where Slack's methods are, ending in a slash
   */
  SlackPoster(String methodsUrl, InstantSource clock) {
    this.methodsUrl = methodsUrl;
    this.clock = clock;
  }

  /**
   * Posts a notice.
   *
   * @param thread the first message of the run, or an empty string
   * @return the first message of the run
   */
  String post(NoticeRoute.Slack route, Notice notice, TemporalUi ui, String thread)
      throws DrillbookException {
    Secrets secrets = new Secrets();
    String token = secrets.token(route.token());
    String what = "the notice could not be posted to " + route.words();
    ChatPostMessageRequest.ChatPostMessageRequestBuilder request =
        ChatPostMessageRequest.builder()
            .channel(route.channel())
            .text(SlackBlocks.fallback(notice))
            .blocksAsString(SlackBlocks.json(notice, ui))
            .unfurlLinks(false)
            .unfurlMedia(false);
    if (!thread.isEmpty()) {
      // A problem at the end of a thread that nobody has open would be seen by nobody.
      request.threadTs(thread).replyBroadcast(notice.level() == Level.PROBLEM);
    }
    try (Client client = new Client(methodsUrl)) {
      ChatPostMessageResponse answer = client.slack.methods(token).chatPostMessage(request.build());
      if (!answer.isOk()) {
        String needed = answer.getNeeded() == null ? "" : " (needed: " + answer.getNeeded() + ")";
        throw refused(what, secrets.quoted(answer.getError() + needed), answer.getError());
      }
      return thread.isEmpty() ? answer.getTs() : thread;
    } catch (SlackApiException e) {
      throw refused(what, secrets, e);
    } catch (JsonParseException e) {
      // No cause: its message quotes the answer.
      throw new DrillbookException(
          FailureKind.UNAVAILABLE, what + ": what answered is not Slack" + TAIL);
    } catch (IOException e) {
      throw JsonHttp.unreachable(what, TAIL, e);
    }
  }

  private static DrillbookException refused(String what, String words, String error) {
    SlackFailures failure = SlackFailures.of(error);
    return new DrillbookException(failure.kind(), what + ": " + words + TAIL, failure.hint());
  }

  private DrillbookException refused(String what, Secrets secrets, SlackApiException e) {
    int status = e.getResponse().code();
    String error =
        e.getError() == null || e.getError().getError() == null ? "" : e.getError().getError();
    String words = secrets.quoted(error.isEmpty() ? "status " + status : error + ", " + status);
    if (status != 429 && status < 500) {
      return refused(what, words, error);
    }
    String header = e.getResponse().header("Retry-After");
    Duration wait = RetryAfter.of(header, clock.instant()).orElse(Duration.ZERO);
    return new DrillbookException(FailureKind.UNAVAILABLE, what + ": " + words + TAIL).after(wait);
  }

  /** Slack's client for one call, with nothing running behind it. */
  private static final class Client implements AutoCloseable {
    private final SlackHttpClient http = new SlackHttpClient(JsonHttp.client());
    private final Slack slack;

    Client(String methodsUrl) {
      SlackConfig config = new SlackConfig();
      // Its listeners log requests; its statistics ask Slack who the token is and keep threads.
      config.setHttpClientResponseHandlers(List.of());
      config.setStatsEnabled(false);
      config.setMethodsEndpointUrlPrefix(methodsUrl);
      slack = Slack.getInstance(config, http);
    }

    @Override
    public void close() {
      http.getOkHttpClient().dispatcher().executorService().shutdown();
      http.getOkHttpClient().connectionPool().evictAll();
    }
  }
}
