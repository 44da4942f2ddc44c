package drillbook.advice;

import drillbook.notice.Figures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Rebuild from the source, or back up: what follows from a situation, and what each way costs.
 * Pure; the rules stand in docs/advise.md.
 *
 * @param recommendation what to do
 * @param reasons why, a sentence each, the weightiest first
 * @param conditions what has to hold for it
 * @param embedding how long embedding all records takes
 * @param rebuild how long a rebuild takes until it was validated
 * @param rebuildDollars what one rebuild costs
 * @param rebuildDollarsPerYear what rebuilds cost in a year
 * @param storage what backups take
 * @param backupDollarsPerMonth what backups cost in a month, once retention is filled
 * @param backupDollarsPerYear in a year
 * @param recovery how long a recovery from a backup is expected to take, by size
 * @param recoverySeconds what counts: the measured time, else the most that is expected
 */
public record Advice(
    Recommendation recommendation,
    List<String> reasons,
    List<String> conditions,
    Duration embedding,
    Duration rebuild,
    double rebuildDollars,
    double rebuildDollarsPerYear,
    StorageNeed storage,
    double backupDollarsPerMonth,
    double backupDollarsPerYear,
    RecoveryTime recovery,
    double recoverySeconds) {
  /** What to do. */
  public enum Recommendation {
    /** Keep the source and what embeds it; the database is a derived cache. */
    REBUILD,
    /** Back up; a recovery from a backup is fast enough. */
    BACK_UP,
    /** Back up, and keep a warm standby: neither way alone is fast enough. */
    BACK_UP_WITH_STANDBY
  }

  /** A recovery point objective up to this is small: only backups, or a log, keep it. */
  public static final Duration SMALL_RPO = Duration.ofHours(1);

  /** Embedding is cheap while it takes hours and not days. */
  public static final Duration CHEAP_EMBEDDING = Duration.ofDays(1);

  private static final double GB = 1e9;

  /** Copies the lists. */
  public Advice {
    reasons = List.copyOf(reasons);
    conditions = List.copyOf(conditions);
  }

  /** Returns what follows from a situation. */
  public static Advice of(Situation situation) {
    long records = situation.records();
    Embedding embedding = situation.embedding();
    double rebuildDollars = embedding.dollars(records);
    StorageNeed storage =
        StorageNeed.of(
            records * situation.bytesPerRecord(), situation.dailyShare(), situation.retention());
    double month =
        storage.standardBytes() / GB * situation.prices().standard()
            + storage.infrequentBytes() / GB * situation.prices().infrequent();
    RecoveryTime expected = RecoveryTime.expected(records, situation.standby());
    double recovery = situation.measured().map(Advice::seconds).orElse(seconds(expected.most()));
    double perYear = rebuildDollars * situation.recoveriesPerYear();
    List<String> backUp = backUp(situation, perYear, month * 12);
    double rto = seconds(situation.objectives().rto());
    boolean tooSlow = rto > 0 && recovery > rto && !situation.standby();
    Recommendation recommendation =
        backUp.isEmpty()
            ? Recommendation.REBUILD
            : tooSlow ? Recommendation.BACK_UP_WITH_STANDBY : Recommendation.BACK_UP;
    List<String> reasons = new ArrayList<>(backUp);
    if (backUp.isEmpty()) {
      reasons.addAll(rebuild(situation, perYear, month * 12));
    } else if (tooSlow) {
      reasons.add(
          "a recovery from a backup takes "
              + Figures.seconds(recovery)
              + (situation.measured().isPresent() ? " as measured" : " by its size")
              + ", promised were "
              + Figures.seconds(rto)
              + ": only a warm standby is faster");
    }
    return new Advice(
        recommendation,
        reasons,
        conditions(recommendation),
        embedding.time(records),
        embedding.rebuild(records),
        rebuildDollars,
        perYear,
        storage,
        month,
        month * 12,
        expected,
        recovery);
  }

  /** Returns every reason to back up; none of them is outweighed by a cheaper rebuild. */
  private static List<String> backUp(Situation situation, double rebuilds, double backups) {
    List<String> reasons = new ArrayList<>();
    if (!situation.rederivable()) {
      reasons.add("compliance forbids that records are made again from their source");
    }
    if (!situation.sourceKept()) {
      reasons.add("the source is not kept in a stable form: there is nothing to rebuild from");
    }
    Duration rpo = situation.objectives().rpo();
    if (!rpo.isZero() && rpo.compareTo(SMALL_RPO) <= 0) {
      reasons.add("the recovery point objective of " + Figures.seconds(seconds(rpo)) + " is small");
    }
    Duration rebuild = situation.embedding().rebuild(situation.records());
    Duration rto = situation.objectives().rto();
    if (!rto.isZero() && rebuild.compareTo(rto) > 0) {
      reasons.add(
          "a rebuild takes "
              + Figures.seconds(seconds(rebuild))
              + ", promised were "
              + Figures.seconds(seconds(rto)));
    }
    Duration embedding = situation.embedding().time(situation.records());
    if (embedding.compareTo(CHEAP_EMBEDDING) > 0) {
      reasons.add("embedding takes days, not hours: " + Figures.seconds(seconds(embedding)));
    }
    if (rebuilds > backups) {
      reasons.add(
          "rebuilds cost "
              + Money.dollars(rebuilds)
              + " a year, backups "
              + Money.dollars(backups));
    }
    return reasons;
  }

  private static List<String> rebuild(Situation situation, double rebuilds, double backups) {
    return List.of(
        "embedding everything again takes "
            + Figures.seconds(seconds(situation.embedding().time(situation.records())))
            + " and costs "
            + Money.dollars(situation.embedding().dollars(situation.records())),
        "rebuilds cost " + Money.dollars(rebuilds) + " a year, backups " + Money.dollars(backups),
        situation.objectives().rto().isZero()
            ? "no recovery time was promised"
            : "a rebuild takes "
                + Figures.seconds(seconds(situation.embedding().rebuild(situation.records())))
                + ", promised were "
                + Figures.seconds(seconds(situation.objectives().rto())));
  }

  private static List<String> conditions(Recommendation recommendation) {
    return switch (recommendation) {
      case REBUILD ->
          List.of(
              "the source and the model, both versioned, are kept and can be read in a disaster",
              "what is in the database and not in the source (feedback, edits) is kept elsewhere",
              "a rebuild is drilled, as a restore would be: its time above is computed");
      case BACK_UP -> List.of("restores are drilled: a backup never restored is none");
      case BACK_UP_WITH_STANDBY ->
          List.of(
              "restores and the switch to the standby are drilled",
              "a standby copies every mistake: it is no backup");
    };
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
