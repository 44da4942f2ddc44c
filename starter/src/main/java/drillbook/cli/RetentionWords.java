package drillbook.cli;

import drillbook.document.Form;
import drillbook.document.Forms;
import drillbook.failure.DrillbookException;
import drillbook.runbook.Retention;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A retention as the command line spells it: {@code --keep all=30d --keep monthly=12}. */
final class RetentionWords {
  private static final Set<String> KEYS =
      Set.of("all", "hourly", "daily", "weekly", "monthly", "yearly", "infrequent-access");

  private RetentionWords() {}

  /** Reads it; what is left out has no effect, but for {@code all}, which has its default. */
  static Retention read(Map<String, String> keep) throws DrillbookException {
    for (String key : new TreeSet<>(keep.keySet())) {
      if (!KEYS.contains(key)) {
        throw TargetOptions.usage(
            "--keep " + key + " is unknown", "Known: " + new TreeSet<>(KEYS) + ".");
      }
    }
    return new Retention(
        value(keep, "all", Forms.TIME, Retention.DEFAULT.all()),
        value(keep, "hourly", Forms.COUNT, 0),
        value(keep, "daily", Forms.COUNT, 0),
        value(keep, "weekly", Forms.COUNT, 0),
        value(keep, "monthly", Forms.COUNT, 0),
        value(keep, "yearly", Forms.COUNT, 0),
        value(keep, "infrequent-access", Forms.SOME_TIME, Duration.ZERO));
  }

  private static <T> T value(Map<String, String> keep, String key, Form<T> form, T usual)
      throws DrillbookException {
    String text = keep.get(key);
    if (text == null) {
      return usual;
    }
    try {
      return form.parser().parse(text);
    } catch (IllegalArgumentException e) {
      throw TargetOptions.usage("--keep " + key + " " + e.getMessage(), form.expected());
    }
  }
}
