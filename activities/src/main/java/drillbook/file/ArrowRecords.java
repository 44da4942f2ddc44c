package drillbook.file;

import drillbook.engine.BatchConsumer;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.BytesColumn;
import drillbook.record.ElementType;
import drillbook.record.RecordBatch;
import drillbook.record.SparseColumn;
import drillbook.record.VectorColumn;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the records of an Arrow file. Not thread-safe. */
final class ArrowRecords {
  private final ColumnPlan plan;
  private final String tenant;
  private final String what;
  private final RecordBatch batch;
  private final Elements positions = new Elements(ElementType.F32);
  private final Map<ElementType, Elements> elements = new HashMap<>();
  private long row;

  private ArrowRecords(ColumnPlan plan, String tenant, String what) {
    this.plan = plan;
    this.tenant = tenant;
    this.what = what;
    this.batch = new RecordBatch(plan.layout());
  }

  /** Reads all records; returns how many. */
  static long read(
      InputStream in, ColumnPlan plan, String tenant, String what, BatchConsumer consumer)
      throws DrillbookException, IOException, InterruptedException {
    ArrowRecords records = new ArrowRecords(plan, tenant, what);
    new ArrowReader(new BufferedInputStream(in, 1 << 16), what)
        .read((columns, rows) -> records.take(columns, rows, consumer));
    return records.row;
  }

  private void take(List<ArrowView> columns, int rows, BatchConsumer consumer)
      throws IOException, DrillbookException, InterruptedException {
    if (columns.stream().noneMatch(column -> column.name().equals(ColumnPlan.ID))) {
      throw new IllegalArgumentException("it has no column 'id'");
    }
    for (int i = 0; i < rows; i++) {
      row++;
      try {
        for (ArrowView column : columns) {
          if (column.isPresent(i)) {
            take(column, i);
          }
        }
        batch.endRecord();
      } catch (IllegalArgumentException | IllegalStateException | IOException e) {
        throw new DrillbookException(
            FailureKind.CORRUPT, "read " + what + ", row " + row + ": " + e.getMessage(), "", e);
      }
      if (batch.bytes() >= RecordLines.BATCH_BYTES || batch.size() >= RecordLines.BATCH_RECORDS) {
        flush(consumer);
      }
    }
    flush(consumer);
  }

  private void flush(BatchConsumer consumer) throws DrillbookException, InterruptedException {
    if (batch.size() > 0) {
      consumer.accept(batch, Long.toString(row));
      batch.clear();
    }
  }

  private void take(ArrowView column, int i) throws IOException {
    switch (column.name()) {
      case ColumnPlan.ID -> batch.ids().add(ColumnValues.id(string(column, i), plan.idType()));
      case ColumnPlan.TENANT -> {
        if (!string(column, i).equals(tenant)) {
          throw new IllegalArgumentException(
              "tenant '" + string(column, i) + "' instead of '" + tenant + "'");
        }
      }
      case ColumnPlan.METADATA -> batch.payloads().add(ColumnValues.payload(text(column, i)));
      case ColumnPlan.DOCUMENT -> addText(batch.documents(), column, i);
      case ColumnPlan.URI -> addText(batch.uris(), column, i);
      default -> takeVector(column, i);
    }
  }

  private void takeVector(ArrowView column, int i) {
    int dense = plan.vectors().indexOf(column.name());
    if (dense >= 0) {
      addVector(batch.vectors().get(dense), column, i);
      return;
    }
    int sparse = plan.sparse().indexOf(column.name());
    if (sparse < 0) {
      throw new IllegalArgumentException(plan.unknown(column.name()));
    }
    addSparse(batch.sparse().get(sparse), column, i);
  }

  private static byte[] text(ArrowView column, int i) {
    if (!column.isText()) {
      throw new IllegalArgumentException("column '" + column.name() + "' holds no texts");
    }
    return column.text(i);
  }

  private static String string(ArrowView column, int i) {
    return new String(text(column, i), StandardCharsets.UTF_8);
  }

  private static void addText(BytesColumn target, ArrowView column, int i) {
    target.add(text(column, i));
  }

  private Elements elements(ElementType type) {
    Elements found = elements.computeIfAbsent(type, Elements::new);
    found.clear();
    return found;
  }

  private void addVector(VectorColumn target, ArrowView column, int i) {
    if (!column.isList()) {
      throw new IllegalArgumentException("column '" + column.name() + "' holds no lists");
    }
    Elements read = elements(target.field().elementType());
    int start = column.start(i);
    int end = column.end(i);
    if (!target.field().multi()) {
      add(column, start, end, read);
      target.add(read.array(), 0, read.count(), 1);
      return;
    }
    ArrowView inner = column.item();
    if (!inner.isList()) {
      throw new IllegalArgumentException("column '" + column.name() + "' holds no lists of lists");
    }
    int dimension = target.field().dimension();
    for (int one = start; one < end; one++) {
      int from = inner.start(one);
      int to = inner.end(one);
      if (one > start && to - from != dimension) {
        throw new IllegalArgumentException(
            "vectors of " + dimension + " and " + (to - from) + " in one field");
      }
      dimension = to - from;
      add(inner, from, to, read);
      read.align();
    }
    target.add(read.array(), 0, dimension, end - start);
  }

  private static void add(ArrowView list, int start, int end, Elements read) {
    ArrowView item = list.item();
    if (!item.isNumber()) {
      throw new IllegalArgumentException("column '" + list.name() + "' holds no numbers");
    }
    for (int i = start; i < end; i++) {
      if (!item.isPresent(i)) {
        throw new IllegalArgumentException("column '" + list.name() + "' lacks an element");
      }
      long bits = item.bits(i);
      if (!item.isFloating()) {
        read.addInteger(item.integer(i));
      } else {
        switch (item.width()) {
          case 2 -> read.addFloat(ColumnValues.widened((short) bits));
          case 4 -> read.addFloat((int) bits);
          default -> read.addDouble(bits);
        }
      }
    }
  }

  private void addSparse(SparseColumn target, ArrowView column, int i) {
    if (!column.isStruct() || column.children().size() != 2) {
      throw new IllegalArgumentException(
          "column '" + column.name() + "' holds no structs of indices and values");
    }
    positions.clear();
    Elements values = elements(target.field().elementType());
    for (ArrowView child : column.children()) {
      if (!child.isList()) {
        throw new IllegalArgumentException("'" + child.name() + "' holds no lists");
      }
      switch (child.name()) {
        case ColumnPlan.INDICES -> {
          for (int at = child.start(i); at < child.end(i); at++) {
            positions.addFloat(ColumnPlan.position(child.item().bits(at)));
          }
        }
        case ColumnPlan.VALUES -> add(child, child.start(i), child.end(i), values);
        default ->
            throw new IllegalArgumentException(
                "unknown field '" + child.name() + "' of a sparse vector");
      }
    }
    target.add(positions.toByteArray(), values.toByteArray());
  }
}
