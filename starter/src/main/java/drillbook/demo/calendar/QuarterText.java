package drillbook.demo.calendar;

import drillbook.console.Table;
import drillbook.demo.calendar.QuarterOutcome.CadenceRow;
import drillbook.demo.calendar.QuarterOutcome.RecoveryRow;
import drillbook.demo.calendar.QuarterOutcome.TicketRow;
import drillbook.demo.calendar.SimulatedPeople.Filed;
import drillbook.notice.Figures;
import drillbook.notice.Notice;
import drillbook.notice.Notice.Level;
import drillbook.notice.NoticeText;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The quarter as a person reads it on a terminal. */
final class QuarterText {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

  private QuarterText() {}

  static String time(Instant at) {
    return TIME.format(at);
  }

  /** Returns a notice: one line, and its whole text where something is not fine. */
  static List<String> notice(Instant at, Notice notice) {
    List<String> lines = new ArrayList<>();
    lines.add(time(at) + "  " + NoticeText.word(notice.level()) + ": " + notice.title());
    if (notice.level() != Level.FINE) {
      NoticeText.lines(notice).stream()
          .skip(1)
          .forEach(line -> lines.add(line.isEmpty() ? "" : "    | " + line));
      lines.add("");
    }
    return lines;
  }

  /** Returns a ticket that was opened, with all that it says. */
  static List<String> opened(Instant at, Filed filed) {
    List<String> lines = new ArrayList<>();
    lines.add(time(at) + "  Ticket " + filed.address() + " opened: " + filed.ticket().title());
    filed.ticket().body().lines().forEach(line -> lines.add(line.isEmpty() ? "" : "    | " + line));
    lines.add("");
    return lines;
  }

  /** Returns a ticket that was closed. */
  static List<String> closed(Instant at, Filed filed, String why) {
    return List.of(time(at) + "  Ticket " + filed.address() + " closed: " + why, "");
  }

  /** Returns the report. */
  static List<String> report(QuarterOutcome outcome) {
    List<String> lines = new ArrayList<>();
    Table runs =
        new Table("CADENCE", "DUE", "BEGUN", "PASSED", "WARNING", "COVERED", "FAILED", "MISSED");
    for (CadenceRow row : outcome.cadences()) {
      runs.row(
          row.cadence(),
          Figures.count(row.due()),
          Figures.count(row.begun()),
          Figures.count(row.passed()),
          Figures.count(row.warned()),
          Figures.count(row.covered()),
          Figures.count(row.failed()),
          Figures.count(row.missed()));
    }
    lines.addAll(runs.lines());
    lines.add("covered: a daily backup was at work at that moment, and is newer");
    lines.add("");
    Table told = new Table("NOTICES", "COUNT");
    for (Level level : Level.values()) {
      long count = outcome.notices().stream().filter(row -> row.level() == level).count();
      told.row(NoticeText.word(level), Figures.count(count));
    }
    lines.addAll(told.lines());
    lines.add("");
    Table tickets = new Table("TICKET", "OPENED", "CLOSED", "TITLE");
    for (TicketRow row : outcome.tickets()) {
      Instant closed = row.closed();
      tickets.row(
          row.address(), time(row.opened()), closed == null ? "open" : time(closed), row.title());
    }
    lines.addAll(tickets.lines());
    lines.add("");
    Table recoveries = new Table("RECOVERY", "AT", "TIME", "VERDICT", "");
    for (RecoveryRow row : outcome.recoveries()) {
      recoveries.row(
          row.what(),
          time(row.at()),
          Figures.seconds(row.seconds()),
          row.verdict().words(),
          row.slow() ? "too slow" : "");
    }
    lines.addAll(recoveries.lines());
    return lines;
  }

  /** Returns the last line. */
  static String counts(QuarterOutcome outcome) {
    return outcome.begun()
        + " runs and "
        + outcome.missed()
        + " missed, "
        + Figures.counted(outcome.notices().size(), "notice")
        + ", "
        + Figures.counted(outcome.tickets().size(), "ticket");
  }
}
