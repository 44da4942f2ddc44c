package drillbook.console;

import java.util.ArrayList;
import java.util.List;

/** Rows of words under a heading, in aligned columns. */
public final class Table {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();

  /** Begins with a heading. */
  public Table(String... heading) {
    rows.add(List.of(heading));
  }

  /** Adds a row of as many words as the heading has. */
  public Table row(String... words) {
    if (words.length != rows.getFirst().size()) {
      throw new IllegalArgumentException(
          "a row has " + rows.getFirst().size() + " columns: " + List.of(words));
    }
    rows.add(List.of(words));
    return this;
  }

  /** Returns the lines, columns aligned left, numbers aligned right. */
  public List<String> lines() {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    boolean[] right = new boolean[columns];
    for (int column = 0; column < columns; column++) {
      right[column] = rows.size() > 1;
      for (int row = 0; row < rows.size(); row++) {
        String word = rows.get(row).get(column);
        widths[column] = Math.max(widths[column], word.length());
        right[column] &= row == 0 || word.matches("[0-9][0-9,.]*( (B|KiB|MiB|GiB|TiB|s|min|h))?");
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < columns; column++) {
        String word = row.get(column);
        String space = " ".repeat(widths[column] - word.length());
        line.append(right[column] ? space + word : word + space).append(GAP);
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  /** Returns names and values as lines, the values under each other. */
  public static List<String> facts(List<Fact> facts) {
    int width = facts.stream().mapToInt(fact -> fact.name().length()).max().orElse(0);
    return facts.stream()
        .filter(fact -> !fact.value().isEmpty())
        .map(fact -> fact.name() + " ".repeat(width - fact.name().length()) + GAP + fact.value())
        .toList();
  }

  /**
   * A name and its value.
   *
   * @param value left out where empty
   */
  public record Fact(String name, String value) {}
}
