package drillbook.readiness;

import drillbook.capture.Coverage;
import drillbook.capture.Selection;
import drillbook.check.Finding;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Control;
import drillbook.engine.Engine;
import drillbook.engine.NameTerms;
import drillbook.engine.Requirement;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.notice.Figures;
import drillbook.target.Target;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Which collections and tenants a backup will hold, and which it will not, with the reason. */
final class CollectionQuestions {
  private static final int NAMED = 10;

  private final Target target;
  private final Engine engine;
  private final List<Target> known;

  CollectionQuestions(Target target, Engine engine, List<Target> known) {
    this.target = target;
    this.engine = engine;
    this.known = known;
  }

  List<Requirement> requirements() throws DrillbookException, InterruptedException {
    Control control = engine.control();
    List<CollectionName> names = control.collections();
    List<Requirement> requirements = new ArrayList<>();
    for (String words : target.collections()) {
      if (names.stream().noneMatch(name -> name.isMeantBy(words))) {
        requirements.add(
            Requirement.missing(
                words,
                "the target names it, and the engine does not show it",
                "Correct the target's collections, or what its credential may see."));
      }
    }
    List<String> covered = new ArrayList<>();
    for (CollectionName name : names) {
      boolean meant =
          target.collections().isEmpty() || target.collections().stream().anyMatch(name::isMeantBy);
      if (meant) {
        ask(control, name, covered, requirements);
      }
    }
    if (covered.isEmpty()) {
      requirements.add(
          Requirement.missing(
              "something to back up",
              "the engine shows " + names.size() + " collections, and none can be captured",
              "Check the target's collections and tenants, and what its credential may see."));
    } else {
      requirements.addFirst(
          Requirement.met(
              "captured", Figures.counted(covered.size(), "collection") + ": " + some(covered)));
    }
    for (Finding finding : new Coverage(target, engine, known).findings()) {
      requirements.add(
          Requirement.missing("all collections covered", finding.message(), finding.advice()));
    }
    return requirements;
  }

  private void ask(
      Control control, CollectionName name, List<String> covered, List<Requirement> requirements)
      throws DrillbookException, InterruptedException {
    CollectionSchema schema;
    try {
      schema = control.schema(name);
    } catch (DrillbookException e) {
      if (e.kind() == FailureKind.UNAVAILABLE) {
        throw e;
      }
      requirements.add(Readiness.failed(name.path(), e));
      return;
    }
    List<String> meant =
        Selection.tenants(target.tenants(), engine.profile(), name, schema.tenants());
    List<String> others =
        schema.tenants().stream().filter(tenant -> !meant.contains(tenant)).toList();
    if (!others.isEmpty()) {
      requirements.add(
          Requirement.missing(
              "all tenants of " + name.path(),
              others.size() + " of " + schema.tenants().size() + " are left out: " + some(others),
              "Add them to the target's tenants, or to a target of their own."));
    }
    if (!meant.isEmpty()) {
      covered.add(name.path());
      requireName(name, requirements);
    }
  }

  /** A name that the engine itself would refuse cannot come back under it. */
  private void requireName(CollectionName name, List<Requirement> requirements) {
    NameTerms terms = engine.profile().names();
    int bytes = name.name().getBytes(StandardCharsets.UTF_8).length;
    if (!name.name().matches(terms.grammar()) || bytes > terms.longest()) {
      requirements.add(
          Requirement.missing(
              "name of " + name.path(),
              "a new collection could not have it: " + terms.grammar(),
              "It comes back under a name made of its letters and digits; rename it to keep it."));
    }
  }

  private static String some(List<String> words) {
    int more = words.size() - NAMED;
    return String.join(", ", words.subList(0, Math.min(NAMED, words.size())))
        + (more > 0 ? ", and " + more + " more" : "");
  }
}
