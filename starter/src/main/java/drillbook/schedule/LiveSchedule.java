package drillbook.schedule;

import java.time.Instant;
import java.util.List;

/**
 * A schedule as it is.
 *
 * @param id its id
 * @param owner whose it is, see {@link Owner}; an empty string where nobody of ours made it
 * @param hash of what was desired when we wrote it last; an empty string where that is unknown
 * @param attribute the same, as the search attribute says; an empty string where it has none
 * @param touched whether somebody changed it since, other than pausing it
 * @param searchable whether lists of its runs can be searched by target and verdict
 * @param paused whether it starts nothing
 * @param note what the person wrote who paused or resumed it
 * @param createdAt when it was made
 * @param writtenAt when it was written last, by whomever
 * @param next when it starts the next runs, also where it is paused
 * @param runs the last runs, newest first
 * @param running the workflow ids of those that run
 * @param missed how many runs were not started since that would have been too late
 * @param skipped how many were not started since the one before still ran
 */
public record LiveSchedule(
    String id,
    String owner,
    String hash,
    String attribute,
    boolean touched,
    boolean searchable,
    boolean paused,
    String note,
    Instant createdAt,
    Instant writtenAt,
    List<Instant> next,
    List<Run> runs,
    List<String> running,
    long missed,
    long skipped) {
  /** Copies the lists. */
  public LiveSchedule {
    next = List.copyOf(next);
    runs = List.copyOf(runs);
    running = List.copyOf(running);
  }

  /**
   * A run that was started.
   *
   * @param due when it should have been
   * @param startedAt when it was
   * @param workflowId the workflow's id
   * @param runId its run
   * @param outcome how the workflow ended
   */
  public record Run(
      Instant due, Instant startedAt, String workflowId, String runId, Outcome outcome) {}

  /** How a workflow ended; what it found is another question. */
  public enum Outcome {
    /** It has not. */
    RUNNING,
    /** With a report. */
    COMPLETED,
    /** By a failure, a person, or since it took too long. */
    BROKEN_OFF,
    /** The server did not say. */
    UNKNOWN
  }
}
