package drillbook.engine.qdrant;

import drillbook.engine.IndexState;
import drillbook.rest.RestJson;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a collection's description says of its optimizers, which build the indexes.
 *
 * @param info the answer to {@code GET /collections/<name>}
 */
record Optimizers(Map<String, Object> info) {
  /** How 1.9 to 1.11 say it of optimizers that wait; it is no failure. */
  private static final String PENDING = "optimizations pending, awaiting update operation";

  /** Tells whether optimizations wait until something is changed or asked. */
  boolean isPending() {
    return "grey".equals(info.get("status")) || said().filter(PENDING::equals).isPresent();
  }

  /** Returns what made an optimizer fail; empty where none has. */
  Optional<String> failure() {
    return said().filter(words -> !words.equals(PENDING));
  }

  /** Tells whether an operation failed for good. */
  boolean isRed() {
    return "red".equals(info.get("status"));
  }

  private Optional<String> said() {
    return info.get("optimizer_status") instanceof Map<?, ?> map && map.get("error") != null
        ? Optional.of(String.valueOf(map.get("error")))
        : Optional.empty();
  }

  /**
   * Tells whether the collection's own settings keep optimizers from ever running: it is never
   * green then, and no index is built of what is written.
   */
  boolean areOff() {
    Map<String, Object> settings =
        RestJson.fields(RestJson.fields(info, "config"), "optimizer_config");
    return settings.get("max_optimization_threads") instanceof Number threads
        && threads.longValue() == 0;
  }

  /** Returns ready where no optimizer has anything left that it will do. */
  IndexState state() {
    if (failure().isPresent()) {
      return new IndexState.Broken("the optimizer failed: " + failure().get());
    }
    if (isRed()) {
      return new IndexState.Broken("the collection is red: an operation failed for good");
    }
    Map<String, Object> queue = RestJson.fields(info, "update_queue");
    boolean waiting = isSome(queue.get("length")) || isSome(queue.get("deferred_points"));
    if (areOff()) {
      return waiting ? building(queue) : new IndexState.Ready();
    }
    if (isPending()) {
      return new IndexState.Building(
          "grey: optimizations wait until something is changed or asked");
    }
    return waiting || !"green".equals(info.get("status"))
        ? building(queue)
        : new IndexState.Ready();
  }

  private static boolean isSome(@Nullable Object number) {
    return number instanceof Number some && some.longValue() > 0;
  }

  private IndexState building(Map<String, Object> queue) {
    return new IndexState.Building(
        info.get("status")
            + ": about "
            + info.getOrDefault("indexed_vectors_count", "?")
            + " vectors of "
            + info.getOrDefault("points_count", "?")
            + " points indexed, in "
            + info.getOrDefault("segments_count", "?")
            + " segments, "
            + queue.getOrDefault("length", 0)
            + " changes to go");
  }
}
