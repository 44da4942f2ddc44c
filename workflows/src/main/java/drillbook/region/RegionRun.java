package drillbook.region;

/**
 * What the activities of one run in a region are told.
 *
 * @param target whose backup is restored
 * @param region the target that is the region
 * @param mark the run's mark; what was brought up is recorded under it
 * @param records how many records the instance will hold, for who has to choose its size
 */
public record RegionRun(String target, String region, String mark, long records) {}
