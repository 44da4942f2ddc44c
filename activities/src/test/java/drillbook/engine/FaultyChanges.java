package drillbook.engine;

import drillbook.engine.FaultyEngine.Fault;
import drillbook.failure.DrillbookException;
import drillbook.record.BytesColumn;
import drillbook.record.RecordBatch;
import java.util.List;

/** The changes face of {@link FaultyEngine}. */
final class FaultyChanges implements Changes {
  private final Changes inner;
  private final Fault fault;

  FaultyChanges(Changes inner, Fault fault) {
    this.inner = inner;
    this.fault = fault;
  }

  @Override
  public Capture begin(List<CollectionSchema> collections, List<Mark> since, CaptureNotes notes)
      throws DrillbookException, InterruptedException {
    return inner.begin(collections, since, notes);
  }

  @Override
  public void read(
      CaptureToken token,
      CaptureToken.Range range,
      String cursor,
      CaptureNotes notes,
      ChangeConsumer consumer)
      throws DrillbookException, InterruptedException {
    inner.read(
        token,
        range,
        cursor,
        notes,
        (changed, unchanged, next) -> {
          boolean untold = fault == Fault.CHANGE_UNTOLD && changed.size() > 0;
          boolean unnamed = fault == Fault.UNCHANGED_UNNAMED && unchanged.size() > 0;
          RecordBatch told = untold ? FaultyEngine.copy(changed, 1, changed.size()) : changed;
          BytesColumn named = new BytesColumn();
          for (int i = unnamed ? 1 : 0; i < unchanged.size(); i++) {
            named.add(unchanged.get(i));
          }
          if (untold) {
            named.add(changed.ids().get(0));
          }
          consumer.accept(told, named, next);
        });
  }
}
