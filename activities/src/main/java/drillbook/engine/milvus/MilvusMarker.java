package drillbook.engine.milvus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a collection's schema in Milvus cannot say of one that came from elsewhere, kept as the
 * property {@value #PROPERTY} of the collection, JSON.
 *
 * @param drillbook the form, 1
 * @param idType what ids are where the primary key holds them in another form, else empty
 * @param texts whether the dynamic entries {@code document} and {@code uri} are the record's own,
 *     not payload
 * @param names names of vectors that no field can have, by field
 * @param dimensions dimensions that no field can have, by field: of bits padded to bytes, of sparse
 *     vectors
 * @param autoId whether Milvus made the ids where the collection came from
 */
record MilvusMarker(
    int drillbook,
    String idType,
    boolean texts,
    Map<String, String> names,
    Map<String, Long> dimensions,
    boolean autoId) {
  static final String PROPERTY = "drillbook";

  /** A collection that says all by itself. */
  static final MilvusMarker NONE = new MilvusMarker(1, "", false, Map.of(), Map.of(), false);

  private static final ObjectMapper MAPPER =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /** Copies the maps. */
  MilvusMarker {
    idType = idType == null ? "" : idType;
    names = names == null ? Map.of() : new TreeMap<>(names);
    dimensions = dimensions == null ? Map.of() : new TreeMap<>(dimensions);
  }

  /** Returns what a property's text says; nothing where it is not ours. */
  static MilvusMarker of(String text) {
    try {
      return text.isEmpty() ? NONE : MAPPER.readValue(text, MilvusMarker.class);
    } catch (JsonProcessingException e) {
      // Somebody else's property of the same name.
      return NONE;
    }
  }

  /** Returns the property's text. */
  String text() {
    try {
      return MAPPER.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
