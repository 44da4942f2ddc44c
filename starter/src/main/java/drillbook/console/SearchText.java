package drillbook.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import drillbook.notice.Figures;
import drillbook.search.SearchAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The nearest records of a backup as a person reads them on a terminal. */
public final class SearchText {
  private static final int LONGEST = 100;

  private SearchText() {}

  /** Returns its lines. */
  public static List<String> of(SearchAnswer answer, boolean withPayload) {
    List<String> lines = new ArrayList<>();
    boolean tenants = answer.hits().stream().anyMatch(hit -> !hit.tenant().isEmpty());
    List<String> heading = new ArrayList<>(List.of("DISTANCE", "ID"));
    if (tenants) {
      heading.add("TENANT");
    }
    if (withPayload) {
      heading.add("RECORD");
    }
    if (!answer.hits().isEmpty()) {
      Table table = new Table(heading.toArray(String[]::new));
      for (SearchAnswer.Hit hit : answer.hits()) {
        List<String> words = new ArrayList<>(List.of(figure(hit.distance()), hit.id()));
        if (tenants) {
          words.add(hit.tenant());
        }
        if (withPayload) {
          words.add(shown(hit.record()));
        }
        table.row(words.toArray(String[]::new));
      }
      lines.addAll(table.lines());
      lines.add("");
    }
    lines.add(
        "the "
            + Figures.count(answer.hits().size())
            + " nearest of "
            + Figures.counted(answer.compared(), "record")
            + " of "
            + answer.collection()
            + " by "
            + answer.metric()
            + ", all compared");
    lines.add("in " + answer.backup() + ", state of " + answer.asOf());
    if (answer.notComparable() > 0) {
      lines.add(
          Figures.counted(answer.notComparable(), "record")
              + " could not be compared: without this vector, of another dimension, or with one"
              + " that has no such distance");
    }
    return lines;
  }

  private static String shown(JsonNode record) {
    ObjectNode rest = record.deepCopy();
    rest.remove("id");
    String text = rest.toString();
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "…";
  }

  /** A rounding error below zero is no distance to show. */
  private static String figure(double distance) {
    String figure = String.format(Locale.ROOT, "%.6f", distance);
    return figure.equals("-0.000000") ? "0.000000" : figure;
  }
}
