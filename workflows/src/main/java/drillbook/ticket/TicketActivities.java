package drillbook.ticket;

import io.temporal.activity.ActivityInterface;

/** Files tickets and closes them. */
@ActivityInterface(namePrefix = "Ticket")
public interface TicketActivities {
  /**
   * Files a ticket; one that is open under the same key gets the news as a comment instead.
   *
   * @return the ticket's address for people; an empty string where the route tells none
   */
  String file(TicketPost post);

  /**
   * Closes the open ticket of a key, saying why; nothing where there is none.
   *
   * @return the ticket's address, or an empty string
   */
  String close(TicketPost post);

  /**
   * What to file where.
   *
   * @param route where
   * @param ticket what; when closing, its body says why
   */
  record TicketPost(TicketRoute route, Ticket ticket) {}
}
