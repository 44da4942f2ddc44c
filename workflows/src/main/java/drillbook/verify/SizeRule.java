package drillbook.verify;

import java.util.Locale;

/**
 * Whether a collection's size moved more than its data explains: by bytes per record and by logical
 * bytes, with an absolute floor; never by what an engine or a compressor makes of it.
 *
 * @param warning the fraction above which it is worth a warning
 * @param failure the fraction from which on something is wrong
 * @param floorBytes a change of fewer logical bytes is noise
 */
public record SizeRule(double warning, double failure, long floorBytes) {
  /** Up to 10 % is normal, 50 % and more is wrong, below 1 MiB nothing is said. */
  public static final SizeRule DEFAULT = new SizeRule(0.10, 0.50, 1 << 20);

  /** Rejects fractions that are not ordered. */
  public SizeRule {
    if (!(warning > 0 && failure > warning) || floorBytes < 0) {
      throw new IllegalArgumentException(
          "0 < warning < failure and floor >= 0 wanted: "
              + warning
              + ", "
              + failure
              + ", "
              + floorBytes);
    }
  }

  /**
   * A size.
   *
   * @param records how many records
   * @param bytes logical bytes of their columns
   */
  public record Size(long records, long bytes) {
    /** No records. */
    public static final Size NONE = new Size(0, 0);

    /** Returns both together. */
    public Size plus(Size other) {
      return new Size(records + other.records, bytes + other.bytes);
    }

    double bytesPerRecord() {
      return records == 0 ? 0 : (double) bytes / records;
    }
  }

  /** How remarkable a change is. */
  public enum Level {
    /** As expected. */
    NORMAL,
    /** Worth a look. */
    WARNING,
    /** Something is wrong. */
    FAILURE
  }

  /**
   * What the rule says.
   *
   * @param level how remarkable
   * @param reason the figures; empty for {@link Level#NORMAL}
   */
  public record Answer(Level level, String reason) {}

  /** Judges a change. */
  public Answer judge(Size before, Size now) {
    if (Math.abs(now.bytes() - before.bytes()) < floorBytes) {
      return new Answer(Level.NORMAL, "");
    }
    Answer bytes = judge("logical bytes", (double) before.bytes(), (double) now.bytes());
    Answer perRecord = judge("bytes per record", before.bytesPerRecord(), now.bytesPerRecord());
    return bytes.level().compareTo(perRecord.level()) >= 0 ? bytes : perRecord;
  }

  private Answer judge(String what, double before, double now) {
    double delta = before == 0 ? (now == 0 ? 0 : 1) : now / before - 1;
    String reason =
        String.format(Locale.ROOT, "%s %.0f -> %.0f (%+.0f %%)", what, before, now, delta * 100);
    if (Math.abs(delta) >= failure) {
      return new Answer(Level.FAILURE, reason);
    }
    return Math.abs(delta) > warning
        ? new Answer(Level.WARNING, reason)
        : new Answer(Level.NORMAL, "");
  }
}
