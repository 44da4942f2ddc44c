package drillbook.engine;

import drillbook.engine.FaultyEngine.Fault;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.RecordBatch;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** The records face of {@link FaultyEngine}. */
final class FaultyRecords implements Records {
  private static final int LIMIT = 5_000;

  private final Records inner;
  private final Control control;
  private final Fault fault;

  FaultyRecords(Records inner, Control control, Fault fault) {
    this.inner = inner;
    this.control = control;
    this.fault = fault;
  }

  @Override
  public Capture begin(List<CollectionSchema> collections, CaptureNotes notes)
      throws DrillbookException, InterruptedException {
    return inner.begin(collections, notes);
  }

  @Override
  public void read(
      CaptureToken token,
      CaptureToken.Range range,
      String cursor,
      CaptureNotes notes,
      BatchConsumer consumer)
      throws DrillbookException, InterruptedException {
    if (fault == Fault.PAGES_BY_OFFSET) {
      pageByOffset(token, range, cursor, consumer);
      return;
    }
    AtomicInteger batches = new AtomicInteger();
    inner.read(
        token,
        range,
        cursor,
        notes,
        (batch, next) -> {
          boolean first = batches.getAndIncrement() == 0;
          RecordBatch handed = first ? spoil(batch, !cursor.isEmpty()) : batch;
          if (handed.size() > 0) {
            consumer.accept(handed, next);
          }
          if (fault == Fault.SWALLOWS_INTERRUPT) {
            Thread.interrupted();
          }
        });
  }

  private RecordBatch spoil(RecordBatch batch, boolean resumed) {
    if (fault == Fault.LOSES_RECORD || (fault == Fault.RESUME_SKIPS && resumed)) {
      return FaultyEngine.copy(batch, 1, batch.size());
    }
    RecordBatch copy = FaultyEngine.copy(batch, 0, batch.size());
    if (fault == Fault.REPEATS_RECORD) {
      copy.append(batch, 0);
    }
    if (fault == Fault.CHANGES_BIT && !copy.vectors().isEmpty()) {
      copy.vectors().getFirst().bits().data()[0] ^= 1;
    }
    return copy;
  }

  /** Reads the live collection again for each batch and goes on behind as many as were read. */
  private void pageByOffset(
      CaptureToken token, CaptureToken.Range range, String cursor, BatchConsumer consumer)
      throws DrillbookException, InterruptedException {
    AtomicReference<String> offset = new AtomicReference<>(cursor);
    while (true) {
      DrillbookException page = new DrillbookException(FailureKind.INTERNAL, "end: of page");
      MemoryNotes live = new MemoryNotes();
      try (Capture now = inner.begin(List.of(range.schema()), live)) {
        CaptureToken.Range part =
            now.token().ranges().stream()
                .filter(r -> r.tenant().equals(range.tenant()))
                .toList()
                .get(token.ranges().indexOf(range) % 2);
        inner.read(
            now.token(),
            part,
            offset.get(),
            live,
            (batch, next) -> {
              consumer.accept(batch, next);
              offset.set(next);
              throw page;
            });
        return;
      } catch (DrillbookException e) {
        if (e != page) {
          throw e;
        }
      }
    }
  }

  @Override
  public void fetch(
      CollectionSchema schema, String tenant, List<byte[]> ids, BatchConsumer consumer)
      throws DrillbookException, InterruptedException {
    AtomicInteger found = new AtomicInteger();
    inner.fetch(
        schema,
        tenant,
        ids,
        (batch, next) -> {
          found.addAndGet(batch.size());
          consumer.accept(batch, next);
        });
    if (fault == Fault.FETCH_FAILS_ON_UNKNOWN && found.get() < ids.size()) {
      throw new DrillbookException(FailureKind.NOT_FOUND, "ids could not be read: unknown");
    }
  }

  @Override
  public RecordWriter writer(CollectionSchema schema, String tenant)
      throws DrillbookException, InterruptedException {
    RecordWriter writer = inner.writer(schema, tenant);
    return new RecordWriter() {
      @Override
      public void write(RecordBatch batch) throws DrillbookException, InterruptedException {
        if (fault == Fault.TRUNCATES_BATCH && batch.size() > LIMIT) {
          writer.write(FaultyEngine.copy(batch, 0, LIMIT));
        } else if (fault == Fault.MERGES_ON_UPSERT) {
          writer.write(merge(control.schema(schema.name()), tenant, batch));
        } else {
          writer.write(batch);
        }
      }

      @Override
      public void close() {
        writer.close();
      }
    };
  }

  private RecordBatch merge(CollectionSchema schema, String tenant, RecordBatch batch)
      throws DrillbookException, InterruptedException {
    RecordBatch merged = new RecordBatch(batch.layout());
    for (int i = 0; i < batch.size(); i++) {
      RecordBatch record = FaultyEngine.copy(batch, i, i + 1);
      AtomicReference<RecordBatch> result = new AtomicReference<>(record);
      if (!record.documents().isPresent(0)) {
        inner.fetch(
            schema,
            tenant,
            List.of(record.ids().get(0)),
            (old, next) -> result.set(withDocument(record, old)));
      }
      merged.append(result.get(), 0);
    }
    return merged;
  }

  private static RecordBatch withDocument(RecordBatch record, RecordBatch old) {
    if (!old.documents().isPresent(0)) {
      return record;
    }
    RecordBatch merged = new RecordBatch(record.layout());
    merged.ids().add(record.ids().get(0));
    merged
        .vectors()
        .getFirst()
        .add(
            record.vectors().getFirst().bits().get(0),
            0,
            record.vectors().getFirst().dimension(0),
            1);
    if (record.payloads().isPresent(0)) {
      merged.payloads().add(record.payloads().get(0));
    }
    merged.documents().add(old.documents().get(0));
    merged.endRecord();
    return merged;
  }
}
