package drillbook.readiness;

import drillbook.engine.Engine;
import drillbook.engine.Requirement;
import drillbook.failure.DrillbookException;
import drillbook.readiness.ReadinessReport.Section;
import drillbook.store.ArtifactStore;
import drillbook.target.Target;
import java.time.InstantSource;
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

  /**
   * Prepares the questions.
   *
   * @param known all targets: a collection that one of them means is covered
   */
  public Readiness(
      Target target, Engine engine, ArtifactStore store, List<Target> known, InstantSource clock) {
    this.target = target;
    this.engine = engine;
    this.store = store;
    this.known = List.copyOf(known);
    this.clock = clock;
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
            new Section("store", new StoreQuestions(target.name(), store, clock).requirements())));
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
