package drillbook.backup;

/**
 * A captured range; its list of segments lies in the store.
 *
 * @param range its position in the token
 * @param checkpointKey where the list lies
 * @param checkpointSha256 of the list's bytes
 * @param records how many records were read
 * @param stored how many of them were written, the others being known already
 * @param segments how many segments this range wrote
 * @param resumedSegments how many of them an earlier attempt had finished, and were not read again
 * @param sum over all records read, modulo 2^256, hex
 */
public record RangeReport(
    int range,
    String checkpointKey,
    String checkpointSha256,
    long records,
    long stored,
    int segments,
    int resumedSegments,
    String sum) {}
