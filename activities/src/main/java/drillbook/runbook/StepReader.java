package drillbook.runbook;

import drillbook.backup.BackupKind;
import drillbook.disaster.Loss;
import drillbook.document.Form;
import drillbook.document.Forms;
import drillbook.document.Keys;
import drillbook.document.Place;
import drillbook.document.Spelling;
import drillbook.people.ApprovalRule;
import drillbook.runbook.Step.RecoveryPoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Walks the steps of a runbook's document. */
final class StepReader {
  private static final List<String> WORDS =
      List.of("backup", "verify", "drill", "region-drill", "disaster-drill", "prune", "human");
  private static final Form<Step.Backup> BACKUP =
      Forms.words(
          Map.of(
              "full", Step.Backup.FULL,
              "incremental", Step.Backup.INCREMENTAL,
              "anew", new Step.Backup(BackupKind.FULL, true)));
  private static final Form<RecoveryPoint> RECOVERY_POINT =
      Forms.words(Map.of("newest", RecoveryPoint.NEWEST, "random", RecoveryPoint.RANDOM));
  private static final Duration FLOOR =
      Duration.ofMillis((long) (Step.Drill.DEFAULT.floorSeconds() * 1000));
  private static final Form<String> TARGET =
      RunbookReader.NAME.meaning("the name of the target that gives the scratch its place");

  private static final Form<String> REGION =
      RunbookReader.NAME.meaning("the name of the target that is the other region");
  private static final Form<Loss> LOSS =
      Forms.words(Map.of("fence", Loss.FENCE, "delete", Loss.DELETE));
  private static final Form<String> APPROVER = Forms.text("the name of somebody who may approve");

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
              case "verify" -> alone(choice.place(), new Step.Verify());
              case "prune" -> alone(choice.place(), new Step.Prune());
              case "drill" -> drill(choice.place());
              case "region-drill" -> regionDrill(choice.place());
              case "disaster-drill" -> disasterDrill(cadence, choice.place());
              default -> human(cadence, choice.place());
            });
  }

  private static Optional<Step> named(String word, Place place) {
    switch (word) {
      case "verify" -> {
        return Optional.of(new Step.Verify());
      }
      case "prune" -> {
        return Optional.of(new Step.Prune());
      }
      case "drill" -> {
        return Optional.of(Step.Drill.DEFAULT);
      }
      case "backup" -> place.refuse("does not say which kind", "backup: full or incremental");
      case "region-drill", "disaster-drill" ->
          place.refuse("does not say where", word + ": with region");
      case "human" ->
          place.refuse("does not say what to do", "human: with instruction, owner and within");
      default -> place.refuse("is no step" + Spelling.suggestion(word, WORDS), "one of " + WORDS);
    }
    return Optional.empty();
  }

  private static Optional<Step> alone(Place place, Step step) {
    if (!place.isEmpty()) {
      place.refuse("takes nothing", step.word() + " alone");
    }
    return place.made(() -> step);
  }

  private static Optional<Step> drill(Place place) {
    Optional<Keys> found =
        place.keys(
            List.of("into", "recovery-point", "window", "max-regression", "floor", "bisect"));
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
    Duration floor = keys.find("floor", Forms.SOME_TIME, FLOOR);
    int bisect = keys.find("bisect", Forms.COUNT, usual.bisect().most());
    if (point != RecoveryPoint.RANDOM) {
      keys.find("window")
          .ifPresent(entry -> entry.refuse("bounds nothing", "recovery-point: random beside it"));
    }
    return keys.made(() ->
        new Step.Drill(
            into, point, window, regression, floor.toMillis() / 1000.0, new Step.Bisect(bisect)));
  }

  private static Optional<Step> regionDrill(Place place) {
    Optional<Keys> found = place.keys(List.of("region", "max-regression", "floor"));
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Keys keys = found.get();
    String region = keys.need("region", REGION, "region");
    double regression =
        keys.find("max-regression", Forms.PERCENTAGE, Step.Drill.DEFAULT.maxRegression());
    Duration floor = keys.find("floor", Forms.SOME_TIME, FLOOR);
    return keys.made(() -> new Step.RegionDrill(region, regression, floor.toMillis() / 1000.0));
  }

  private static Optional<Step> disasterDrill(Cadence cadence, Place place) {
    Optional<Keys> found =
        place.keys(
            List.of(
                "region",
                "loss",
                "freshness",
                "approvers",
                "approvals",
                "within",
                "escalate-after"));
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Keys keys = found.get();
    String region = keys.need("region", REGION, "region");
    Loss loss = keys.find("loss", LOSS, Loss.FENCE);
    Duration freshness = keys.find("freshness", Forms.SOME_TIME, Duration.ZERO);
    List<String> approvers = new ArrayList<>();
    keys.find("approvers")
        .ifPresent(list -> {
          for (Place name : list.list("a list of names")) {
            name.value(APPROVER).ifPresent(approvers::add);
          }
        });
    int needed = keys.find("approvals", Forms.COUNT, ApprovalRule.DEFAULT.needed());
    if (needed == 0) {
      refuse(keys, "approvals", "is zero", "how many different people have to");
    }
    if (!approvers.isEmpty() && needed > approvers.size()) {
      refuse(keys, "approvals", "is more than there are approvers", "at most " + approvers.size());
    }
    Duration within = keys.find("within", Forms.SOME_TIME, ApprovalRule.DEFAULT.within());
    Duration escalate = keys.find("escalate-after", Forms.SOME_TIME, within.dividedBy(2));
    if (escalate.compareTo(within) > 0) {
      refuse(keys, "escalate-after", "is behind the end", "at most what 'within' says");
    }
    shorter(cadence, keys, within);
    return keys.made(() ->
        new Step.DisasterDrill(
            region, loss, freshness, new ApprovalRule(approvers, needed, within, escalate)));
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
    shorter(cadence, keys, within);
    return keys.made(() -> new Step.Human(instruction, owner, within));
  }

  /** Refuses to wait for people longer than a run may take. */
  private static void shorter(Cadence cadence, Keys keys, Duration within) {
    if (within.compareTo(cadence.longest()) >= 0) {
      refuse(
          keys,
          "within",
          "is longer than a run may take",
          "less than " + cadence.longest().toMinutes() + "m");
    }
  }

  private static void refuse(Keys keys, String key, String wrong, String expected) {
    keys.find(key).ifPresent(entry -> entry.refuse(wrong, expected));
  }
}
