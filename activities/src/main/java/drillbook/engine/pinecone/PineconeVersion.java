package drillbook.engine.pinecone;

import drillbook.engine.Requirement;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Set;

/**
 * The version of Pinecone's API that requests name, by the month of its release.
 *
 * <p>Source: Pinecone documentation, API versioning, read 2026-11: a stable version comes each
 * quarter, stays as it is, and is supported for 12 months at least. Its published descriptions:
 * 2025-10 and 2026-04 have the same calls and shapes; 2026-07 describes indexes in another way.
 *
 * @param month of its release
 */
record PineconeVersion(YearMonth month) {
  /** The newest stable version whose shapes are those that this adapter reads. */
  static final PineconeVersion NEWEST = new PineconeVersion(YearMonth.of(2026, 4));

  /** The first version with all that is asked for, namespaces that are created among it. */
  private static final YearMonth OLDEST = YearMonth.of(2025, 10);

  private static final Set<YearMonth> KNOWN = Set.of(OLDEST, NEWEST.month());
  private static final int SUPPORTED_MONTHS = 12;

  /**
   * Reads what an option says.
   *
   * @throws DrillbookException CONFIGURATION when it is no version, or one that is too old
   */
  static PineconeVersion of(String text) throws DrillbookException {
    if (text.matches("20\\d{2}-(0[1-9]|1[0-2])")) {
      YearMonth month = YearMonth.parse(text);
      if (!month.isBefore(OLDEST)) {
        return new PineconeVersion(month);
      }
    }
    throw new DrillbookException(
        FailureKind.CONFIGURATION,
        "option api-version is a version of Pinecone's API from " + OLDEST + " on: '" + text + "'",
        "Leave it out for " + NEWEST + ".");
  }

  /** Tells how old it is, and whether it is one that this adapter knows. */
  Requirement requirement(Instant now) {
    String subject = "API version";
    YearMonth end = month.plusMonths(SUPPORTED_MONTHS);
    if (!KNOWN.contains(month)) {
      return Requirement.unknown(
          subject,
          month + ", whose answers Drillbook was not made for",
          "Use " + NEWEST + " (leave the option api-version out) while Pinecone supports it.");
    }
    if (!YearMonth.from(now.atZone(ZoneOffset.UTC)).isBefore(end)) {
      return Requirement.unknown(
          subject,
          month + ": Pinecone promised support until " + end,
          "Upgrade Drillbook, or set the option api-version to a version that Pinecone supports and"
              + " run a drill.");
    }
    return Requirement.met(subject, month + ", supported by Pinecone until " + end + " at least");
  }

  @Override
  public String toString() {
    return month.toString();
  }
}
