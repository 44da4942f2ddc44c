package drillbook.runbook;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import drillbook.backup.BackupKind;
import drillbook.bisect.BisectRequest;
import drillbook.disaster.Loss;
import drillbook.people.ApprovalRule;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One thing that a run does. A run stops at the first step that fails. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "step")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Step.Backup.class, name = "backup"),
  @JsonSubTypes.Type(value = Step.Verify.class, name = "verify"),
  @JsonSubTypes.Type(value = Step.Drill.class, name = "drill"),
  @JsonSubTypes.Type(value = Step.RegionDrill.class, name = "region-drill"),
  @JsonSubTypes.Type(value = Step.DisasterDrill.class, name = "disaster-drill"),
  @JsonSubTypes.Type(value = Step.Prune.class, name = "prune"),
  @JsonSubTypes.Type(value = Step.Human.class, name = "human")
})
public sealed interface Step {
  /** Returns the word of runbooks and reports. */
  String word();

  /**
   * Makes a backup of the target. Where one is running already, that one covers it.
   *
   * @param kind full or incremental
   * @param anew true: a full that stores every record again
   */
  record Backup(BackupKind kind, boolean anew) implements Step {
    /** What changed since the backup before. */
    public static final Backup INCREMENTAL = new Backup(BackupKind.INCREMENTAL, false);

    /** Every record read and proven; unchanged ones are referenced. */
    public static final Backup FULL = new Backup(BackupKind.FULL, false);

    /** Rejects what cannot be. */
    public Backup {
      Objects.requireNonNull(kind, "kind == null");
      if (anew && kind != BackupKind.FULL) {
        throw new IllegalArgumentException("only a full backup can store every record anew");
      }
    }

    @Override
    public String word() {
      return "backup";
    }
  }

  /** Deletes the backups that the runbook's retention does not keep. */
  record Prune() implements Step {
    @Override
    public String word() {
      return "prune";
    }
  }

  /** Reads every byte of the backup that this run made; of the newest where it made none. */
  record Verify() implements Step {
    @Override
    public String word() {
      return "verify";
    }
  }

  /**
   * Restores into scratch collections, checks, times and drops them.
   *
   * @param into the target whose instance holds the scratch; an empty string for the source's own
   * @param recoveryPoint which backup
   * @param window how old a backup of {@link RecoveryPoint#RANDOM} may be
   * @param maxRegression how much slower than the baseline is too slow, as a fraction
   * @param floorSeconds a slowdown of fewer seconds is noise
   * @param bisect how a backup that does not come back is traced
   */
  record Drill(
      String into,
      RecoveryPoint recoveryPoint,
      Duration window,
      double maxRegression,
      double floorSeconds,
      Bisect bisect)
      implements Step {
    /** The newest backup, in the source's own instance, 20 % and 5 s. */
    public static final Drill DEFAULT = new Drill("", RecoveryPoint.NEWEST, null, 0, 0);

    /** Fills in what was left out. */
    public Drill(
        @Nullable String into,
        @Nullable RecoveryPoint recoveryPoint,
        @Nullable Duration window,
        double maxRegression,
        double floorSeconds,
        @Nullable Bisect bisect) {
      this.bisect = Objects.requireNonNullElse(bisect, Bisect.USUAL);
      this.into = Objects.requireNonNullElse(into, "");
      this.recoveryPoint = Objects.requireNonNullElse(recoveryPoint, RecoveryPoint.NEWEST);
      this.window = Objects.requireNonNullElse(window, Duration.ofDays(7));
      this.maxRegression = maxRegression == 0 ? 0.2 : maxRegression;
      this.floorSeconds = floorSeconds == 0 ? 5 : floorSeconds;
      if (!(this.maxRegression > 0 && this.floorSeconds > 0 && this.window.isPositive())) {
        throw new IllegalArgumentException(
            "window, maxRegression and floorSeconds must be > 0: "
                + this.window
                + ", "
                + maxRegression
                + ", "
                + floorSeconds);
      }
    }

    /** Creates a drill that is traced as usual. */
    public Drill(
        @Nullable String into,
        @Nullable RecoveryPoint recoveryPoint,
        @Nullable Duration window,
        double maxRegression,
        double floorSeconds) {
      this(into, recoveryPoint, window, maxRegression, floorSeconds, null);
    }

    @Override
    public String word() {
      return "drill";
    }
  }

  /**
   * How the newest backup that still restores is looked for when one does not.
   *
   * @param most how many drills at most; 0 for none
   */
  record Bisect(int most) {
    /** At most {@value BisectRequest#USUAL} drills. */
    public static final Bisect USUAL = new Bisect(BisectRequest.USUAL);

    /** Rejects a number below zero. */
    public Bisect {
      if (most < 0) {
        throw new IllegalArgumentException("bisect must be >= 0: " + most);
      }
    }
  }

  /**
   * Replicates the newest backup to another region, brings an instance up there, restores, checks,
   * times, and takes it down.
   *
   * @param region the target that is the region
   * @param maxRegression how much slower than the baseline is too slow, as a fraction
   * @param floorSeconds a slowdown of fewer seconds is noise
   */
  record RegionDrill(String region, double maxRegression, double floorSeconds) implements Step {
    /** Fills in what was left out. */
    public RegionDrill {
      maxRegression = maxRegression == 0 ? Drill.DEFAULT.maxRegression() : maxRegression;
      floorSeconds = floorSeconds == 0 ? Drill.DEFAULT.floorSeconds() : floorSeconds;
      if (region.isBlank()) {
        throw new IllegalArgumentException("region is missing: name a target that workers know");
      }
      if (!(maxRegression > 0 && floorSeconds > 0)) {
        throw new IllegalArgumentException(
            "maxRegression and floorSeconds must be > 0: " + maxRegression + ", " + floorSeconds);
      }
    }

    @Override
    public String word() {
      return "region-drill";
    }
  }

  /**
   * Practises the loss of the primary, after approvals.
   *
   * @param region the target that is the region
   * @param loss how the primary is lost
   * @param freshness how old the recovery point may be for it to begin; zero for the rpo
   * @param approvals who has to approve
   */
  record DisasterDrill(String region, Loss loss, Duration freshness, ApprovalRule approvals)
      implements Step {
    /** Fills in what was left out. */
    public DisasterDrill(
        String region,
        @Nullable Loss loss,
        @Nullable Duration freshness,
        @Nullable ApprovalRule approvals) {
      this.region = region;
      this.loss = Objects.requireNonNullElse(loss, Loss.FENCE);
      this.freshness = Objects.requireNonNullElse(freshness, Duration.ZERO);
      this.approvals = Objects.requireNonNullElse(approvals, ApprovalRule.DEFAULT);
      if (region.isBlank()) {
        throw new IllegalArgumentException("region is missing: name a target that workers know");
      }
      if (this.freshness.isNegative()) {
        throw new IllegalArgumentException("freshness must be >= 0: " + freshness);
      }
    }

    @Override
    public String word() {
      return "disaster-drill";
    }
  }

  /**
   * Something that a person does, so that the response is practised and not only the restore.
   *
   * @param instruction what to do, in words
   * @param owner who does it
   * @param within after how long it counts as not done
   */
  record Human(String instruction, String owner, Duration within) implements Step {
    /** Rejects a step that says nothing. */
    public Human {
      if (instruction.isBlank() || owner.isBlank() || !within.isPositive()) {
        throw new IllegalArgumentException(
            "a human step needs an instruction, an owner and a time above zero");
      }
    }

    @Override
    public String word() {
      return "human";
    }
  }

  /** Which backup a drill restores. */
  enum RecoveryPoint {
    /** The newest one. */
    NEWEST,
    /** Any one of a window: an old backup must come back too. */
    RANDOM
  }
}
