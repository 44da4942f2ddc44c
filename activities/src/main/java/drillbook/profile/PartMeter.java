package drillbook.profile;

import drillbook.record.RecordBatch;
import drillbook.record.RecordLayout;
import drillbook.record.VectorField;
import java.util.ArrayList;
import java.util.List;

/** Adds up the vectors of records of one part while they pass. One thread. */
public final class PartMeter {
  private final List<VectorMeter> meters = new ArrayList<>();

  /** Begins at nothing. */
  public PartMeter(RecordLayout layout) {
    this(layout, List.of());
  }

  /**
   * Goes on from what was added up before.
   *
   * @param before as {@link #sums()} gave it; empty for nothing
   */
  public PartMeter(RecordLayout layout, List<VectorSums> before) {
    List<VectorField> fields = layout.vectors();
    if (!before.isEmpty() && before.size() != fields.size()) {
      throw new IllegalArgumentException(
          before.size() + " sums for " + fields.size() + " vectors of a record");
    }
    for (int i = 0; i < fields.size(); i++) {
      VectorSums sums = before.isEmpty() ? VectorSums.NONE : before.get(i);
      meters.add(new VectorMeter(fields.get(i), sums));
    }
  }

  /** Turns to a batch; its records are taken next, each while it is at hand anyway. */
  public void begin(RecordBatch batch) {
    for (int i = 0; i < meters.size(); i++) {
      meters.get(i).begin(batch.vectors().get(i));
    }
  }

  /** Takes a record of the batch. */
  public void take(int record) {
    for (int i = 0; i < meters.size(); i++) {
      meters.get(i).take(record);
    }
  }

  /** Takes all records of a batch. */
  public void take(RecordBatch batch) {
    begin(batch);
    for (int record = 0; record < batch.size(); record++) {
      take(record);
    }
  }

  /** Returns what was added up so far, by the layout's vectors. */
  public List<VectorSums> sums() {
    return meters.stream().map(VectorMeter::sums).toList();
  }

  /** Returns the sums of both, by the layout's vectors; an empty list adds nothing. */
  public static List<VectorSums> plus(List<VectorSums> left, List<VectorSums> right) {
    if (left.isEmpty() || right.isEmpty()) {
      return left.isEmpty() ? right : left;
    }
    List<VectorSums> both = new ArrayList<>();
    for (int i = 0; i < left.size(); i++) {
      both.add(left.get(i).plus(right.get(i)));
    }
    return both;
  }
}
