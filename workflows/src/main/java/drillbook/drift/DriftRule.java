package drillbook.drift;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * How far records may move from one backup to the next. What is beyond is a warning: data may
 * change so much, but somebody should know why.
 *
 * @param norm how far the mean norm of vectors may move, as a fraction
 * @param centroid how far the mean vector may turn, as a cosine distance of 0 to 2; more than 2 is
 *     never reached
 * @param count how far the number of records may move, as a fraction
 * @param floor fewer vectors than this say nothing of norm and centroid; a number of records that
 *     moved by fewer is noise
 */
public record DriftRule(double norm, double centroid, double count, long floor) {
  /** 10 % of the norm, 0.15 of the centroid, 50 % of the records, floor 100. */
  public static final DriftRule DEFAULT = new DriftRule(0.10, 0.15, 0.50, 100);

  /** Rejects thresholds that would always or never be passed. */
  public DriftRule {
    boolean positive = norm > 0 && centroid > 0 && count > 0;
    if (!positive || floor < 0) {
      throw new IllegalArgumentException(
          "norm, centroid and count > 0 and floor >= 0 wanted: "
              + norm
              + ", "
              + centroid
              + ", "
              + count
              + ", "
              + floor);
    }
  }

  /**
   * What a backup says of the vectors of one name.
   *
   * @param count how many there are
   * @param dimension 0 where they differ or there are none
   * @param notFinite how many hold a value that is no finite number
   * @param meanNorm of the others
   */
  public record Vectors(long count, int dimension, long notFinite, double meanNorm) {
    private long finite() {
      return count - notFinite;
    }
  }

  /** What moved. */
  public enum Kind {
    /** Vectors have another dimension. */
    DIMENSION,
    /** More vectors than before hold values that are no finite numbers. */
    NOT_FINITE,
    /** The mean vector points elsewhere. */
    CENTROID,
    /** Vectors are longer or shorter. */
    NORM,
    /** There are many more or many fewer records. */
    COUNT
  }

  /**
   * Something beyond the rule.
   *
   * @param kind what moved
   * @param figures from what to what
   */
  public record Move(Kind kind, String figures) {}

  /**
   * Judges how a number moved; an empty list is as expected. What was empty may fill.
   *
   * @param what is counted: {@code records}
   */
  public List<Move> judge(String what, long before, long now) {
    long moved = Math.abs(now - before);
    if (before == 0 || moved < floor || moved <= count * before) {
      return List.of();
    }
    String figures = String.format(Locale.ROOT, "%,d %s became %,d", before, what, now);
    return List.of(new Move(Kind.COUNT, figures + percent((double) before, (double) now)));
  }

  /**
   * Judges how vectors moved; an empty list is as expected. Of another dimension nothing else is
   * said, since nothing else can be compared.
   *
   * @param distance cosine distance of the mean vectors; empty where one of them has no direction
   */
  public List<Move> judge(Vectors before, Vectors now, OptionalDouble distance) {
    List<Move> moves = new ArrayList<>();
    if (now.notFinite() > before.notFinite()) {
      moves.add(
          new Move(
              Kind.NOT_FINITE,
              String.format(
                  Locale.ROOT,
                  "%,d of %,d vectors hold NaN or infinite values, %,d did before",
                  now.notFinite(),
                  now.count(),
                  before.notFinite())));
    }
    if (before.count() > 0 && now.count() > 0 && before.dimension() != now.dimension()) {
      moves.add(
          new Move(
              Kind.DIMENSION,
              "dimension " + words(before.dimension()) + " became " + words(now.dimension())));
      return moves;
    }
    if (before.finite() < Math.max(1, floor) || now.finite() < Math.max(1, floor)) {
      return moves;
    }
    if (distance.isPresent() && distance.getAsDouble() > centroid) {
      moves.add(
          new Move(
              Kind.CENTROID,
              String.format(
                  Locale.ROOT,
                  "the mean vector turned by a cosine distance of %.2f, allowed are %.2f",
                  distance.getAsDouble(),
                  centroid)));
    }
    double least = Math.abs(before.meanNorm()) * norm;
    if (Math.abs(now.meanNorm() - before.meanNorm()) > least) {
      moves.add(
          new Move(
              Kind.NORM,
              String.format(
                      Locale.ROOT, "mean norm %.4g became %.4g", before.meanNorm(), now.meanNorm())
                  + (before.meanNorm() == 0 ? "" : percent(before.meanNorm(), now.meanNorm()))));
    }
    return moves;
  }

  private static String words(int dimension) {
    return dimension == 0 ? "of several" : Integer.toString(dimension);
  }

  private static String percent(double before, double now) {
    return String.format(Locale.ROOT, " (%+.0f %%)", (now / before - 1) * 100);
  }
}
