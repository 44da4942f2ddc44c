package drillbook.recovery;

import drillbook.archive.ArchivedBackup;
import drillbook.archive.Artifacts;
import drillbook.archive.PartId;
import drillbook.check.Check;
import drillbook.check.Finding;
import drillbook.check.FindingCode;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.NearestQuery;
import drillbook.engine.Neighbour;
import drillbook.engine.VectorIndex.Metric;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.recall.ExactSearch;
import drillbook.recall.Hit;
import drillbook.recall.Question;
import drillbook.recall.Recall;
import drillbook.recall.RecallSet;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.store.ArtifactStore.Stored;
import drillbook.translate.Translation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Asks a restored part the questions that were sealed into the backup: by exact search over what
 * was read from the engine, and through the engine's own index. One thread.
 */
final class RecallChecks {
  /** The least share of true neighbours that an index must find. */
  private static final double FLOOR = 0.9;

  private final Engine engine;
  private final CollectionSchema restored;
  private final String tenant;
  private final String subject;
  private final boolean sealed;
  private final List<Question> questions;
  private final ExactSearch search;

  RecallChecks(
      ArchivedBackup backup,
      Engine engine,
      CollectionSchema restored,
      Optional<Translation> translation,
      PartId part,
      String tenant,
      String subject)
      throws DrillbookException, InterruptedException {
    this.engine = engine;
    this.restored = restored;
    this.tenant = tenant;
    this.subject = subject;
    List<Stored> artifacts = backup.manifest().recall();
    this.sealed = !artifacts.isEmpty();
    this.questions =
        sealed
            ? comparable(
                RecallSet.decode(
                        Artifacts.read(backup.store(), artifacts.getFirst()),
                        artifacts.getFirst().key())
                    .of(part.collection(), part.tenant()),
                translation,
                restored)
            : List.of();
    this.search = new ExactSearch(restored.layout(), questions, RecallSet.K);
  }

  /** Takes a record that was read from the engine. */
  void take(RecordBatch batch, int record, byte[] idHash) {
    search.take(batch, record, idHash);
  }

  List<Check> answers() throws DrillbookException, InterruptedException {
    if (questions.isEmpty()) {
      String reason =
          sealed
              ? "no sealed question is about vectors that are here"
              : "the backup has no recall set";
      return List.of(
          Check.notApplicable("exact-search", subject, reason),
          Check.notApplicable("recall", subject, reason),
          Check.notApplicable("nearest-is-self", subject, reason));
    }
    List<Check> checks = new ArrayList<>();
    checks.add(exactSearch());
    try {
      checks.addAll(indexSearch());
    } catch (DrillbookException e) {
      if (e.kind() != FailureKind.UNSUPPORTED) {
        throw e;
      }
      // The collection's own settings let nobody search it so.
      String reason = String.valueOf(e.getMessage());
      checks.add(Check.notApplicable("recall", subject, reason));
      checks.add(Check.notApplicable("nearest-is-self", subject, reason));
    }
    return checks;
  }

  private Check exactSearch() {
    List<String> changed = new ArrayList<>();
    List<Question> answered = search.answered();
    for (int i = 0; i < questions.size(); i++) {
      if (!sameIds(questions.get(i).hits(), answered.get(i).hits())) {
        changed.add(RecordId.print(questions.get(i).id()));
      }
    }
    String asked = questions.size() + " questions, " + RecallSet.K + " nearest each";
    return changed.isEmpty()
        ? Check.passed("exact-search", subject, asked + ": the same ids as when it was sealed")
        : Check.failed(
            "exact-search",
            subject,
            changed.size() + " of " + asked,
            new Finding(
                FindingCode.NEIGHBOURS_CHANGED,
                "other neighbours than when it was sealed, for example of '"
                    + changed.getFirst()
                    + "'",
                "Vectors or ids differ from the backup: see the record digest."));
  }

  private List<Check> indexSearch() throws DrillbookException, InterruptedException {
    double sum = 0;
    List<String> notSelf = new ArrayList<>();
    for (Question question : questions) {
      List<Neighbour> found =
          engine
              .control()
              .nearest(
                  new NearestQuery(
                      restored.name(),
                      tenant,
                      question.vector(),
                      question.bits(),
                      question.dimension(),
                      RecallSet.K,
                      false));
      sum += Recall.atK(question, found, RecallSet.K);
      if (isOwnNearest(question)
          && found.stream().noneMatch(hit -> Arrays.equals(hit.id(), question.id()))) {
        notSelf.add(RecordId.print(question.id()));
      }
    }
    double recall = sum / questions.size();
    String detail =
        String.format(
            Locale.ROOT,
            "recall@%d %.3f over %d questions, floor %.2f",
            RecallSet.K,
            recall,
            questions.size(),
            FLOOR);
    return List.of(
        recall >= FLOOR
            ? Check.passed("recall", subject, detail)
            : Check.failed(
                "recall",
                subject,
                detail,
                new Finding(
                    FindingCode.RECALL_BELOW_FLOOR,
                    "the index finds too few of the true neighbours: " + detail,
                    "Compare the index parameters and the search settings with the source's.")),
        notSelf.isEmpty()
            ? Check.passed("nearest-is-self", subject, questions.size() + " stored vectors")
            : Check.failed(
                "nearest-is-self",
                subject,
                notSelf.size() + " of " + questions.size() + " stored vectors",
                new Finding(
                    FindingCode.NEAREST_IS_NOT_SELF,
                    "a search by its own vector does not find '" + notSelf.getFirst() + "'",
                    "Index and records are out of step: rebuild the index.")));
  }

  /** Tells whether a record is among its own true nearest; by inner product it need not be. */
  private static boolean isOwnNearest(Question question) {
    return question.metric() != Metric.INNER_PRODUCT
        && question.hits().stream().anyMatch(hit -> Arrays.equals(hit.id(), question.id()));
  }

  /** Returns the questions about vectors that are here, under the names that these have here. */
  private static List<Question> comparable(
      List<Question> questions, Optional<Translation> translation, CollectionSchema restored) {
    List<Question> comparable = new ArrayList<>();
    for (Question question : questions) {
      Optional<String> name =
          translation.isPresent()
              ? translation.get().vector(question.vector())
              : Optional.of(question.vector());
      boolean here =
          restored.layout().vectors().stream()
              .anyMatch(field ->
                  name.equals(Optional.of(field.name()))
                      && field.elementType() == question.elementType());
      if (here) {
        comparable.add(question.about(name.orElseThrow()));
      }
    }
    return comparable;
  }

  private static boolean sameIds(List<Hit> before, List<Hit> after) {
    if (before.size() != after.size()) {
      return false;
    }
    for (int i = 0; i < before.size(); i++) {
      if (!Arrays.equals(before.get(i).idHash(), after.get(i).idHash())) {
        return false;
      }
    }
    return true;
  }
}
