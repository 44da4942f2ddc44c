package drillbook.cli;

import drillbook.capture.Selection;
import drillbook.check.Verdict;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.journal.JournalRecord;
import drillbook.record.VectorField;
import drillbook.store.ArtifactStore;
import drillbook.target.Target;
import drillbook.worker.Surroundings;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a live target and its journal tell of themselves when advice is asked for.
 *
 * @param records counted by the engine
 * @param dimension the largest of its dense vectors
 * @param vectorBytes of a record, on average
 * @param measured the median of the newest drills that passed, and how many these are
 * @param dailyBytes what a day's backups added, on average
 * @param problems what could not be asked, a sentence each
 */
record AdviceFacts(
    Optional<Long> records,
    int dimension,
    double vectorBytes,
    Optional<Measured> measured,
    Optional<Measured> dailyBytes,
    List<String> problems) {
  /** Nothing was asked. */
  static final AdviceFacts NONE =
      new AdviceFacts(Optional.empty(), 0, 0, Optional.empty(), Optional.empty(), List.of());

  private static final int DRILLS = 8;
  private static final int BACKUPS = 60;

  /**
   * A figure of the journal.
   *
   * @param entries how many entries it rests on
   */
  record Measured(double value, int entries) {}

  /** Asks the engine, unless its counts are known, and the journal; a failure is a problem. */
  static AdviceFacts ask(Installation installation, TargetChoice choice, boolean countsKnown)
      throws DrillbookException, InterruptedException {
    Target target = choice.target();
    List<String> problems = new ArrayList<>();
    AdviceFacts counted = NONE;
    if (!countsKnown) {
      try (Engine engine = installation.parts().engine(target.address())) {
        counted = count(target, engine, problems);
      } catch (DrillbookException e) {
        problems.add("the engine could not be asked: " + e.getMessage());
      }
    }
    Optional<Measured> drills = Optional.empty();
    Optional<Measured> daily = Optional.empty();
    Surroundings believed =
        installation.surroundings(choice.targets(), installation.settings().scratch());
    try (ArtifactStore store = installation.parts().store(target.store())) {
      drills =
          recovery(
              installation.parts().journal(store, target.name(), "drill", 4 * DRILLS, believed));
      daily =
          daily(installation.parts().journal(store, target.name(), "backup", BACKUPS, believed));
    } catch (DrillbookException e) {
      problems.add("the journal could not be read: " + e.getMessage());
    }
    return new AdviceFacts(
        counted.records(), counted.dimension(), counted.vectorBytes(), drills, daily, problems);
  }

  private static AdviceFacts count(Target target, Engine engine, List<String> problems)
      throws DrillbookException, InterruptedException {
    long records = 0;
    double bytes = 0;
    int dimension = 0;
    for (CollectionSchema schema : meant(target, engine, problems)) {
      long count = 0;
      for (String tenant : schema.tenants()) {
        count += engine.control().count(schema.name(), tenant);
      }
      records += count;
      for (VectorField field : schema.layout().vectors()) {
        bytes += (double) count * field.elementType().bytes(field.dimension());
        dimension = Math.max(dimension, field.dimension());
      }
    }
    return new AdviceFacts(
        Optional.of(records),
        dimension,
        records == 0 ? 0 : bytes / records,
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  /** Returns what a backup would hold; what cannot be captured is told and left out. */
  private static List<CollectionSchema> meant(Target target, Engine engine, List<String> problems)
      throws DrillbookException, InterruptedException {
    List<CollectionSchema> schemas = new ArrayList<>();
    for (CollectionName name : engine.control().collections()) {
      boolean meant =
          target.collections().isEmpty() || target.collections().stream().anyMatch(name::isMeantBy);
      if (!meant) {
        continue;
      }
      try {
        CollectionSchema schema = engine.control().schema(name);
        List<String> tenants =
            Selection.tenants(target.tenants(), engine.profile(), name, schema.tenants());
        if (!tenants.isEmpty()) {
          schemas.add(Selection.withTenants(schema, tenants));
        }
      } catch (DrillbookException e) {
        if (e.kind() != FailureKind.UNSUPPORTED) {
          throw e;
        }
        problems.add("not counted: " + e.getMessage());
      }
    }
    return schemas;
  }

  /** Drills of the environment of the newest one: others are not compared with it. */
  static Optional<Measured> recovery(List<JournalRecord> drills) {
    List<JournalRecord> green =
        drills.stream().filter(drill -> drill.verdict() == Verdict.PASSED).toList();
    if (green.isEmpty()) {
      return Optional.empty();
    }
    String fingerprint = green.getFirst().figures().getOrDefault("fingerprint", "");
    List<Double> seconds =
        green.stream()
            .filter(drill -> drill.figures().getOrDefault("fingerprint", "").equals(fingerprint))
            .limit(DRILLS)
            .map(JournalRecord::seconds)
            .sorted()
            .toList();
    int count = seconds.size();
    double median = (seconds.get((count - 1) / 2) + seconds.get(count / 2)) / 2;
    return Optional.of(new Measured(median, count));
  }

  /** What backups added from the oldest known to the newest, the oldest left out, in a day. */
  static Optional<Measured> daily(List<JournalRecord> backups) {
    List<Instant> points = new ArrayList<>();
    double added = 0;
    try {
      for (int i = 0; i < backups.size(); i++) {
        points.add(Instant.parse(backups.get(i).figures().getOrDefault("asOf", "")));
        if (i < backups.size() - 1) {
          added += Long.parseLong(backups.get(i).figures().getOrDefault("addedBytes", ""));
        }
      }
    } catch (DateTimeException | NumberFormatException e) {
      // An entry of another form is no evidence.
      return Optional.empty();
    }
    if (points.size() < 2) {
      return Optional.empty();
    }
    Duration span = Duration.between(points.getLast(), points.getFirst());
    return span.compareTo(Duration.ofDays(1)) < 0
        ? Optional.empty()
        : Optional.of(new Measured(added / (span.toSeconds() / 86_400.0), backups.size() - 1));
  }
}
