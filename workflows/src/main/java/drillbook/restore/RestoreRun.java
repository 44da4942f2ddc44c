package drillbook.restore;

import java.time.Instant;

/**
 * What every activity of one restore is told; the plan itself lies in the store.
 *
 * @param request what was asked
 * @param run the run's mark: names of new collections and the plan's key carry it
 * @param startedAt when it was asked
 */
public record RestoreRun(RestoreRequest request, String run, Instant startedAt) {}
