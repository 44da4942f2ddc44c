package drillbook.check;

/** The kinds of wrong that Drillbook names. Codes are stable: reports and alerts filter by them. */
public enum FindingCode {
  /** The engine counts the records, but does not hand out every one of them. */
  ENGINE_READ_FAILED,
  /** The number of records differs. */
  COUNT_MISMATCH,
  /** The records differ though counts may agree; examples are named. */
  RECORD_DIGEST_MISMATCH,
  /** Schema, metric, dimension or attributes differ. */
  SCHEMA_MISMATCH,
  /** An index is missing, or was built with other parameters. */
  INDEX_MISMATCH,
  /** An index is still being built, or does not take part in searches. */
  INDEX_NOT_READY,
  /** An alias is missing, dangling, or points elsewhere. */
  ALIAS_MISMATCH,
  /** A tenant is missing. */
  TENANT_MISSING,
  /** The index finds fewer of the true nearest neighbours than the floor. */
  RECALL_BELOW_FLOOR,
  /** Exact search over the restored records gives other neighbours than at backup time. */
  NEIGHBOURS_CHANGED,
  /** A stored vector is not its own nearest neighbour. */
  NEAREST_IS_NOT_SELF,
  /** The target cannot hold what the backup contains. */
  INCOMPATIBLE_TARGET,
  /** A stored artifact is missing. */
  ARTIFACT_MISSING,
  /** A stored artifact's bytes are not those that the manifest names. */
  ARTIFACT_CORRUPT,
  /** A manifest is unsigned, signed by an unknown key, or not canonical. */
  MANIFEST_NOT_AUTHENTIC,
  /** The bytes per record or the logical bytes moved more than the data explains. */
  SIZE_DELTA,
  /** Vectors have another dimension than in the backup before. */
  DIMENSION_CHANGED,
  /** More vectors than in the backup before hold values that are no finite numbers. */
  VECTORS_NOT_FINITE,
  /** The mean vector points elsewhere than in the backup before. */
  CENTROID_DRIFT,
  /** Vectors are longer or shorter than in the backup before. */
  NORM_DRIFT,
  /** A tenant has many more or many fewer records than in the backup before. */
  COUNT_DRIFT,
  /** A backup could not be compared with the one before. */
  DRIFT_UNKNOWN,
  /** A collection of the instance belongs to no target. */
  NOT_COVERED,
  /** Whether every collection of the instance belongs to a target could not be asked. */
  COVERAGE_UNKNOWN,
  /** Recovery took more time than the baseline allows. */
  RECOVERY_TIME_REGRESSION,
  /** The recovery point is older than the objective. */
  RECOVERY_POINT_TOO_OLD,
  /** From a backup on, none restores; the one before it does. */
  BAD_SINCE,
  /** No backup that was tried restores. */
  NO_BACKUP_RESTORES,
  /** A scratch target could not be dropped. */
  SCRATCH_LEFT_BEHIND,
  /** An instance that a drill brought up could not be taken down. */
  INSTANCE_LEFT_RUNNING,
  /** A recovery took longer than the objective allows. */
  RECOVERY_TOO_SLOW,
  /** Nobody, or too few, approved what needs an approval. */
  NOT_APPROVED,
  /** Somebody stopped a drill. */
  STOPPED,
  /** The primary answers although it was to be lost. */
  PRIMARY_NOT_FENCED,
  /** The primary could not be brought back after a drill. */
  PRIMARY_NOT_BACK,
  /** Runs could not be started in time. */
  RUN_MISSED,
  /** Runs were not started since the one before still ran. */
  RUN_SKIPPED,
  /** Somebody paused a schedule. */
  SCHEDULE_PAUSED,
  /** A schedule that the runbook wants does not exist. */
  SCHEDULE_MISSING,
  /** No drill passed for too long. */
  DRILL_OVERDUE,
  /** The journal's chain is broken. */
  JOURNAL_BROKEN,
  /** A step of a runbook could not be done; the message says why. */
  STEP_FAILED,
  /** A person did not do a step of a runbook, or could not. */
  STEP_NOT_DONE
}
