package drillbook.runbook;

import drillbook.backup.BackupKind;
import drillbook.document.Form;
import drillbook.document.Forms;
import drillbook.document.Keys;
import drillbook.document.Place;
import drillbook.document.Spelling;
import drillbook.runbook.Step.RecoveryPoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Walks the steps of a runbook's document. */
final class StepReader {
  private static final List<String> WORDS = List.of("backup", "verify", "drill", "human");
  private static final Form<Step.Backup> BACKUP =
      Forms.words(
          Map.of(
              "full", Step.Backup.FULL,
              "incremental", Step.Backup.INCREMENTAL,
              "anew", new Step.Backup(BackupKind.FULL, true)));
  private static final Form<RecoveryPoint> RECOVERY_POINT =
      Forms.words(Map.of("newest", RecoveryPoint.NEWEST, "random", RecoveryPoint.RANDOM));
  private static final Form<String> TARGET =
      RunbookReader.NAME.meaning("the name of the target that gives the scratch its place");

  private StepReader() {}

  /** Returns the steps that nothing is wrong with. */
  static List<Step> steps(Cadence cadence, Place place) {
    List<Step> steps = new ArrayList<>();
    for (Place entry : place.list("a list of steps: " + WORDS)) {
      step(cadence, entry).ifPresent(steps::add);
    }
    return steps;
  }

  private static Optional<? extends Step> step(Cadence cadence, Place place) {
    Optional<String> word = place.word();
    if (word.isPresent()) {
      return named(word.get(), place);
    }
    return place
        .choice(WORDS)
        .flatMap(choice ->
            switch (choice.name()) {
              case "backup" -> choice.place().value(BACKUP);
              case "verify" -> verify(choice.place());
              case "drill" -> drill(choice.place());
              default -> human(cadence, choice.place());
            });
  }

  private static Optional<Step> named(String word, Place place) {
    switch (word) {
      case "verify" -> {
        return Optional.of(new Step.Verify());
      }
      case "drill" -> {
        return Optional.of(Step.Drill.DEFAULT);
      }
      case "backup" -> place.refuse("does not say which kind", "backup: full or incremental");
      case "human" ->
          place.refuse("does not say what to do", "human: with instruction, owner and within");
      default -> place.refuse("is no step" + Spelling.suggestion(word, WORDS), "one of " + WORDS);
    }
    return Optional.empty();
  }

  private static Optional<Step> verify(Place place) {
    if (!place.isEmpty()) {
      place.refuse("takes nothing", "verify alone");
    }
    return place.made(Step.Verify::new);
  }

  private static Optional<Step> drill(Place place) {
    Optional<Keys> found =
        place.keys(List.of("into", "recovery-point", "window", "max-regression", "floor"));
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Keys keys = found.get();
    Step.Drill usual = Step.Drill.DEFAULT;
    String into = keys.find("into", TARGET, usual.into());
    RecoveryPoint point =
        keys.find("recovery-point", RECOVERY_POINT, usual.recoveryPoint(), RecoveryPoint.RANDOM);
    Duration window = keys.find("window", Forms.SOME_TIME, usual.window());
    double regression = keys.find("max-regression", Forms.PERCENTAGE, usual.maxRegression());
    Duration floor =
        keys.find(
            "floor", Forms.SOME_TIME, Duration.ofMillis((long) (usual.floorSeconds() * 1000)));
    if (point != RecoveryPoint.RANDOM) {
      keys.find("window")
          .ifPresent(entry -> entry.refuse("bounds nothing", "recovery-point: random beside it"));
    }
    return keys.made(
        () -> new Step.Drill(into, point, window, regression, floor.toMillis() / 1000.0));
  }

  private static Optional<Step> human(Cadence cadence, Place place) {
    Optional<Keys> found = place.keys(List.of("instruction", "owner", "within"));
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Keys keys = found.get();
    String instruction = keys.need("instruction", Forms.text("what to do, in words"), "");
    String owner = keys.need("owner", Forms.text("who does it"), "");
    Duration within = keys.need("within", Forms.SOME_TIME, Duration.ZERO);
    if (within.compareTo(cadence.longest()) >= 0) {
      keys.find("within")
          .ifPresent(entry ->
              entry.refuse(
                  "is longer than a run may take",
                  "less than " + cadence.longest().toMinutes() + "m"));
    }
    return keys.made(() -> new Step.Human(instruction, owner, within));
  }
}
