package drillbook.runbook;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/**
 * A time that comes back, in five fields: minute, hour, day of month, month, day of week. A field
 * is {@code *}, a value, a range {@code 1-5}, a list {@code 1,4,7}, each with a step {@code /2}
 * where wanted; months and days of the week have English names. A day must match both day fields,
 * as Temporal reads them, other than in {@code crontab}, where one of them is enough.
 *
 * <p>Accepts nothing that Temporal refuses. Refuses some that it accepts, since they are mistakes:
 * a step that is never reached, a day that no month has, and {@code 5#3}, of which it would read
 * the {@code 5} alone. Source: the Temporal server's service/worker/scheduler/calendar.go, read
 * 2026-11; {@code CronExpressionIT} asks a real server.
 */
final class CronExpression {
  private static final List<String> MONTHS =
      List.of(
          "january",
          "february",
          "march",
          "april",
          "may",
          "june",
          "july",
          "august",
          "september",
          "october",
          "november",
          "december");
  private static final List<String> DAYS =
      List.of("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday");
  private static final int[] LENGTHS = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

  /** A field, with the names that stand for its values; the shortest abbreviation of a name. */
  private record Field(String name, int least, int most, List<String> names, int letters) {
    static final Field MINUTE = new Field("minute", 0, 59, List.of(), 0);
    static final Field HOUR = new Field("hour", 0, 23, List.of(), 0);
    static final Field DAY = new Field("day of month", 1, 31, List.of(), 0);
    static final Field MONTH = new Field("month", 1, 12, MONTHS, 3);
    static final Field WEEKDAY = new Field("day of week", 0, 7, DAYS, 2);

    IllegalArgumentException refused(String wrong) {
      return new IllegalArgumentException("field '" + name + "' " + wrong);
    }
  }

  private CronExpression() {}

  /**
   * Returns an expression with single spaces between its fields.
   *
   * @throws IllegalArgumentException when it is none, or never comes; the message names the field
   *     without repeating it
   */
  static String parse(String text) {
    if (text.startsWith("TZ=") || text.startsWith("CRON_TZ=")) {
      throw new IllegalArgumentException("names a zone, which belongs to key 'zone'");
    }
    if (text.startsWith("@")) {
      throw new IllegalArgumentException("is a word where five fields belong");
    }
    List<String> fields = List.of(text.strip().split("[ \t]+"));
    if (fields.size() != 5) {
      throw new IllegalArgumentException(
          "has " + fields.size() + (fields.size() == 1 ? " field" : " fields") + ", not five");
    }
    values(Field.MINUTE, fields.get(0));
    values(Field.HOUR, fields.get(1));
    BitSet days = values(Field.DAY, fields.get(2));
    BitSet months = values(Field.MONTH, fields.get(3));
    values(Field.WEEKDAY, fields.get(4));
    int first = days.nextSetBit(0);
    if (months.stream().noneMatch(month -> first <= LENGTHS[month - 1])) {
      throw Field.DAY.refused("names a day that none of the months has");
    }
    return String.join(" ", fields);
  }

  private static BitSet values(Field field, String text) {
    BitSet values = new BitSet();
    for (String part : text.split(",", -1)) {
      List<String> halves = new ArrayList<>(List.of(part.split("/", -1)));
      if (halves.size() > 2) {
        throw field.refused("has more than one step");
      }
      boolean stepped = halves.size() == 2;
      int step = stepped ? number(field, halves.get(1)) : 1;
      if (step < 1 || step > field.most() - field.least()) {
        throw field.refused("has a step that is never reached");
      }
      range(field, halves.getFirst(), stepped, step, values);
    }
    return values;
  }

  private static void range(Field field, String text, boolean stepped, int step, BitSet values) {
    int from = field.least();
    int to = field.most();
    if (!text.equals("*")) {
      String[] ends = text.split("-", -1);
      if (ends.length > 2) {
        throw field.refused("has a range of more than two ends");
      }
      from = value(field, ends[0]);
      if (ends.length == 2) {
        to = value(field, ends[1]);
      } else if (!stepped) {
        to = from;
      }
      if (to < from) {
        throw field.refused("has a range that ends before it begins");
      }
    }
    for (int value = from; value <= to; value += step) {
      values.set(value);
    }
  }

  private static int value(Field field, String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (!field.names().isEmpty() && lower.length() >= field.letters()) {
      for (int i = 0; i < field.names().size(); i++) {
        if (field.names().get(i).startsWith(lower)) {
          return field.least() + i;
        }
      }
    }
    int value = number(field, text);
    if (value < field.least() || value > field.most()) {
      throw field.refused("is outside " + field.least() + " to " + field.most());
    }
    return value;
  }

  private static int number(Field field, String text) {
    if (!text.matches("[0-9]{1,4}")) {
      String names = field.names().isEmpty() ? "" : ", or names such as " + field.names().get(1);
      throw field.refused("is no number" + names);
    }
    return Integer.parseInt(text);
  }
}
