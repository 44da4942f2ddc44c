package drillbook.demo;

import drillbook.demo.proof.LiveRecords;
import drillbook.engine.CollectionSchema;
import drillbook.engine.NearestQuery;
import drillbook.engine.Neighbour;
import drillbook.engine.VectorIndex.Metric;
import drillbook.failure.DrillbookException;
import drillbook.format.RecordHasher;
import drillbook.recall.ExactSearch;
import drillbook.recall.Hit;
import drillbook.recall.Question;
import drillbook.recall.Recall;
import drillbook.record.ElementType;
import drillbook.record.RecordId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Asks the corpus's questions before and after a restore: the truth is computed from what the
 * source's adapter reads, then both engines are asked.
 */
final class DemoSearch {
  private static final int K = 10;
  private static final ElementType F32 = ElementType.F32;

  private final LiveRecords source;
  private final LiveRecords restored;
  private final DemoPassages queries;

  /**
   * What was found.
   *
   * @param differing how many questions exact search answers otherwise than before
   * @param sourceRecall how many of the true ten nearest the source's index finds
   * @param restoredRecall how many the restored index finds
   * @param example one question and the text nearest to it in the restored collection
   */
  record Answer(int differing, double sourceRecall, double restoredRecall, Example example) {}

  /** A question, the text that answers it best, and that text's id. */
  record Example(String question, String text, String id) {}

  DemoSearch(LiveRecords source, LiveRecords restored, DemoPassages queries) {
    this.source = source;
    this.restored = restored;
    this.queries = queries;
  }

  Answer ask() throws DrillbookException, InterruptedException {
    List<Question> truth = truth();
    int differing = 0;
    double sourceRecall = 0;
    double restoredRecall = 0;
    for (Question question : truth) {
      if (!sameIds(question.hits(), nearest(restored, question, true))) {
        differing++;
      }
      sourceRecall += Recall.atK(question.hits(), nearest(source, question, false), K);
      restoredRecall += Recall.atK(question.hits(), nearest(restored, question, false), K);
    }
    byte[] best = nearest(restored, truth.getFirst(), true).getFirst().id();
    return new Answer(
        differing,
        sourceRecall / truth.size(),
        restoredRecall / truth.size(),
        new Example(queries.texts().getFirst(), restored.document(best), RecordId.print(best)));
  }

  /** Compares every question with every record of the source. */
  private List<Question> truth() throws DrillbookException, InterruptedException {
    List<Question> questions = new ArrayList<>();
    for (int row = 0; row < queries.size(); row++) {
      ByteBuffer bits =
          ByteBuffer.allocate(F32.bytes(DemoPassages.DIMENSION)).order(ByteOrder.LITTLE_ENDIAN);
      bits.asFloatBuffer().put(queries.vector(row));
      questions.add(
          new Question(
              0,
              0,
              vector(source),
              // Questions are no records, and nothing looks for their hash.
              new byte[RecordHasher.HASH_BYTES],
              RecordId.of(queries.ids().get(row)),
              bits.array(),
              F32,
              DemoPassages.DIMENSION,
              Metric.COSINE,
              List.of()));
    }
    ExactSearch search = new ExactSearch(source.schema().layout(), questions, K);
    RecordHasher hasher = new RecordHasher(source.schema().layout());
    byte[] idHash = new byte[RecordHasher.HASH_BYTES];
    byte[] contentHash = new byte[RecordHasher.HASH_BYTES];
    source.read((batch, cursor) -> {
      for (int i = 0; i < batch.size(); i++) {
        hasher.hash(batch, i, idHash, contentHash);
        search.take(batch, i, idHash);
      }
    });
    return search.answered();
  }

  private static List<Neighbour> nearest(LiveRecords records, Question question, boolean exact)
      throws DrillbookException, InterruptedException {
    return records
        .engine()
        .control()
        .nearest(
            new NearestQuery(
                records.schema().name(),
                CollectionSchema.NO_TENANT,
                vector(records),
                question.bits(),
                question.dimension(),
                K,
                exact));
  }

  private static String vector(LiveRecords records) {
    return records.schema().layout().vectors().getFirst().name();
  }

  private static boolean sameIds(List<Hit> before, List<Neighbour> after) {
    if (before.size() != after.size()) {
      return false;
    }
    for (int i = 0; i < before.size(); i++) {
      if (!Arrays.equals(before.get(i).id(), after.get(i).id())) {
        return false;
      }
    }
    return true;
  }
}
