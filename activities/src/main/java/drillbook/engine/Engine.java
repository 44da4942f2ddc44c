package drillbook.engine;

/**
 * A live vector database, seen through an adapter. One folder an engine, registered in {@link
 * Engines}; the contract kit runs the same tests on each.
 *
 * <p>Promises, each with a test in the kit:
 *
 * <ul>
 *   <li>lazy: creating an adapter does no I/O, so it can be made while the server is down;
 *   <li>idempotent by id: the same request again joins or returns the result;
 *   <li>whole or absent: a method that fails leaves nothing that looks finished;
 *   <li>no retries inside: a refused or failed request is reported at once ({@code
 *       ActivityPolicies} retries);
 *   <li>interruptible: an interrupt ends a call within seconds, as {@link InterruptedException};
 *   <li>never overwrites by omission: {@link Control#create} refuses a name that exists.
 * </ul>
 *
 * <p>Failures are {@link drillbook.failure.DrillbookException}s with the engine's own words and a
 * kind; no message carries a credential. Adapters are safe for use by several threads.
 */
public interface Engine extends AutoCloseable {
  /** Returns what the engine is, without asking it. */
  EngineProfile profile();

  /** Returns the face that looks at, creates and drops collections. Does no I/O. */
  Control control();

  /**
   * Returns the face that reads and writes records. Does no I/O.
   *
   * @throws drillbook.failure.DrillbookException UNSUPPORTED where {@link Capability#RECORDS} is
   *     not declared
   */
  Records records() throws drillbook.failure.DrillbookException;

  /**
   * Returns the face that reads only what changed. Does no I/O.
   *
   * @throws drillbook.failure.DrillbookException UNSUPPORTED where {@link
   *     Capability#CHANGES_BY_WATERMARK} is not declared
   */
  default Changes changes() throws drillbook.failure.DrillbookException {
    throw new drillbook.failure.DrillbookException(
        drillbook.failure.FailureKind.UNSUPPORTED,
        "changes cannot be read: " + profile().name() + " does not tell what changed",
        "Read all records.");
  }

  /** Releases connections. Never fails. */
  @Override
  void close();
}
