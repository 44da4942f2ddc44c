package drillbook.notice;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.http.Answer;
import drillbook.http.Call;
import drillbook.http.JsonHttp;
import drillbook.http.Secrets;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import okhttp3.HttpUrl;

/** Posts to webhooks: Slack's, and any other. Their addresses are secrets. */
final class WebhookPoster {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final InstantSource clock;

  WebhookPoster(InstantSource clock) {
    this.clock = clock;
  }

  /** Posts to an incoming webhook of Slack's. */
  void post(NoticeRoute.SlackWebhook route, Notice notice, TemporalUi ui)
      throws DrillbookException {
    Secrets secrets = new Secrets();
    HttpUrl url = secrets.url(route.url());
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("text", SlackBlocks.fallback(notice));
    document.put("blocks", tree(SlackBlocks.json(notice, ui)));
    Call call = call(route, url, Map.of(), document);
    try (JsonHttp http = new JsonHttp(secrets, clock)) {
      Answer answer = http.send(call);
      if (answer.fine()) {
        return;
      }
      String error = answer.text().strip();
      SlackFailures failure = SlackFailures.of(error);
      DrillbookException refusal = http.refusal(call, answer, error, failure.hint());
      boolean told = failure != SlackFailures.OTHER && refusal.kind() != FailureKind.UNAVAILABLE;
      throw told
          ? new DrillbookException(failure.kind(), refusal.getMessage(), failure.hint())
          : refusal;
    }
  }

  /** Posts to any endpoint. */
  void post(NoticeRoute.Webhook route, Notice notice, TemporalUi ui) throws DrillbookException {
    Secrets secrets = new Secrets();
    HttpUrl url = secrets.url(route.url());
    String token = secrets.token(route.token());
    Map<String, String> headers =
        token.isEmpty() ? Map.of() : Map.of("Authorization", "Bearer " + token);
    Call call = call(route, url, headers, NoticeJson.of(notice, ui));
    try (JsonHttp http = new JsonHttp(secrets, clock)) {
      Answer answer = http.send(call);
      if (!answer.fine()) {
        throw http.refusal(
            call, answer, answer.text(), "Check the address and the token of this webhook.");
      }
    }
  }

  private static Call call(
      NoticeRoute route, HttpUrl url, Map<String, String> headers, Object document) {
    return new Call(
        "the notice could not be posted to the " + route.words(),
        "POST",
        url,
        "",
        headers,
        Optional.of(document));
  }

  private static JsonNode tree(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
