package drillbook.engine;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What a live engine says of itself.
 *
 * @param version the server's version, as it says it
 * @param details further facts by name: extension version, memory settings, limits; part of the
 *     environment fingerprint of a drill, so nothing that changes by itself
 */
public record Probe(String version, Map<String, String> details) {
  /** Copies the details, ordered by name. */
  public Probe {
    Objects.requireNonNull(version, "version == null");
    details = java.util.Collections.unmodifiableMap(new TreeMap<>(details));
  }
}
