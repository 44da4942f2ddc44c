package drillbook.failure;

/**
 * Why an operation failed, told by who has to act: nobody, the runbook's author, an operator, us.
 */
public enum FailureKind {
  /** The engine or the store did not answer, or asked to come later: retried, nobody acts. */
  UNAVAILABLE(true, 3),
  /** The thing that was named does not exist. */
  NOT_FOUND(false, 2),
  /** The engine or store declares that it lacks the operation. */
  UNSUPPORTED(false, 2),
  /** The runbook, target or command line asks for something wrong or incomplete. */
  CONFIGURATION(false, 2),
  /** The engine or the store refused the credential, or the credential may not do this. */
  DENIED(false, 2),
  /** Something exists already and would have been overwritten. */
  CONFLICT(false, 2),
  /** The target cannot hold what the backup contains; nothing was written. */
  INCOMPATIBLE_TARGET(false, 2),
  /** The snapshot that a capture read from is gone: the capture starts again from a new one. */
  SNAPSHOT_LOST(false, 3),
  /** A disk, quota or limit is exhausted: an operator makes room. */
  EXHAUSTED(false, 3),
  /** What was read is not what was written: bytes, digests, signatures, or an engine's own data. */
  CORRUPT(false, 1),
  /** A defect of ours. */
  INTERNAL(false, 4);

  private final boolean retryable;
  private final int exitCode;

  FailureKind(boolean retryable, int exitCode) {
    this.retryable = retryable;
    this.exitCode = exitCode;
  }

  /** Tells whether trying again, with nobody acting, can help. */
  public boolean retryable() {
    return retryable;
  }

  /**
   * Returns the process exit code for a failure of this kind: 1 finding, 2 usage or configuration,
   * 3 engine or store unreachable, 4 internal.
   */
  public int exitCode() {
    return exitCode;
  }
}
