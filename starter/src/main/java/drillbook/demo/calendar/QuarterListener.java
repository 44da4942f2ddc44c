package drillbook.demo.calendar;

import drillbook.demo.calendar.SimulatedPeople.Filed;
import drillbook.notice.Notice;
import java.time.Instant;

/** Hears what people hear, at the moment at which they do. */
interface QuarterListener {
  /** A notice was posted. */
  void told(Instant at, Notice notice);

  /** A ticket was opened. */
  void opened(Instant at, Filed ticket);

  /** A ticket was closed. */
  void closed(Instant at, Filed ticket, String why);
}
