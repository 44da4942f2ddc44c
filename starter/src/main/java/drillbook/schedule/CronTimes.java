package drillbook.schedule;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Month;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The times of a cron expression, as Temporal's server finds them: five fields that must all hold,
 * also day of month and day of week. A local time that a zone skips when its clocks go forward is
 * left out. One that it has twice when they go back is taken twice west of Greenwich, and once, the
 * later one, east of it. Source: temporal server 1.29, scheduler, observed.
 */
public final class CronTimes {
  /** Longer than from one 29 February that is a given weekday to the next. */
  private static final int YEARS = 41;

  private static final List<String> MONTHS =
      Arrays.stream(Month.values()).map(CronTimes::lower).toList();
  private static final List<String> DAYS =
      IntStream.rangeClosed(0, 6).mapToObj(day -> lower(DayOfWeek.SUNDAY.plus(day))).toList();

  private final BitSet minutes;
  private final BitSet hours;
  private final BitSet days;
  private final BitSet months;
  private final BitSet weekdays;
  private final ZoneId zone;

  private CronTimes(String[] fields, ZoneId zone) {
    this.minutes = values(fields[0], 0, 59, List.of(), 0);
    this.hours = values(fields[1], 0, 23, List.of(), 0);
    this.days = values(fields[2], 1, 31, List.of(), 0);
    this.months = values(fields[3], 1, 12, MONTHS, 1);
    this.weekdays = values(fields[4], 0, 7, DAYS, 0);
    if (weekdays.get(7)) {
      weekdays.set(0);
    }
    this.zone = zone;
  }

  /**
   * Returns the times of an expression.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static CronTimes of(String cron, String zone) {
    String[] fields = cron.strip().split("\\s+");
    if (fields.length != 5) {
      throw new IllegalArgumentException(
          "a time is five fields, minute hour day month weekday: '" + cron + "'");
    }
    try {
      return new CronTimes(fields, ZoneId.of(zone));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("no time is meant by '" + cron + "'", e);
    }
  }

  /** Returns at most so many times after an instant. */
  public List<Instant> after(Instant instant, int most) {
    List<Instant> times = new ArrayList<>();
    // The day before too: the second copy of an hour may lie on it.
    LocalDate day = instant.atZone(zone).toLocalDate().minusDays(1);
    LocalDate end = day.plusYears(YEARS);
    while (times.size() < most && day.isBefore(end)) {
      for (Instant time : of(day)) {
        if (time.isAfter(instant) && times.size() < most) {
          times.add(time);
        }
      }
      day = nextDay(day);
    }
    return times;
  }

  /** Returns the times after one instant and not after another, at most so many, oldest first. */
  public List<Instant> between(Instant after, Instant until, int most) {
    return after(after, most).stream().filter(time -> !time.isAfter(until)).toList();
  }

  private LocalDate nextDay(LocalDate day) {
    LocalDate next = day.plusDays(1);
    return months.get(next.getMonthValue()) ? next : next.withDayOfMonth(1).plusMonths(1);
  }

  private List<Instant> of(LocalDate day) {
    if (!months.get(day.getMonthValue())
        || !days.get(day.getDayOfMonth())
        || !weekdays.get(day.getDayOfWeek().getValue() % 7)) {
      return List.of();
    }
    List<Instant> times = new ArrayList<>();
    hours.stream()
        .forEach(hour ->
            minutes.stream()
                .forEach(minute -> {
                  LocalDateTime local = day.atTime(hour, minute);
                  offsets(local).forEach(offset -> times.add(local.toInstant(offset)));
                }));
    Collections.sort(times);
    return times;
  }

  /**
   * Returns the offsets that count for a local time. Of two, the server's runtime guesses one as if
   * the local time were UTC's, and it goes on from there: from the earlier one to the later one.
   */
  private List<ZoneOffset> offsets(LocalDateTime local) {
    List<ZoneOffset> valid = zone.getRules().getValidOffsets(local);
    if (valid.size() < 2) {
      return valid;
    }
    ZoneOffset guess = zone.getRules().getOffset(local.toInstant(ZoneOffset.UTC));
    ZoneOffset found = zone.getRules().getOffset(local.toInstant(guess));
    return found.equals(valid.getFirst()) ? valid : valid.subList(1, 2);
  }

  private static BitSet values(String field, int least, int most, List<String> names, int first) {
    BitSet values = new BitSet();
    for (String part : field.split(",", -1)) {
      String[] stepped = part.split("/", -1);
      String[] range = stepped[0].split("-", -1);
      if (stepped.length > 2 || range.length > 2) {
        throw new IllegalArgumentException("no time is meant by '" + field + "'");
      }
      int step = stepped.length == 2 ? Integer.parseInt(stepped[1]) : 1;
      int from = least;
      int to = most;
      if (!stepped[0].equals("*")) {
        from = value(range[0], names, first);
        to = range.length == 2 ? value(range[1], names, first) : stepped.length == 2 ? most : from;
      }
      if (step < 1 || from < least || to > most || to < from) {
        throw new IllegalArgumentException(
            "'" + part + "' is outside of " + least + "-" + most + ", or backwards");
      }
      for (int value = from; value <= to; value += step) {
        values.set(value);
      }
    }
    return values;
  }

  private static int value(String word, List<String> names, int first) {
    String lower = word.toLowerCase(Locale.ROOT);
    for (int i = 0; i < names.size(); i++) {
      if (lower.length() >= 2 && names.get(i).startsWith(lower)) {
        return first + i;
      }
    }
    return Integer.parseInt(word);
  }

  private static String lower(Enum<?> name) {
    return name.name().toLowerCase(Locale.ROOT);
  }
}
