package drillbook.drift;

import drillbook.check.Finding;
import drillbook.check.FindingCode;
import drillbook.drift.DriftRule.Kind;
import drillbook.drift.DriftRule.Move;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Gathers what moved, and says it in few findings: of each kind the first places by name, the
 * others by number, so that a wrong model in ten thousand tenants is one sentence. One thread.
 */
public final class DriftFindings {
  /** How many places a finding names. */
  public static final int PLACES = 3;

  private final String before;
  private final Map<Kind, List<String>> places = new EnumMap<>(Kind.class);
  private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);

  /**
   * Begins with none.
   *
   * @param before the backup that is compared with
   */
  public DriftFindings(String before) {
    this.before = before;
  }

  /** Adds moves of one place. */
  public void add(String place, List<Move> moves) {
    for (Move move : moves) {
      counts.merge(move.kind(), 1, Integer::sum);
      List<String> named = places.computeIfAbsent(move.kind(), _ -> new ArrayList<>());
      if (named.size() < PLACES) {
        named.add(place + ": " + move.figures());
      }
    }
  }

  /** Returns one finding for each kind of move. */
  public List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    places.forEach((kind, named) -> {
      int more = counts.getOrDefault(kind, 0) - named.size();
      findings.add(
          new Finding(
              code(kind),
              String.join("; ", named)
                  + (more > 0 ? "; and " + more + " more" : "")
                  + " (since "
                  + before
                  + ")",
              advice(kind)));
    });
    return findings;
  }

  private static FindingCode code(Kind kind) {
    return switch (kind) {
      case DIMENSION -> FindingCode.DIMENSION_CHANGED;
      case NOT_FINITE -> FindingCode.VECTORS_NOT_FINITE;
      case CENTROID -> FindingCode.CENTROID_DRIFT;
      case NORM -> FindingCode.NORM_DRIFT;
      case COUNT -> FindingCode.COUNT_DRIFT;
    };
  }

  private static String advice(Kind kind) {
    return switch (kind) {
      case DIMENSION, CENTROID ->
          "Another embedding model makes such vectors. Look at what was deployed; searches find"
              + " nothing while queries and records come from different ones.";
      case NOT_FINITE ->
          "Such vectors are found by no search. Find what writes them, and embed these records"
              + " again.";
      case NORM ->
          "Vectors were normalised before and are not now, or the other way round, or another model"
              + " makes them. Where searches compare by inner product, results move.";
      case COUNT ->
          "See which records came and went: drillbook diff. Where this is meant, the next backup"
              + " says nothing of it.";
    };
  }
}
