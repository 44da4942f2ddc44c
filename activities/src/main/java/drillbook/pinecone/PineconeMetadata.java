package drillbook.pinecone;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import drillbook.record.BytesColumn;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.Reserved;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * What a record's metadata can say in Pinecone, and what has to travel under reserved keys.
 *
 * <p>Source: Pinecone documentation, metadata; API 2025-10. Values are texts, numbers of 64-bit
 * floating point, truth values and lists of texts; null, maps and other lists are refused; keys do
 * not begin with {@code $}. Therefore:
 *
 * <ul>
 *   <li>integers that a float holds exactly are stored as numbers, so that they can be filtered by,
 *       and their keys are named in {@value #INTEGERS};
 *   <li>document and uri are stored as texts under {@value #DOCUMENT} and {@value #URI};
 *   <li>everything else is carried under {@value drillbook.record.Reserved#KEY};
 *   <li>where all this exceeds the 40 KB that a record's metadata may have, large entries are
 *       carried too, and what is carried is deflated, under {@value #DEFLATED}.
 * </ul>
 */
public final class PineconeMetadata {
  static final String DOCUMENT = "_drillbook_document";
  static final String URI = "_drillbook_uri";
  static final String INTEGERS = "_drillbook_integers";
  static final String DEFLATED = "_drillbook_deflated";

  /** Pinecone's limit is 40,960 bytes; how exactly it counts is not documented. */
  public static final int LARGEST = 40_000;

  private static final JsonFactory JSON = new JsonFactory();
  private static final int SMALL = 100;
  private static final int LONGEST_KEY = 128;
  private static final long LARGEST_INTEGER = 1L << 53;

  /** What a document of 40 KB can hardly inflate to, if it is one of ours. */
  private static final int LARGEST_INFLATED = 64 << 20;

  private PineconeMetadata() {}

  /** Tells whether an entry comes back as it goes in. */
  static boolean holds(String key, @Nullable Object value) {
    boolean keyIsFree =
        !key.isEmpty()
            && key.length() <= LONGEST_KEY
            && !key.startsWith("$")
            && !key.startsWith(Reserved.KEY)
            && key.indexOf('\0') < 0;
    if (!keyIsFree) {
      return false;
    }
    return switch (value) {
      case String text -> text.indexOf('\0') < 0;
      case Boolean truth -> true;
      case Long number -> Math.abs(number) <= LARGEST_INTEGER && number != Long.MIN_VALUE;
      case Double number ->
          Double.isFinite(number) && Double.doubleToRawLongBits(number) != Long.MIN_VALUE;
      case List<?> list ->
          !list.isEmpty()
              && list.stream().allMatch(item -> item instanceof String s && s.indexOf('\0') < 0);
      case null, default -> false;
    };
  }

  /**
   * Returns the metadata by which a record is kept whole, JSON; empty where it needs none.
   *
   * @param text by which the record is known in Pinecone, see {@link PineconeId#text}
   * @return more than {@link #LARGEST} bytes where it does not fit
   * @throws IOException when the record's payload is no payload
   */
  public static byte[] pack(RecordBatch batch, int row, String text) throws IOException {
    byte[] id = batch.ids().get(row);
    return pack(
        new Reserved.Content(
            PineconeId.isWhole(id, text) ? Optional.empty() : Optional.of(id),
            batch.payloads().isPresent(row)
                ? Optional.of(Payload.decode(batch.payloads().get(row)))
                : Optional.empty(),
            part(batch.documents(), row),
            part(batch.uris(), row)));
  }

  private static Optional<byte[]> part(BytesColumn column, int row) {
    return column.isPresent(row) ? Optional.of(column.get(row)) : Optional.empty();
  }

  private static byte[] pack(Reserved.Content content) throws IOException {
    byte[] plain = json(stored(content));
    if (plain.length <= LARGEST) {
      return plain;
    }
    Map<String, @Nullable Object> packed =
        Reserved.pack(content, (key, value) -> holds(key, value) && isSmall(value));
    if (packed.remove(Reserved.KEY) instanceof String carried) {
      packed.put(DEFLATED, deflate(carried));
    }
    nameIntegers(packed);
    return json(packed);
  }

  private static boolean isSmall(@Nullable Object value) {
    return switch (value) {
      case String text -> text.length() <= SMALL;
      case List<?> list -> false;
      case null, default -> true;
    };
  }

  private static Map<String, @Nullable Object> stored(Reserved.Content content) {
    Optional<String> document = content.document().flatMap(PineconeMetadata::text);
    Optional<String> uri = content.uri().flatMap(PineconeMetadata::text);
    Map<String, @Nullable Object> stored =
        Reserved.pack(
            new Reserved.Content(
                content.id(),
                content.payload(),
                document.isPresent() ? Optional.empty() : content.document(),
                uri.isPresent() ? Optional.empty() : content.uri()),
            PineconeMetadata::holds);
    nameIntegers(stored);
    document.ifPresent(text -> stored.put(DOCUMENT, text));
    uri.ifPresent(text -> stored.put(URI, text));
    return stored;
  }

  private static void nameIntegers(Map<String, @Nullable Object> stored) {
    List<String> integers = new ArrayList<>();
    stored.forEach((key, value) -> {
      if (value instanceof Long) {
        integers.add(key);
      }
    });
    if (!integers.isEmpty()) {
      stored.put(INTEGERS, integers);
    }
  }

  /** Returns bytes as text, unless they are none or have a NUL. */
  private static Optional<String> text(byte[] utf8) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
      return text.indexOf('\0') < 0 ? Optional.of(text) : Optional.empty();
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static byte[] json(Map<String, @Nullable Object> stored) throws IOException {
    if (stored.isEmpty()) {
      return new byte[0];
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      for (Map.Entry<String, @Nullable Object> entry : stored.entrySet()) {
        json.writeFieldName(entry.getKey());
        switch (entry.getValue()) {
          case String text -> json.writeString(text);
          case Boolean truth -> json.writeBoolean(truth);
          case Long number -> json.writeNumber(number);
          case Double number -> json.writeNumber(number);
          case List<?> list -> {
            json.writeStartArray();
            for (Object item : list) {
              json.writeString((String) item);
            }
            json.writeEndArray();
          }
          case null, default -> throw new IllegalArgumentException("not held: " + entry.getKey());
        }
      }
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  /**
   * Returns what stored metadata stands for: what {@link #pack} kept in it, whoever brought it to
   * Pinecone, or what somebody else wrote.
   *
   * @param metadata numbers may be integers or floats, as Pinecone has no integers
   * @throws IOException when an entry of ours is damaged, or of a newer form
   */
  public static Reserved.Content unpack(Map<String, ? extends @Nullable Object> metadata)
      throws IOException {
    Map<String, @Nullable Object> stored = new LinkedHashMap<>(metadata);
    Optional<byte[]> document = take(stored, DOCUMENT);
    Optional<byte[]> uri = take(stored, URI);
    if (stored.get(INTEGERS) instanceof List<?> integers) {
      stored.remove(INTEGERS);
      for (Object key : integers) {
        // One that was changed since, to what is no integer, is what it became.
        if (stored.get(key) instanceof Double value && value == Math.rint(value)) {
          stored.put((String) key, value.longValue());
        }
      }
    }
    if (stored.get(DEFLATED) instanceof String deflated) {
      stored.remove(DEFLATED);
      stored.put(Reserved.KEY, inflate(deflated));
    }
    Reserved.Content content = Reserved.unpack(stored);
    return new Reserved.Content(
        content.id(), content.payload(), document.or(content::document), uri.or(content::uri));
  }

  private static Optional<byte[]> take(Map<String, @Nullable Object> stored, String key) {
    if (stored.get(key) instanceof String text) {
      stored.remove(key);
      return Optional.of(text.getBytes(StandardCharsets.UTF_8));
    }
    return Optional.empty();
  }

  private static String deflate(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  private static String inflate(String base64) throws IOException {
    try (InflaterInputStream in =
        new InflaterInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(base64)))) {
      byte[] bytes = in.readNBytes(LARGEST_INFLATED + 1);
      if (bytes.length > LARGEST_INFLATED) {
        throw new IOException("metadata entry " + DEFLATED + " is larger than anything written");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new IOException("metadata entry " + DEFLATED + " is damaged: " + e.getMessage(), e);
    }
  }
}
