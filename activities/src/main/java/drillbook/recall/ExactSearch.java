package drillbook.recall;

import drillbook.record.BytesColumn;
import drillbook.record.RecordBatch;
import drillbook.record.RecordLayout;
import drillbook.record.VectorColumn;
import drillbook.record.VectorField;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the true nearest neighbours of some questions among the records of a part, which stream
 * past once. Memory is bounded by the questions and k; a record costs one decoding of each vector
 * and one distance for each question. Vectors that are absent, of another dimension or not
 * comparable are nobody's neighbours. Not thread-safe.
 */
public final class ExactSearch {
  private final List<Asked> asked = new ArrayList<>();
  private final Operand[] operands;
  private final Asked[][] byVector;

  /**
   * Creates a search.
   *
   * @param layout of the records that will be taken
   * @param questions of one part; their answers, if any, are forgotten
   * @param k how many neighbours to find for each
   */
  public ExactSearch(RecordLayout layout, List<Question> questions, int k) {
    int vectors = layout.vectors().size();
    operands = new Operand[vectors];
    byVector = new Asked[vectors][];
    for (Question question : questions) {
      asked.add(new Asked(question, new Nearest(k)));
    }
    for (int i = 0; i < vectors; i++) {
      VectorField field = layout.vectors().get(i);
      operands[i] = new Operand(field.elementType());
      byVector[i] =
          asked.stream()
              .filter(each -> each.question.vector().equals(field.name()))
              .filter(each -> each.question.elementType() == field.elementType())
              .toArray(Asked[]::new);
    }
  }

  /**
   * Takes a record.
   *
   * @param idHash the record's; copied where it is kept
   */
  public void take(RecordBatch batch, int record, byte[] idHash) {
    for (int i = 0; i < byVector.length; i++) {
      VectorColumn column = batch.vectors().get(i);
      if (byVector[i].length == 0 || !column.isPresent(record) || column.field().multi()) {
        continue;
      }
      BytesColumn bits = column.bits();
      int dimension = column.dimension(record);
      Operand operand = operands[i];
      operand.load(bits.data(), bits.offset(record), dimension);
      for (Asked each : byVector[i]) {
        if (each.operand.dimension() == dimension) {
          double distance = Distances.between(each.question.metric(), each.operand, operand);
          each.nearest.offer(distance, idHash, batch.ids(), record);
        }
      }
    }
  }

  /** Returns the questions with their true answers among the records taken so far. */
  public List<Question> answered() {
    return asked.stream().map(each -> each.question.answered(each.nearest.hits())).toList();
  }

  private static final class Asked {
    private final Question question;
    private final Operand operand;
    private final Nearest nearest;

    Asked(Question question, Nearest nearest) {
      this.question = question;
      this.nearest = nearest;
      operand = new Operand(question.elementType());
      operand.load(question.bits(), 0, question.dimension());
    }
  }
}
