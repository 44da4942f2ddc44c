package drillbook.backup;

/**
 * A capture has begun and its token lies in the store.
 *
 * @param generation 0 for the first snapshot of a run, one more each time it was lost
 * @param ranges how many ranges there are to read
 * @param consistency {@code SNAPSHOT} or {@code FUZZY}
 */
public record CaptureOpened(int generation, int ranges, String consistency) {}
