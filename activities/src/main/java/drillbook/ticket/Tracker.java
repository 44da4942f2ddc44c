package drillbook.ticket;

import drillbook.failure.DrillbookException;
import java.util.List;

/** A place where people keep work. One attempt a call; nothing is repeated inside. */
interface Tracker {
  /** Returns the open issues of a key, the oldest first; one just made may be missing. */
  List<Issue> open(String key) throws DrillbookException;

  /** Makes an issue that {@link #open} finds. Makes none where it would not be found. */
  Issue create(Ticket ticket, String mark) throws DrillbookException;

  /** Tells whether an issue or a recent comment on it carries a mark. */
  boolean says(Issue issue, String mark) throws DrillbookException;

  /** Adds a comment. */
  void comment(Issue issue, String body, String mark) throws DrillbookException;

  /**
   * Closes an issue.
   *
   * @param solved true: its reason is gone; false: another one stands for it
   */
  void close(Issue issue, boolean solved) throws DrillbookException;

  /**
   * An issue.
   *
   * @param id its number or key
   * @param order grows with every issue that is made
   * @param address where people read it
   * @param text its body as the tracker returned it
   */
  record Issue(String id, long order, String address, String text) {}
}
