package drillbook.region;

import java.time.Instant;

/**
 * A backup that lies in another region, whole.
 *
 * @param backupId which one
 * @param asOf its recovery point
 * @param verified whether its newest verification or drill passed
 * @param artifacts of how many artifacts it consists
 * @param bytes how many bytes these have
 * @param copiedBytes how many of them had to be copied
 * @param location where the replica lies, for people
 * @param seconds how long it took
 */
public record ReplicaReport(
    String backupId,
    Instant asOf,
    boolean verified,
    long artifacts,
    long bytes,
    long copiedBytes,
    String location,
    double seconds) {}
