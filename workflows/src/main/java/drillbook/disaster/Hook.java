package drillbook.disaster;

import java.util.Locale;

/** What a target's owner does around a disaster drill; commands in the target's file. */
public enum Hook {
  /** Cuts the primary off, so that nobody reaches it. */
  FENCE,
  /** Undoes {@link #FENCE}. */
  UNFENCE,
  /** Leads clients to the restored collections. */
  CUTOVER,
  /** Leads clients back to the primary. */
  FAILBACK;

  /** Returns the key in a target's file. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
