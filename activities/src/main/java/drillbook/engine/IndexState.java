package drillbook.engine;

/** How far a collection's indexes are. */
public sealed interface IndexState {
  /** All records take part in searches through finished indexes, or there is no index to build. */
  record Ready() implements IndexState {}

  /**
   * Being built.
   *
   * @param progress what is known of how far, one sentence
   */
  record Building(String progress) implements IndexState {}

  /**
   * Will not become ready by waiting.
   *
   * @param reason the engine's words, or which index is missing
   */
  record Broken(String reason) implements IndexState {}
}
