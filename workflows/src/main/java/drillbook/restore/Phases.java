package drillbook.restore;

/**
 * Where a recovery's time went, in seconds. Fetching and writing overlap within a load; the load's
 * time is divided between them as it was spent.
 *
 * @param provision planning, preflight and creating collections
 * @param transfer fetching and decoding what the store holds
 * @param load writing into the engine
 * @param index until every index takes part in searches
 * @param verify asking the checks
 */
public record Phases(double provision, double transfer, double load, double index, double verify) {
  /** No time at all. */
  public static final Phases NONE = new Phases(0, 0, 0, 0, 0);

  /** Rejects negative times and those that are no numbers. */
  public Phases {
    if (!(provision >= 0 && transfer >= 0 && load >= 0 && index >= 0 && verify >= 0)) {
      throw new IllegalArgumentException(
          "seconds must be >= 0: " + java.util.List.of(provision, transfer, load, index, verify));
    }
  }

  /** Returns the time of all phases together. */
  public double total() {
    return provision + transfer + load + index + verify;
  }
}
