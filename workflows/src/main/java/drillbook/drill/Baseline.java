package drillbook.drill;

import java.util.List;

/**
 * What a recovery time is compared with: the median of the last {@value #MOST} green drills of the
 * same environment, at least {@value #LEAST} of them.
 *
 * @param drills how many drills it rests on
 * @param seconds their median recovery time; 0 while there are fewer than {@value #LEAST}
 */
public record Baseline(int drills, double seconds) {
  /** How many drills make a baseline. */
  public static final int LEAST = 3;

  /** How many drills it looks back at most. */
  public static final int MOST = 8;

  /**
   * Computes the baseline.
   *
   * @param newestFirst recovery times of green drills of the same environment that did not regress
   */
  public static Baseline of(List<Double> newestFirst) {
    List<Double> times = newestFirst.stream().limit(MOST).sorted().toList();
    int count = times.size();
    if (count < LEAST) {
      return new Baseline(count, 0);
    }
    double median =
        count % 2 == 1
            ? times.get(count / 2)
            : (times.get(count / 2 - 1) + times.get(count / 2)) / 2;
    return new Baseline(count, median);
  }

  /** Tells whether there are enough drills to compare with. */
  public boolean known() {
    return drills >= LEAST;
  }

  /** Returns recoveryTime / baseline - 1; 0 while the baseline is not known. */
  public double regression(double recoverySeconds) {
    return known() && seconds > 0 ? recoverySeconds / seconds - 1 : 0;
  }

  /** Tells whether a recovery time is slower than the rule allows. */
  public boolean regressed(double recoverySeconds, double maxRegression, double floorSeconds) {
    return known()
        && regression(recoverySeconds) > maxRegression
        && recoverySeconds - seconds > floorSeconds;
  }
}
