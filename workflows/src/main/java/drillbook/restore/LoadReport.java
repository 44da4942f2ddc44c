package drillbook.restore;

/**
 * What one load wrote.
 *
 * @param records how many records
 * @param bytes how many bytes of the store were read
 * @param transferSeconds time spent fetching and decoding
 * @param loadSeconds time spent in the engine's writer
 * @param resumedSegments segments that an earlier attempt had written, and were not read again
 */
public record LoadReport(
    long records, long bytes, double transferSeconds, double loadSeconds, int resumedSegments) {}
