package drillbook.recovery;

import drillbook.engine.LiveEngines;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The matrix as the README shows it. */
final class MatrixTable {
  private MatrixTable() {}

  /** Returns the table and what each pair leaves behind. */
  static String of(Map<String, Map<String, Set<FidelityPoint>>> lost) {
    List<String> engines = LiveEngines.all();
    int points = FidelityPoint.values().length;
    StringBuilder text = new StringBuilder("| from \\ into |");
    engines.forEach(engine -> text.append(' ').append(title(engine)).append(" |"));
    text.append("\n|---|").append("---|".repeat(engines.size())).append('\n');
    for (String from : engines) {
      text.append("| ").append(title(from)).append(" |");
      for (String into : engines) {
        Set<FidelityPoint> missing = lost.getOrDefault(from, Map.of()).getOrDefault(into, Set.of());
        text.append(' ').append(points - missing.size()).append(" |");
      }
      text.append('\n');
    }
    return text.toString();
  }

  /** Returns what each pair leaves behind, for the page that explains the figures. */
  static String details(Map<String, Map<String, Set<FidelityPoint>>> lost) {
    StringBuilder text =
        new StringBuilder("| from | into | what does not come along |\n|---|---|---|\n");
    lost.forEach((from, row) ->
        row.forEach((into, missing) -> {
          if (!missing.isEmpty()) {
            text.append("| ")
                .append(from)
                .append(" | ")
                .append(into)
                .append(" | ")
                .append(words(missing))
                .append(" |\n");
          }
        }));
    return text.toString();
  }

  private static String words(Collection<FidelityPoint> missing) {
    return EnumSet.copyOf(missing).stream()
        .map(FidelityPoint::words)
        .collect(Collectors.joining(", "));
  }

  private static String title(String engine) {
    return LiveEngines.isFake(engine) ? engine + "*" : engine;
  }
}
