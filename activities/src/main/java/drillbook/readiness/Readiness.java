package drillbook.readiness;

import drillbook.engine.Engine;
import drillbook.engine.Requirement;
import drillbook.failure.DrillbookException;
import drillbook.readiness.ReadinessReport.Section;
import drillbook.store.ArtifactStore;
import drillbook.store.FreeSpace;
import drillbook.target.Target;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks an engine and a store for what backups and restores will need. Writes nothing into the
 * engine; the store gets one small artifact, which is deleted again. What cannot be asked is a line
 * of its own, so that one side that is down hides nothing of the other.
 */
public final class Readiness {
  private final Target target;
  private final Engine engine;
  private final ArtifactStore store;
  private final List<Target> known;
  private final InstantSource clock;
  private final FreeSpace scratch;

  /**
   * Prepares the questions.
   *
   * @param known all targets: a collection that one of them means is covered
   * @param scratch where procedures of this machine keep files while they run
   */
  public Readiness(
      Target target,
      Engine engine,
      ArtifactStore store,
      List<Target> known,
      InstantSource clock,
      FreeSpace scratch) {
    this.target = target;
    this.engine = engine;
    this.store = store;
    this.known = List.copyOf(known);
    this.clock = clock;
    this.scratch = scratch;
  }

  /** Something to ask. */
  @FunctionalInterface
  interface Question {
    List<Requirement> ask() throws DrillbookException, InterruptedException;
  }

  /** Asks everything. */
  public ReadinessReport report() throws InterruptedException {
    return new ReadinessReport(
        target.name(),
        target.address().engine(),
        List.of(
            new Section("engine", asked("answers", () -> engine.control().requirements())),
            new Section(
                "collections",
                asked("listed", new CollectionQuestions(target, engine, known)::requirements)),
            new Section("store", ofStore())));
  }

  private List<Requirement> ofStore() throws InterruptedException {
    List<Requirement> all =
        new ArrayList<>(new StoreQuestions(target.name(), store, clock).requirements());
    all.addAll(asked("free space", () -> new SpaceQuestions(target.name()).ofStore(store)));
    all.addAll(asked("free scratch space", () -> SpaceQuestions.ofScratch(scratch)));
    return all;
  }

  /** Asks; a question that fails is missing, in the words of the failure. */
  static List<Requirement> asked(String subject, Question question) throws InterruptedException {
    try {
      return question.ask();
    } catch (DrillbookException e) {
      return List.of(failed(subject, e));
    }
  }

  static Requirement failed(String subject, DrillbookException e) {
    return Requirement.missing(
        subject,
        String.valueOf(e.getMessage()),
        e.hint().isEmpty() ? "Mend this first, and ask again." : e.hint());
  }
}
