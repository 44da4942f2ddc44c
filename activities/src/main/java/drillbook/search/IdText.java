package drillbook.search;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.RecordId;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/**
 * Ids as people write them: as they are printed; a composite one as its parts joined by slashes, or
 * as a JSON array where a part holds a slash.
 */
final class IdText {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private IdText() {}

  /**
   * Returns an id.
   *
   * @param idType what ids of the collection are, see {@link
   *     drillbook.engine.CollectionSchema#idType()}
   * @throws DrillbookException CONFIGURATION when the words are no such id
   */
  static byte[] read(String idType, String words) throws DrillbookException {
    List<String> types = List.of(idType.split(",", -1));
    if (types.size() == 1) {
      return RecordId.ofParts(List.of(part(idType, words)));
    }
    List<String> texts = words.startsWith("[") ? array(words) : List.of(words.split("/", -1));
    if (texts.size() != types.size()) {
      throw no(idType, words, "it has " + texts.size() + " parts");
    }
    List<Object> parts = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      parts.add(part(types.get(i), texts.get(i)));
    }
    return RecordId.ofParts(parts);
  }

  private static Object part(String type, String words) throws DrillbookException {
    try {
      return switch (type) {
        case "integer" -> number(words);
        case "uuid" -> UUID.fromString(words);
        case "bytes" -> HexFormat.of().parseHex(words);
        case "integer|uuid" -> words.contains("-") ? uuidOrNumber(words) : number(words);
        default -> words;
      };
    } catch (IllegalArgumentException e) {
      throw no(type, words, String.valueOf(e.getMessage()));
    }
  }

  private static Object uuidOrNumber(String words) {
    return words.startsWith("-") ? number(words) : UUID.fromString(words);
  }

  private static Object number(String words) {
    BigInteger value = new BigInteger(words);
    return value.bitLength() < 64 ? (Object) value.longValue() : value;
  }

  private static List<String> array(String words) throws DrillbookException {
    try {
      List<String> texts = new ArrayList<>();
      for (JsonNode part : JSON.readTree(words)) {
        texts.add(part.asText());
      }
      return texts;
    } catch (JsonProcessingException e) {
      throw no("array", words, String.valueOf(e.getOriginalMessage()));
    }
  }

  private static DrillbookException no(String type, String words, String why) {
    return new DrillbookException(
        FailureKind.CONFIGURATION,
        "'" + words + "' is no id of type " + type + ": " + why,
        "Ids are written as they are printed: text as it is, bytes as hexadecimal digits, the"
            + " parts of a composite one joined by slashes or as a JSON array.");
  }
}
