package drillbook.record;

import java.io.IOException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The reserved payload key: what an engine cannot hold of a record as it is travels under {@value
 * #KEY} as one JSON text, written by an adapter's writer and stripped by its reader. Lossless, and
 * the same record always gives the same text.
 *
 * <p>Form: {@code {"drillbook":1,"id":"..","payload":"..","document":"..","uri":".."}}, parts that
 * are not carried left out, each value Base64: of the encoded id, of the canonical CBOR map of the
 * carried payload entries, of UTF-8.
 *
 * <p>Payload entries of a user that bear the reserved key themselves are always carried, so that
 * they are never taken for ours.
 */
public final class Reserved {
  /** The payload key. */
  public static final String KEY = "_drillbook";

  private static final String START = "{\"drillbook\":";
  private static final Pattern FORM =
      Pattern.compile(
          "\\{\"drillbook\":1"
              + part("id")
              + part("payload")
              + part("document")
              + part("uri")
              + "\\}");

  /**
   * What a record has that an engine may be unable to hold.
   *
   * @param id the encoded id where the engine has another in its place, else empty
   * @param payload the whole payload, or empty where the record has none; none is not an empty map
   * @param document UTF-8, only where the engine cannot hold it itself, else empty
   * @param uri UTF-8, only where the engine cannot hold it itself, else empty
   */
  public record Content(
      Optional<byte[]> id,
      Optional<Map<String, @Nullable Object>> payload,
      Optional<byte[]> document,
      Optional<byte[]> uri) {
    /** Returns a content whose only part is a payload. */
    public static Content ofPayload(Map<String, @Nullable Object> payload) {
      return new Content(
          Optional.empty(), Optional.of(payload), Optional.empty(), Optional.empty());
    }
  }

  /** Tells which payload entries an engine holds as they are, type and value. */
  @FunctionalInterface
  public interface Held {
    /** Tells whether this entry comes back from the engine as it went in. */
    boolean holds(String key, @Nullable Object value);
  }

  private Reserved() {}

  /**
   * Returns the payload to store: the entries that the engine holds, and the rest under the
   * reserved key where there is a rest. Empty exactly if the record has neither a payload nor
   * anything to carry, so that an adapter can store "none" for it.
   */
  public static Map<String, @Nullable Object> pack(Content content, Held held) {
    Map<String, @Nullable Object> stored = new LinkedHashMap<>();
    Map<String, @Nullable Object> carried = new LinkedHashMap<>();
    content
        .payload()
        .ifPresent(payload ->
            payload.forEach((key, value) -> {
              boolean asItIs = !key.equals(KEY) && held.holds(key, value);
              (asItIs ? stored : carried).put(key, value);
            }));
    // An empty payload is carried as such: with no entry stored it would come back as none.
    boolean carriesPayload =
        !carried.isEmpty() || (content.payload().isPresent() && stored.isEmpty());
    Optional<byte[]> payload =
        carriesPayload ? Optional.of(Payload.encode(carried)) : Optional.empty();
    String parts =
        print("id", content.id())
            + print("payload", payload)
            + print("document", content.document())
            + print("uri", content.uri());
    if (!parts.isEmpty()) {
      stored.put(KEY, START + "1" + parts + "}");
    }
    return stored;
  }

  /**
   * Returns what a stored payload stands for, the reserved key stripped. An entry that is both
   * stored and carried was written by somebody since: the stored one counts. A value under the
   * reserved key that is not of our form is a user's own and stays.
   *
   * @param stored the engine's payload; empty where the record has none
   * @return the payload present exactly if an entry was stored or a payload carried
   * @throws IOException when the reserved text is damaged, or of a newer form
   */
  public static Content unpack(Map<String, ? extends @Nullable Object> stored) throws IOException {
    Map<String, @Nullable Object> payload = new LinkedHashMap<>(stored);
    if (!(payload.get(KEY) instanceof String text) || !text.startsWith(START)) {
      return new Content(
          Optional.empty(),
          payload.isEmpty() ? Optional.empty() : Optional.of(payload),
          Optional.empty(),
          Optional.empty());
    }
    payload.remove(KEY);
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IOException(
          "payload entry "
              + KEY
              + " is damaged or of a newer form: "
              + text.substring(0, Math.min(40, text.length())));
    }
    Optional<byte[]> carried = decode(form.group("payload"));
    if (carried.isPresent()) {
      Payload.decode(carried.get())
          .forEach((key, value) -> {
            if (!payload.containsKey(key)) {
              payload.put(key, value);
            }
          });
    }
    return new Content(
        decode(form.group("id")),
        payload.isEmpty() && carried.isEmpty() ? Optional.empty() : Optional.of(payload),
        decode(form.group("document")),
        decode(form.group("uri")));
  }

  private static String part(String name) {
    return "(?:,\"" + name + "\":\"(?<" + name + ">[A-Za-z0-9+/]*+=*+)\")?";
  }

  private static String print(String name, Optional<byte[]> part) {
    return part.map(
            bytes -> ",\"" + name + "\":\"" + Base64.getEncoder().encodeToString(bytes) + "\"")
        .orElse("");
  }

  private static Optional<byte[]> decode(@Nullable String base64) throws IOException {
    if (base64 == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException e) {
      throw new IOException("payload entry " + KEY + " is damaged: " + e.getMessage(), e);
    }
  }
}
