package drillbook.recall;

import drillbook.engine.CollectionSchema;
import drillbook.engine.VectorIndex;
import drillbook.engine.VectorIndex.Metric;
import drillbook.record.BytesColumn;
import drillbook.record.ElementType;
import drillbook.record.RecordBatch;
import drillbook.record.VectorColumn;
import drillbook.record.VectorField;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Chooses the questions of one part: of each vector, the records with the smallest id hashes whose
 * vector can be compared. A choice by hash is random, yet the same in every full backup, and nobody
 * can lay records out to please it. Records may be offered in any order, all of them or only those
 * with small hashes. Not thread-safe.
 */
public final class QuestionChoice {
  private final int collection;
  private final int tenant;
  private final CollectionSchema schema;
  private final int count;
  private final List<List<Question>> chosen = new ArrayList<>();
  private final List<Operand> operands = new ArrayList<>();

  /**
   * Creates an empty choice.
   *
   * @param count how many questions each vector gets
   */
  public QuestionChoice(int collection, int tenant, CollectionSchema schema, int count) {
    this.collection = collection;
    this.tenant = tenant;
    this.schema = schema;
    this.count = count;
    for (VectorField field : schema.layout().vectors()) {
      chosen.add(new ArrayList<>());
      operands.add(new Operand(field.elementType()));
    }
  }

  /**
   * Returns how a vector of a collection is measured: as its index does; without an index, bits by
   * HAMMING and numbers by EUCLIDEAN.
   */
  public static Metric metric(CollectionSchema schema, VectorField field) {
    for (VectorIndex index : schema.indexes()) {
      if (index.vector().equals(field.name())) {
        return index.metric();
      }
    }
    return field.elementType() == ElementType.BIT ? Metric.HAMMING : Metric.EUCLIDEAN;
  }

  /** Offers a record; copies what it keeps. */
  public void offer(RecordBatch batch, int record, byte[] idHash) {
    for (int i = 0; i < chosen.size(); i++) {
      List<Question> questions = chosen.get(i);
      boolean small =
          questions.size() < count
              || Arrays.compareUnsigned(idHash, questions.getLast().idHash()) < 0;
      if (small && isComparable(batch.vectors().get(i), record, operands.get(i))) {
        insert(questions, question(batch, record, idHash, i));
      }
    }
  }

  /** Returns the questions, without answers yet. */
  public List<Question> questions() {
    List<Question> all = new ArrayList<>();
    chosen.forEach(all::addAll);
    return all;
  }

  private void insert(List<Question> questions, Question question) {
    int place = questions.size();
    while (place > 0
        && Arrays.compareUnsigned(question.idHash(), questions.get(place - 1).idHash()) < 0) {
      place--;
    }
    questions.add(place, question);
    if (questions.size() > count) {
      questions.removeLast();
    }
  }

  private boolean isComparable(VectorColumn column, int record, Operand operand) {
    int dimension = column.dimension(record);
    if (!column.isPresent(record)
        || column.field().multi()
        || dimension < 1
        || dimension > Question.MAX_DIMENSION) {
      return false;
    }
    BytesColumn bits = column.bits();
    operand.load(bits.data(), bits.offset(record), dimension);
    Metric metric = metric(schema, column.field());
    return Double.isFinite(Distances.between(metric, operand, operand));
  }

  private Question question(RecordBatch batch, int record, byte[] idHash, int vector) {
    VectorColumn column = batch.vectors().get(vector);
    return new Question(
        collection,
        tenant,
        column.field().name(),
        idHash.clone(),
        batch.ids().get(record),
        column.bits().get(record),
        column.field().elementType(),
        column.dimension(record),
        metric(schema, column.field()),
        List.of());
  }
}
