package drillbook.worker;

import drillbook.ticket.TicketActivities;
import drillbook.ticket.Tickets;

/** The activities that file tickets and close them. */
public final class TicketWorker implements TicketActivities {
  private final Tickets tickets;

  /** Opens nothing until an activity runs. */
  public TicketWorker(Surroundings surroundings) {
    this.tickets = new Tickets(surroundings.clock());
  }

  @Override
  public String file(TicketPost post) {
    return Failures.call(() -> tickets.file(post));
  }

  @Override
  public String close(TicketPost post) {
    return Failures.call(() -> tickets.close(post));
  }
}
