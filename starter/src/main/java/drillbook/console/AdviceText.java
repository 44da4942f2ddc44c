package drillbook.console;

import drillbook.advice.Advice;
import drillbook.advice.Money;
import drillbook.advice.StorageNeed;
import drillbook.notice.Figures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Advice as a person reads it on a terminal, and as programs do. */
public final class AdviceText {
  private AdviceText() {}

  /**
   * A figure that the advice rests on.
   *
   * @param source where it comes from: asked, measured, given or assumed
   */
  public record Figure(String name, String value, String source) {}

  /** Returns its lines. */
  public static List<String> of(Advice advice, List<Figure> figures, List<String> problems) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "advice: "
            + switch (advice.recommendation()) {
              case REBUILD -> "rebuild from the source";
              case BACK_UP -> "back up";
              case BACK_UP_WITH_STANDBY -> "back up, and keep a warm standby";
            });
    advice.reasons().forEach(reason -> lines.add("  because " + reason));
    advice.conditions().forEach(condition -> lines.add("  provided that " + condition));
    lines.add("");
    StorageNeed storage = advice.storage();
    Table ways = new Table("", "REBUILD", "BACK UP");
    ways.row(
        "time",
        seconds(advice.rebuild()) + ", of which embedding " + seconds(advice.embedding()),
        Figures.seconds(advice.recoverySeconds())
            + "; by size "
            + (advice.recovery().least().isZero()
                ? "up to "
                : seconds(advice.recovery().least()) + " to ")
            + seconds(advice.recovery().most()));
    ways.row(
        "cost",
        Money.dollars(advice.rebuildDollars()) + " each time",
        Money.dollars(advice.backupDollarsPerMonth()) + " a month");
    ways.row(
        "cost a year",
        Money.dollars(advice.rebuildDollarsPerYear()),
        Money.dollars(advice.backupDollarsPerYear()));
    lines.addAll(ways.lines());
    lines.add("");
    lines.addAll(
        Table.facts(
            List.of(
                new Table.Fact("index", gigabytes(storage.indexBytes())),
                new Table.Fact("daily backup", gigabytes(storage.dailyBytes())),
                new Table.Fact("recovery points", Figures.count(storage.points())),
                new Table.Fact("standard storage", gigabytes(storage.standardBytes())),
                new Table.Fact("infrequent access", gigabytes(storage.infrequentBytes())),
                new Table.Fact(
                    "storage",
                    gigabytes(storage.bytes())
                        + "; up to "
                        + gigabytes(storage.spreadBytes())
                        + " if no record changed twice"))));
    lines.add("");
    Table table = new Table("FIGURE", "VALUE", "FROM");
    figures.forEach(figure -> table.row(figure.name(), figure.value(), figure.source()));
    lines.addAll(table.lines());
    lines.addAll(problems);
    return lines;
  }

  /** Returns what is printed as JSON; times in seconds, sizes in bytes, money in dollars. */
  public static Map<String, Object> json(
      String target, Advice advice, List<Figure> figures, List<String> problems) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("target", target);
    json.put("recommendation", advice.recommendation());
    json.put("reasons", advice.reasons());
    json.put("conditions", advice.conditions());
    Map<String, Object> rebuild = new LinkedHashMap<>();
    rebuild.put("embeddingSeconds", advice.embedding().toSeconds());
    rebuild.put("seconds", advice.rebuild().toSeconds());
    rebuild.put("dollars", advice.rebuildDollars());
    rebuild.put("dollarsPerYear", advice.rebuildDollarsPerYear());
    json.put("rebuild", rebuild);
    Map<String, Object> backup = new LinkedHashMap<>();
    backup.put("recoverySeconds", advice.recoverySeconds());
    backup.put("expectedLeastSeconds", advice.recovery().least().toSeconds());
    backup.put("expectedMostSeconds", advice.recovery().most().toSeconds());
    backup.put("storage", advice.storage());
    backup.put("dollarsPerMonth", advice.backupDollarsPerMonth());
    backup.put("dollarsPerYear", advice.backupDollarsPerYear());
    json.put("backup", backup);
    json.put("figures", figures);
    json.put("problems", problems);
    return json;
  }

  private static String seconds(Duration duration) {
    return Figures.seconds((double) duration.toSeconds());
  }

  /** Stores are paid for by GB of 10^9 bytes. */
  private static String gigabytes(double bytes) {
    if (bytes < 1e8) {
      return String.format(Locale.ROOT, "%,.2f MB", bytes / 1e6);
    }
    return String.format(Locale.ROOT, bytes < 1e10 ? "%,.2f GB" : "%,.0f GB", bytes / 1e9);
  }
}
