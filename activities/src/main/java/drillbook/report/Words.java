package drillbook.report;

import drillbook.check.Check;
import drillbook.check.Verdict;
import drillbook.disaster.DisasterReport;
import drillbook.drill.Baseline;
import drillbook.drill.DrillReport;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** What the renderings say in the same words. */
final class Words {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private Words() {}

  static String verdict(Verdict verdict) {
    return switch (verdict) {
      case PASSED -> "PASSED";
      case FAILED -> "FAILED";
      case COULD_NOT_VERIFY -> "COULD NOT VERIFY";
    };
  }

  /** Says what the verdict means to somebody who has never seen the product. */
  static String meaning(DrillReport report) {
    return switch (report.verdict()) {
      case PASSED ->
          "The backup was restored and every question that could be asked of it was answered as"
              + " expected. It can be relied on.";
      case FAILED -> {
        long failed = count(report, Check.Result.FAILED);
        yield "The backup was restored, and "
            + (failed == 1 ? "one check" : failed + " checks")
            + " failed. What is wrong and what to do stands below.";
      }
      case COULD_NOT_VERIFY -> {
        long open = count(report, Check.Result.COULD_NOT_RUN);
        yield open == 0
            ? "Nothing failed, but nothing was proven either: no check was answered."
            : "Nothing failed, but "
                + (open == 1 ? "one question" : open + " questions")
                + " could not be asked, so nobody knows whether the backup is complete. This is"
                + " not a success.";
      }
    };
  }

  static String result(Check.Result result) {
    return switch (result) {
      case PASSED -> "passed";
      case FAILED -> "FAILED";
      case NOT_APPLICABLE -> "not applicable";
      case COULD_NOT_RUN -> "COULD NOT RUN";
    };
  }

  static String baseline(DrillReport report) {
    Baseline baseline = report.baseline();
    if (!baseline.known()) {
      return "no baseline yet: "
          + baseline.drills()
          + " of "
          + Baseline.LEAST
          + " green drills of this environment";
    }
    return String.format(
        Locale.ROOT,
        "%+.0f %% against the baseline of %s, the median of %d drills%s",
        baseline.regression(report.recoverySeconds()) * 100,
        duration(baseline.seconds()),
        baseline.drills(),
        report.regressed() ? ": too slow" : "");
  }

  static String loss(DisasterReport report) {
    return switch (report.loss()) {
      case "fenced" -> "fenced: cut off, and it did not answer";
      case "simulated" -> "loss simulated: it was not touched";
      case "deleted" -> "deleted, and restored at the end";
      default -> report.loss();
    };
  }

  static String recovery(DisasterReport report) {
    return report.recoverySeconds() > 0 ? duration(report.recoverySeconds()) : "not reached";
  }

  static String time(Instant time) {
    return TIME.format(time);
  }

  /** Returns seconds as a person says them: 0.42 s, 12.3 s, 4 min 05 s, 3 h 07 min, 2 d 4 h. */
  static String duration(double seconds) {
    if (!(seconds >= 0)) {
      return seconds < 0 ? "-" + duration(-seconds) : "unknown";
    }
    if (seconds < 9.995) {
      return String.format(Locale.ROOT, "%.2f s", seconds);
    }
    if (seconds < 99.95) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    if (whole < 3600) {
      return String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60);
    }
    long minutes = Math.round(seconds / 60);
    if (minutes < 48 * 60) {
      return String.format(Locale.ROOT, "%d h %02d min", minutes / 60, minutes % 60);
    }
    long hours = Math.round(seconds / 3600);
    return String.format(Locale.ROOT, "%d d %d h", hours / 24, hours % 24);
  }

  static String bytes(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    }
    double value = bytes;
    String unit = "B";
    for (String next : new String[] {"kB", "MB", "GB", "TB"}) {
      if (value < 999.95) {
        break;
      }
      value /= 1000;
      unit = next;
    }
    return String.format(Locale.ROOT, "%.1f %s", value, unit);
  }

  static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** Returns a share as whole percent; a phase that took time never reads 0 %. */
  static String percent(double part, double whole) {
    if (!(whole > 0) || !(part > 0)) {
      return "0 %";
    }
    double percent = part / whole * 100;
    return percent < 1 ? "< 1 %" : Math.round(percent) + " %";
  }

  private static long count(DrillReport report, Check.Result result) {
    return report.checks().stream().filter(check -> check.result() == result).count();
  }
}
