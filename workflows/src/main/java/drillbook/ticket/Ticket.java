package drillbook.ticket;

/**
 * Work for people. Of one key at most one ticket is open, however many runs see its reason.
 *
 * @param key what it is about: {@code drillbook/<target>/<reason>}, fit for a label
 * @param title one line
 * @param body Markdown
 */
public record Ticket(String key, String title, String body) {
  /** Rejects a ticket that says nothing. */
  public Ticket {
    if (key.isBlank() || title.isBlank()) {
      throw new IllegalArgumentException("a ticket needs a key and a title");
    }
  }
}
