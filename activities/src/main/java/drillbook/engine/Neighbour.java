package drillbook.engine;

/**
 * A search's hit.
 *
 * @param id the record's id, as {@link drillbook.record.RecordId} encodes it
 * @param distance smaller is nearer, in the engine's own unit
 */
public record Neighbour(byte[] id, double distance) {}
