package drillbook.recall;

import drillbook.record.BytesColumn;
import drillbook.record.RecordBatch;
import drillbook.record.VectorColumn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Carries a recall set over an increment, whose changed and deleted records are told in any order,
 * each once. A question stays only while its true answer is known: the records that nobody told of
 * are all behind the old last neighbour, so the answer is known as long as k neighbours can be
 * named up to there. A question is dropped, until the next full backup, when too many of its
 * neighbours went away, or when its own record was deleted or got another vector. Not thread-safe.
 */
public final class RecallFold {
  private final int k;
  private final Map<Part, List<Carried>> parts = new HashMap<>();
  private final Map<Vector, Operand> operands = new HashMap<>();

  /** Starts from the parent's set. */
  public RecallFold(RecallSet parent) {
    k = parent.k();
    for (Question question : parent.questions()) {
      parts
          .computeIfAbsent(
              new Part(question.collection(), question.tenant()), _ -> new ArrayList<>())
          .add(new Carried(question, k));
    }
  }

  /** Tells of a record that is new or has another content than in the parent. */
  public void changed(int collection, int tenant, RecordBatch batch, int record, byte[] idHash) {
    List<Carried> questions = parts.get(new Part(collection, tenant));
    if (questions == null) {
      return;
    }
    for (Carried carried : questions) {
      carried.forget(idHash);
      carried.checkOwn(batch, record, idHash);
    }
    for (VectorColumn column : batch.vectors()) {
      if (column.isPresent(record) && !column.field().multi()) {
        offer(questions, column, batch, record, idHash);
      }
    }
  }

  /** Tells of a record of the parent that is gone. */
  public void deleted(int collection, int tenant, byte[] idHash) {
    for (Carried carried : parts.getOrDefault(new Part(collection, tenant), List.of())) {
      carried.forget(idHash);
      carried.dropIfOwn(idHash);
    }
  }

  /** Tells that a whole part is gone, or that its questions are asked anew. */
  public void dropped(int collection, int tenant) {
    parts.remove(new Part(collection, tenant));
  }

  /** Returns the questions whose true answers are known. */
  public RecallSet folded() {
    List<Question> questions = new ArrayList<>();
    for (List<Carried> part : parts.values()) {
      for (Carried carried : part) {
        List<Hit> hits = carried.answer(k);
        if (!hits.isEmpty()) {
          questions.add(carried.question.answered(hits));
        }
      }
    }
    return new RecallSet(k, questions);
  }

  private void offer(
      List<Carried> questions, VectorColumn column, RecordBatch batch, int record, byte[] idHash) {
    Operand operand = null;
    int dimension = column.dimension(record);
    for (Carried carried : questions) {
      Question question = carried.question;
      if (carried.dropped
          || question.dimension() != dimension
          || question.elementType() != column.field().elementType()
          || !question.vector().equals(column.field().name())) {
        continue;
      }
      if (operand == null) {
        operand =
            operands.computeIfAbsent(
                new Vector(question.vector(), question.elementType().word()),
                _ -> new Operand(column.field().elementType()));
        BytesColumn bits = column.bits();
        operand.load(bits.data(), bits.offset(record), dimension);
      }
      carried.offer(
          Distances.between(question.metric(), carried.operand, operand), idHash, batch, record);
    }
  }

  private record Part(int collection, int tenant) {}

  private record Vector(String name, String elementType) {}

  /** One question on its way. */
  private static final class Carried {
    private final Question question;
    private final Operand operand;
    private final boolean[] forgotten;
    private final Nearest told;
    private final boolean complete;
    private boolean dropped;

    Carried(Question question, int k) {
      this.question = question;
      operand = new Operand(question.elementType());
      operand.load(question.bits(), 0, question.dimension());
      forgotten = new boolean[question.hits().size()];
      told = new Nearest(k);
      // Fewer neighbours than asked for are all that there are: nothing unknown lies behind them.
      complete = question.hits().size() < k;
    }

    void forget(byte[] idHash) {
      for (int i = 0; i < forgotten.length; i++) {
        if (Arrays.equals(question.hits().get(i).idHash(), idHash)) {
          forgotten[i] = true;
        }
      }
    }

    void dropIfOwn(byte[] idHash) {
      if (Arrays.equals(question.idHash(), idHash)) {
        dropped = true;
      }
    }

    /** Drops the question if its record's vector is not the one that is asked with any more. */
    void checkOwn(RecordBatch batch, int record, byte[] idHash) {
      if (!Arrays.equals(question.idHash(), idHash)) {
        return;
      }
      dropped = true;
      for (VectorColumn column : batch.vectors()) {
        if (column.field().name().equals(question.vector())
            && column.field().elementType() == question.elementType()
            && column.isPresent(record)
            && Arrays.equals(column.bits().get(record), question.bits())) {
          dropped = false;
        }
      }
    }

    void offer(double distance, byte[] idHash, RecordBatch batch, int record) {
      if (complete || isWithinKnown(distance, idHash)) {
        told.offer(distance, idHash, batch.ids(), record);
      }
    }

    List<Hit> answer(int k) {
      if (dropped) {
        return List.of();
      }
      List<Hit> hits = new ArrayList<>(told.hits());
      for (int i = 0; i < forgotten.length; i++) {
        if (!forgotten[i]) {
          hits.add(question.hits().get(i));
        }
      }
      hits.sort((left, right) ->
          Nearest.compare(left.distance(), left.idHash(), right.distance(), right.idHash()));
      if (hits.size() >= k) {
        return hits.subList(0, k);
      }
      return complete ? hits : List.of();
    }

    private boolean isWithinKnown(double distance, byte[] idHash) {
      Hit last = question.hits().getLast();
      return Double.isFinite(distance)
          && Nearest.compare(distance, idHash, last.distance(), last.idHash()) <= 0;
    }
  }
}
