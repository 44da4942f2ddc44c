package drillbook.ticket;

import drillbook.failure.DrillbookException;
import drillbook.ticket.Tracker.Issue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * How tickets are filed and closed, whatever the tracker.
 *
 * <p>No tracker can make an issue "only if there is none", so two that file at once may make two.
 * Both look again afterwards: the oldest stays, and whoever made a younger one closes it. Where the
 * tracker showed neither the other's, the next filing does so.
 *
 * <p>What is said carries a mark made of what it says, so that a call whose answer was lost says
 * nothing twice when it is made again.
 */
final class TicketDesk {
  private final Tracker tracker;

  TicketDesk(Tracker tracker) {
    this.tracker = tracker;
  }

  /** Files a ticket, or adds its news to the open one. Returns its address. */
  String file(Ticket ticket) throws DrillbookException {
    String mark = mark("file", ticket);
    List<Issue> open = tracker.open(ticket.key());
    if (!open.isEmpty()) {
      Issue oldest = open.getFirst();
      for (Issue younger : open.subList(1, open.size())) {
        fold(younger, oldest);
      }
      tell(oldest, ticket.title() + "\n\n" + ticket.body(), mark);
      return oldest.address();
    }
    Issue made = tracker.create(ticket, mark);
    // A list may lack what was just made: taken for younger than all, it could be closed by us
    // while
    // the maker of a younger one closes that.
    Issue oldest =
        Stream.concat(Stream.of(made), tracker.open(ticket.key()).stream())
            .min(Comparator.comparingLong(Issue::order))
            .orElse(made);
    if (!oldest.id().equals(made.id())) {
      tell(oldest, ticket.title() + "\n\n" + ticket.body(), mark);
      fold(made, oldest);
    }
    return oldest.address();
  }

  /** Closes what is open under a ticket's key, saying why. Returns its address, or nothing. */
  String close(Ticket ticket) throws DrillbookException {
    String mark = mark("close", ticket);
    String address = "";
    for (Issue issue : tracker.open(ticket.key())) {
      tell(issue, ticket.title() + "\n\n" + ticket.body(), mark);
      tracker.close(issue, true);
      address = address.isEmpty() ? issue.address() : address;
    }
    return address;
  }

  private void tell(Issue issue, String body, String mark) throws DrillbookException {
    if (!tracker.says(issue, mark)) {
      tracker.comment(issue, body, mark);
    }
  }

  private void fold(Issue younger, Issue oldest) throws DrillbookException {
    String words = "The same as " + oldest.address();
    tell(younger, words, mark("fold", new Ticket(younger.id(), words, "")));
    tracker.close(younger, false);
  }

  private static String mark(String action, Ticket ticket) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(
                  String.join("\n", action, ticket.key(), ticket.title(), ticket.body())
                      .getBytes(StandardCharsets.UTF_8));
      return "drillbook-" + HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
