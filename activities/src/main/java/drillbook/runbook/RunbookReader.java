package drillbook.runbook;

import drillbook.document.Form;
import drillbook.document.Forms;
import drillbook.document.Keys;
import drillbook.document.Place;
import drillbook.drift.DriftRule;
import drillbook.runbook.Occasion.Notify;
import drillbook.runbook.Runbook.Watch;
import drillbook.verify.SizeRule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Walks a runbook's document. What is wrong is complained of there; the walk goes on. */
final class RunbookReader {
  /** Names of runbooks and targets. */
  static final Form<String> NAME =
      Forms.matching(
          "[a-z0-9][a-z0-9-]{0,62}",
          "is no name",
          "lower-case letters, digits and dashes, at most 63");

  private static final Form<String> CRON =
      Form.text(
          "five fields: minute, hour, day of month, month, day of week, as in \"0 2 * * *\"",
          CronExpression::parse);
  private static final Form<Notify> NOTIFY =
      Forms.words(Map.of("always", Notify.ALWAYS, "problems", Notify.PROBLEMS));
  private static final Form<Watch> WATCH =
      Forms.words(Map.of("hourly", Watch.HOURLY, "never", Watch.NEVER));
  private static final String CADENCES =
      "at least one of " + Arrays.stream(Cadence.values()).map(Cadence::word).toList();

  private RunbookReader() {}

  /** Returns the runbook; nothing where anything was complained of. */
  static Optional<Runbook> read(Place root) {
    return read(root, Optional.empty());
  }

  /** Returns the runbook; that it has another name than its file is complained of. */
  static Optional<Runbook> read(Place root, String name) {
    return read(root, Optional.of(name));
  }

  private static Optional<Runbook> read(Place root, Optional<String> called) {
    return root.keys(
            List.of(
                "runbook",
                "target",
                "zone",
                "objectives",
                "cadences",
                "size-delta",
                "drift",
                "retention",
                "notices",
                "tickets",
                "watchdog"))
        .flatMap(keys -> runbook(keys, called));
  }

  private static Optional<Runbook> runbook(Keys keys, Optional<String> called) {
    String name = keys.need("runbook", NAME.meaning("the runbook's name: " + NAME.expected()), "");
    if (called.isPresent() && !name.isEmpty() && !name.equals(called.get())) {
      keys.find("runbook")
          .ifPresent(place ->
              place.refuse(
                  "is not the name of its file", "'" + called.get() + "', or another file"));
    }
    String target =
        keys.need("target", NAME.meaning("the name of a target: " + NAME.expected()), "");
    String zone = keys.find("zone", Forms.ZONE, "UTC");
    Optional<Objectives> objectives = keys.find("objectives").flatMap(RunbookReader::objectives);
    List<Occasion> occasions =
        keys.need("cadences", CADENCES).map(RunbookReader::occasions).orElse(List.of());
    Optional<SizeRule> sizes = keys.find("size-delta").flatMap(RunbookReader::sizeDelta);
    Optional<DriftRule> drift = keys.find("drift").flatMap(RunbookReader::drift);
    Optional<Retention> retention = keys.find("retention").flatMap(RunbookReader::retention);
    var notices = keys.find("notices").map(RouteReader::notices).orElse(List.of());
    var tickets = keys.find("tickets").map(RouteReader::tickets).orElse(List.of());
    Watch watchdog = keys.find("watchdog", WATCH, Watch.HOURLY);
    return keys.made(() ->
        new Runbook(
            name,
            target,
            zone,
            objectives.orElse(Objectives.NONE),
            occasions,
            sizes.orElse(SizeRule.DEFAULT),
            retention.orElse(Retention.DEFAULT),
            notices,
            tickets,
            watchdog,
            drift.orElse(DriftRule.DEFAULT)));
  }

  private static Optional<Objectives> objectives(Place place) {
    Optional<Keys> found = place.keys(List.of("rpo", "rto"));
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Keys keys = found.get();
    Duration rpo = keys.find("rpo", Forms.SOME_TIME, Duration.ZERO);
    Duration rto = keys.find("rto", Forms.SOME_TIME, Duration.ZERO);
    return keys.made(() -> new Objectives(rpo, rto));
  }

  private static Optional<SizeRule> sizeDelta(Place place) {
    Optional<Keys> found = place.keys(List.of("warning", "failure", "floor"));
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Keys keys = found.get();
    // No number for one that was refused, which is then not compared.
    double warning = keys.find("warning", Forms.PERCENTAGE, SizeRule.DEFAULT.warning(), Double.NaN);
    double failure = keys.find("failure", Forms.PERCENTAGE, SizeRule.DEFAULT.failure(), Double.NaN);
    long floor = keys.find("floor", Forms.SIZE, SizeRule.DEFAULT.floorBytes());
    if (warning >= failure) {
      place.refuse(
          "warns no earlier than it fails",
          "a warning below the failure; left out they are 10% and 50%");
    }
    return keys.made(() -> new SizeRule(warning, failure, floor));
  }

  private static Optional<DriftRule> drift(Place place) {
    Optional<Keys> found = place.keys(List.of("norm", "centroid", "count", "floor"));
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Keys keys = found.get();
    double norm = keys.find("norm", Forms.PERCENTAGE, DriftRule.DEFAULT.norm());
    double centroid = keys.find("centroid", Forms.PERCENTAGE, DriftRule.DEFAULT.centroid());
    double count = keys.find("count", Forms.PERCENTAGE, DriftRule.DEFAULT.count());
    int floor = keys.find("floor", Forms.COUNT, (int) DriftRule.DEFAULT.floor());
    return keys.made(() -> new DriftRule(norm, centroid, count, floor));
  }

  private static Optional<Retention> retention(Place place) {
    Optional<Keys> found =
        place.keys(
            List.of("all", "hourly", "daily", "weekly", "monthly", "yearly", "infrequent-access"));
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Keys keys = found.get();
    Duration all = keys.find("all", Forms.TIME, Retention.DEFAULT.all());
    int hourly = keys.find("hourly", Forms.COUNT, 0);
    int daily = keys.find("daily", Forms.COUNT, 0);
    int weekly = keys.find("weekly", Forms.COUNT, 0);
    int monthly = keys.find("monthly", Forms.COUNT, 0);
    int yearly = keys.find("yearly", Forms.COUNT, 0);
    Duration infrequent = keys.find("infrequent-access", Forms.SOME_TIME, Duration.ZERO);
    return keys.made(() -> new Retention(all, hourly, daily, weekly, monthly, yearly, infrequent));
  }

  private static List<Occasion> occasions(Place place) {
    List<Occasion> occasions = new ArrayList<>();
    Optional<Keys> found = place.keys(Arrays.stream(Cadence.values()).map(Cadence::word).toList());
    if (found.isPresent()) {
      if (place.isEmpty()) {
        place.refuse("is empty", CADENCES);
      }
      for (Cadence cadence : Cadence.values()) {
        found
            .get()
            .find(cadence.word())
            .flatMap(entry -> occasion(cadence, entry))
            .ifPresent(occasions::add);
      }
    }
    return occasions;
  }

  private static Optional<Occasion> occasion(Cadence cadence, Place place) {
    // "daily:" with nothing behind it is as usual, like "daily: {}".
    Optional<Keys> found =
        place.isEmpty()
            ? Optional.of(place.noKeys())
            : place.keys(List.of("at", "notice", "steps"));
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Keys keys = found.get();
    String cron = keys.find("at", CRON, cadence.cron());
    Notify notice = keys.find("notice", NOTIFY, cadence.notice());
    List<Step> steps =
        keys.find("steps").map(list -> StepReader.steps(cadence, list)).orElse(cadence.steps());
    if (keys.find("steps").isEmpty() && steps.isEmpty()) {
      place.refuse(
          "has no usual steps yet, and none are written",
          "key 'steps', as in steps: [backup: full, verify]");
    }
    return keys.made(() -> new Occasion(cadence, cron, steps, notice));
  }
}
