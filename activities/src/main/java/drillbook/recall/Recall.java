package drillbook.recall;

import drillbook.engine.Neighbour;
import drillbook.engine.VectorIndex.Metric;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;

/** How many of the true nearest neighbours a search found. */
public final class Recall {
  /** Engines compute in single precision. */
  private static final double TOLERANCE = 1e-5;

  private Recall() {}

  /**
   * Returns the share of the true k nearest that were found. A record as far away as the k-th one
   * counts as well as that: which of several equally near an engine returns is its own choice.
   *
   * @param truth true neighbours, nearest first; distances in the same unit as those found
   * @param found what a search returned, nearest first; only the first k count
   * @param k how many were asked for
   * @return 0 to 1, of the lesser of k and the number of true neighbours
   * @throws IllegalArgumentException when there is no truth, since that proves nothing
   */
  public static double atK(List<Hit> truth, List<Neighbour> found, int k) {
    return atK(truth, found, k, List.of(distance -> distance));
  }

  /**
   * Returns the share of a question's true k nearest that were found, whichever unit the engine
   * reports distances in: squared instead of true Euclidean, a product as it is, negative, or
   * subtracted from one. The unit is told by the neighbours that are known.
   */
  public static double atK(Question question, List<Neighbour> found, int k) {
    return atK(question.hits(), found, k, units(question.metric()));
  }

  private static double atK(
      List<Hit> truth, List<Neighbour> found, int k, List<DoubleUnaryOperator> units) {
    if (truth.isEmpty() || k < 1) {
      throw new IllegalArgumentException("recall at " + k + " of " + truth.size() + " neighbours");
    }
    int wanted = Math.min(k, truth.size());
    double last = truth.get(wanted - 1).distance();
    Map<String, Hit> known = new HashMap<>();
    truth.forEach(hit -> known.put(key(hit.id()), hit));
    List<Neighbour> distinct = distinct(found.subList(0, Math.min(k, found.size())));
    Optional<DoubleUnaryOperator> unit =
        units.stream().filter(each -> fits(each, known, distinct)).findFirst();
    int hits = 0;
    for (Neighbour neighbour : distinct) {
      Hit hit = known.get(key(neighbour.id()));
      boolean counts =
          hit == null
              ? unit.isPresent() && isClose(neighbour.distance(), unit.get().applyAsDouble(last))
              : hit.distance() <= last;
      hits += counts ? 1 : 0;
    }
    return (double) Math.min(hits, wanted) / wanted;
  }

  /** Returns the neighbours without those whose id was there before. */
  private static List<Neighbour> distinct(List<Neighbour> found) {
    Map<String, Neighbour> first = new LinkedHashMap<>();
    found.forEach(neighbour -> first.putIfAbsent(key(neighbour.id()), neighbour));
    return List.copyOf(first.values());
  }

  /** Tells whether all neighbours whose distance is known were reported in a unit. */
  private static boolean fits(
      DoubleUnaryOperator unit, Map<String, Hit> known, List<Neighbour> found) {
    for (Neighbour neighbour : found) {
      Hit hit = known.get(key(neighbour.id()));
      if (hit != null && !isClose(neighbour.distance(), unit.applyAsDouble(hit.distance()))) {
        return false;
      }
    }
    return true;
  }

  private static String key(byte[] id) {
    return HexFormat.of().formatHex(id);
  }

  private static List<DoubleUnaryOperator> units(Metric metric) {
    return switch (metric) {
      case EUCLIDEAN -> List.of(distance -> distance, distance -> distance * distance);
      case INNER_PRODUCT ->
          List.of(distance -> distance, distance -> -distance, distance -> 1 + distance);
      case COSINE -> List.of(distance -> distance, distance -> 1 - distance);
      case MANHATTAN, HAMMING, JACCARD -> List.of(distance -> distance);
    };
  }

  private static boolean isClose(double left, double right) {
    return Math.abs(left - right) <= TOLERANCE * Math.max(1, Math.abs(right));
  }
}
