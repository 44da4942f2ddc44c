package drillbook.notice;

import com.fasterxml.jackson.databind.JsonNode;
import drillbook.http.TestingWeb;
import drillbook.http.TestingWeb.Reply;
import drillbook.http.TestingWeb.Seen;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Slack on loopback: channels with members, messages with threads, the documented bounds of blocks,
 * the documented errors. Also serves an incoming webhook.
 */
public final class TestingSlack implements AutoCloseable {
  /** A token that is taken. */
  public static final String TOKEN = "xoxb-1234567890-testing-token";

  /** A path of a webhook that is there. */
  public static final String HOOK = "/services/T0000000/B0000000/testing-hook-secret";

  /** A message as Slack keeps it. */
  public record Message(
      String channel, String ts, String thread, boolean broadcast, String text, JsonNode blocks) {}

  private final Set<String> channels = new HashSet<>();
  private final Set<String> joined = new HashSet<>();
  private final Set<String> archived = new HashSet<>();
  private final List<Message> messages = new ArrayList<>();
  private final TestingWeb web;
  private boolean mayWrite = true;

  /** Starts it. */
  public TestingSlack() throws IOException {
    web = new TestingWeb(this::answer);
  }

  /** Returns the server, to plan its answers and to see what it was asked. */
  public TestingWeb web() {
    return web;
  }

  /** Returns where its methods are. */
  public String methods() {
    return web.url() + "/api/";
  }

  /** Makes a channel that the bot is in. */
  public synchronized TestingSlack channel(String name) {
    channels.add(name);
    joined.add(name);
    return this;
  }

  /** Makes a channel that the bot is not in. */
  public synchronized TestingSlack foreignChannel(String name) {
    channels.add(name);
    return this;
  }

  /** Archives a channel. */
  public synchronized TestingSlack archive(String name) {
    archived.add(name);
    return this;
  }

  /** Takes the scope chat:write away. */
  public synchronized TestingSlack withoutScope() {
    mayWrite = false;
    return this;
  }

  /** Returns what was posted. */
  public synchronized List<Message> messages() {
    return List.copyOf(messages);
  }

  @Override
  public void close() {
    web.close();
  }

  private synchronized Reply answer(Seen request) throws IOException {
    if (request.path().equals(HOOK)) {
      return hook(request);
    }
    if (request.path().startsWith("/services/")) {
      return new Reply(404, "no_service");
    }
    if (!request.path().equals("/api/chat.postMessage")) {
      return error("unknown_method");
    }
    if (!request.authorization().equals("Bearer " + TOKEN)) {
      return error("invalid_auth");
    }
    if (!mayWrite) {
      return new Reply(
          200,
          "{\"ok\":false,\"error\":\"missing_scope\",\"needed\":\"chat:write\",\"provided\":\"none\"}");
    }
    Map<String, String> form = form(request.body());
    String channel = form.getOrDefault("channel", "");
    if (!channels.contains(channel)) {
      return error("channel_not_found");
    }
    if (!joined.contains(channel)) {
      return error("not_in_channel");
    }
    if (archived.contains(channel)) {
      return error("is_archived");
    }
    JsonNode blocks = TestingWeb.MAPPER.readTree(form.getOrDefault("blocks", "[]"));
    if (!fits(blocks)) {
      return error("invalid_blocks");
    }
    String ts = "17637400%02d.000100".formatted(messages.size());
    messages.add(
        new Message(
            channel,
            ts,
            form.getOrDefault("thread_ts", ""),
            form.getOrDefault("reply_broadcast", "false").matches("true|1"),
            form.getOrDefault("text", ""),
            blocks));
    return new Reply(200, "{\"ok\":true,\"channel\":\"%s\",\"ts\":\"%s\"}".formatted(channel, ts));
  }

  private Reply hook(Seen request) {
    JsonNode document = request.json();
    if (!fits(document.path("blocks")) || document.path("text").asText().isEmpty()) {
      return new Reply(400, "invalid_blocks");
    }
    messages.add(
        new Message(
            "hook", "", "", false, document.path("text").asText(), document.path("blocks")));
    return new Reply(200, "ok");
  }

  /** Tells whether blocks keep the documented bounds. */
  private static boolean fits(JsonNode blocks) {
    boolean fits = blocks.isArray() && !blocks.isEmpty() && blocks.size() <= 50;
    for (JsonNode block : blocks) {
      fits &=
          switch (block.path("type").asText()) {
            case "header" -> within(block.path("text"), 150, "plain_text");
            case "section" -> {
              boolean all = block.has("text") || block.has("fields");
              if (block.has("text")) {
                all &= within(block.path("text"), 3000, "mrkdwn");
              }
              all &= !block.has("fields") || !block.path("fields").isEmpty();
              all &= block.path("fields").size() <= 10;
              for (JsonNode field : block.path("fields")) {
                all &= within(field, 2000, "mrkdwn");
              }
              yield all;
            }
            case "context" -> {
              boolean all = block.path("elements").size() <= 10;
              for (JsonNode element : block.path("elements")) {
                all &= within(element, 3000, "mrkdwn");
              }
              yield all;
            }
            default -> false;
          };
    }
    return fits;
  }

  private static boolean within(JsonNode text, int most, String type) {
    String words = text.path("text").asText();
    return text.path("type").asText().equals(type) && !words.isEmpty() && words.length() <= most;
  }

  private static Reply error(String error) {
    return new Reply(200, "{\"ok\":false,\"error\":\"" + error + "\"}");
  }

  private static Map<String, String> form(String body) {
    Map<String, String> form = new HashMap<>();
    for (String pair : body.split("&", -1)) {
      int at = pair.indexOf('=');
      form.put(
          URLDecoder.decode(pair.substring(0, at), StandardCharsets.UTF_8),
          URLDecoder.decode(pair.substring(at + 1), StandardCharsets.UTF_8));
    }
    return form;
  }
}
