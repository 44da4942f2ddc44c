package drillbook.region;

/**
 * An instance that is up.
 *
 * @param mark under which it is recorded; an empty string where the region's own was taken
 * @param by who brought it up: {@code existing}, {@code command} or {@code local}
 * @param seconds how long it took
 */
public record Provisioned(String mark, String by, double seconds) {}
