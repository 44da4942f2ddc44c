package drillbook.schedule;

/**
 * Which search attributes a namespace has.
 *
 * @param hash the one by which schedules of one version of a runbook are found
 * @param search those by which runs are found
 */
record Keywords(boolean hash, boolean search) {
  /** None of them. */
  static final Keywords NONE = new Keywords(false, false);
}
