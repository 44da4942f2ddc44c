package drillbook.file;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import drillbook.failure.DrillbookException;
import drillbook.record.BytesColumn;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/** Ids, payloads and texts of records as the texts of columns, and back. */
final class ColumnValues {
  private ColumnValues() {}

  /**
   * Returns an id as text: texts, uuids and integers as they are written, any other as the JSON of
   * docs/portable.md. The collection's id type says which it was.
   */
  static String id(byte[] id, String idType) throws IOException, DrillbookException {
    List<Object> parts = RecordId.parts(id);
    Object first = parts.getFirst();
    boolean plain =
        parts.size() == 1
            && switch (idType) {
              case "text" -> first instanceof String;
              case "uuid" -> first instanceof UUID;
              case "integer" -> first instanceof Long || first instanceof BigInteger;
              default -> false;
            };
    if (plain) {
      return first.toString();
    }
    if (idType.equals("text")) {
      throw ColumnPlan.unheld(RecordId.print(id), "its id is no text, as those of the collection");
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = RecordLinesWriter.JSON.createGenerator(out)) {
      JsonValues.write(json, parts.size() == 1 ? first : parts);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  /**
   * Returns the id of a text.
   *
   * @throws IllegalArgumentException when it is none of this type
   */
  static byte[] id(String text, String idType) throws IOException {
    switch (idType) {
      case "text" -> {
        return RecordId.of(text);
      }
      case "uuid" -> {
        if (!text.startsWith("{")) {
          return RecordId.of(UUID.fromString(text));
        }
      }
      case "integer" -> {
        return RecordId.ofParts(List.of(JsonValues.integer(text)));
      }
      default -> {}
    }
    try (JsonParser json = RecordLinesWriter.JSON.createParser(text)) {
      json.nextToken();
      Object id = JsonValues.read(json);
      if (id == null || json.nextToken() != null) {
        throw new IllegalArgumentException("no id: " + text);
      }
      return RecordId.ofParts(id instanceof List<?> parts ? parts : List.of(id));
    }
  }

  /** Returns a payload as JSON, UTF-8. */
  static byte[] metadata(byte[] payload) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = RecordLinesWriter.JSON.createGenerator(out)) {
      JsonValues.writePlainMap(json, Payload.decode(payload));
    }
    return out.toByteArray();
  }

  /**
   * Returns the payload of JSON.
   *
   * @throws IllegalArgumentException when it is no object
   */
  static byte[] payload(byte[] json) throws IOException {
    try (JsonParser parser = RecordLinesWriter.JSON.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("metadata is a JSON object");
      }
      byte[] payload = Payload.encode(JsonValues.readPlainMap(parser));
      if (parser.nextToken() != null) {
        throw new IllegalArgumentException("metadata is one JSON object, and nothing behind it");
      }
      return payload;
    }
  }

  /** Refuses a text that is no UTF-8: a column of texts cannot hold it. */
  static void requireText(BytesColumn column, RecordBatch batch, int record, String what)
      throws DrillbookException {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(column.view(record));
    } catch (CharacterCodingException e) {
      throw ColumnPlan.unheld(
          RecordId.print(batch.ids().get(record)), "its " + what + " is no UTF-8");
    }
  }

  /** Returns the bits of the float that equals a half float, whatever kind of NaN it is. */
  static int widened(short half) {
    int sign = (half & 0x8000) << 16;
    if ((half & 0x7c00) == 0x7c00) {
      return sign | 0x7f800000 | (half & 0x3ff) << 13;
    }
    return Float.floatToRawIntBits(Float.float16ToFloat(half));
  }

  /** Returns the half float whose float this is. */
  static short narrowed(int bits) {
    if ((bits & 0x7f800000) == 0x7f800000) {
      return (short) ((bits >>> 16 & 0x8000) | 0x7c00 | (bits >>> 13 & 0x3ff));
    }
    return Float.floatToFloat16(Float.intBitsToFloat(bits));
  }

  /** Returns element i of a bit vector. */
  static int bit(ByteBuffer bits, int offset, int i) {
    return bits.get(offset + i / 8) >> (7 - i % 8) & 1;
  }
}
