package drillbook.demo;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One text of the demo.
 *
 * @param id unique in its set; not always ASCII, and never to be normalised
 * @param text one to three English sentences
 * @param metadata String, Long, Double and Boolean values, as the file has them: 1.0 is a Double;
 *     empty where the passage has none, which is not the same as no entries
 * @param uri where the text would be found; most passages have none
 */
public record DemoPassage(
    String id, String text, Optional<Map<String, Object>> metadata, Optional<String> uri) {

  /** Checks the texts and copies the metadata, keeping its order. */
  public DemoPassage {
    if (id.isBlank()) {
      throw new IllegalArgumentException("id is blank: '" + id + "'");
    }
    if (text.isBlank()) {
      throw new IllegalArgumentException("text of '" + id + "' is blank");
    }
    metadata = metadata.map(values -> Collections.unmodifiableMap(new LinkedHashMap<>(values)));
  }

  /** Returns what the passage is about, or an empty string where it has no metadata. */
  public String topic() {
    return metadata.map(values -> values.getOrDefault("topic", "").toString()).orElse("");
  }
}
