package drillbook.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.io.IOException;
import java.util.Arrays;

/**
 * Records as JSON with exactly one spelling: keys sorted, no whitespace, UTF-8 unescaped, times as
 * ISO 8601 in UTC, fractions in the shortest decimals that give the same double again. Reading
 * writes again and compares, so that no bit of a document is without meaning.
 */
public final class CanonicalJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .build();

  private CanonicalJson() {}

  /**
   * Returns the canonical bytes of a record of records, lists, maps, strings, numbers, truth
   * values, enums and instants.
   *
   * @throws IllegalArgumentException when it holds text that is no Unicode
   */
  public static byte[] encode(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "no canonical JSON of " + value.getClass().getSimpleName(), e);
    }
  }

  /**
   * Returns the record that canonical bytes hold.
   *
   * @param what names the document in the message
   * @throws DrillbookException CORRUPT when the bytes are no such record, or not canonical
   */
  public static <T> T decode(byte[] json, Class<T> type, String what) throws DrillbookException {
    T value;
    try {
      value = MAPPER.readValue(json, type);
    } catch (IOException e) {
      throw new DrillbookException(
          FailureKind.CORRUPT, "read " + what + ": " + e.getMessage(), "", e);
    }
    if (value == null || !Arrays.equals(encode(value), json)) {
      throw new DrillbookException(
          FailureKind.CORRUPT, "read " + what + ": its bytes are not canonical");
    }
    return value;
  }
}
