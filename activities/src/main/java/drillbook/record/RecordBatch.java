package drillbook.record;

import java.util.List;

/**
 * Some records of one collection and one tenant, in columns. Filled by an engine's reader or by a
 * segment's, handed to a consumer for the time of one call, then cleared and filled again: a
 * consumer that wants to keep something copies it. Not thread-safe.
 *
 * <p>A record is appended by adding its id, then any of its other columns, then {@link
 * #endRecord()}, which marks the columns that were not added as absent.
 */
public final class RecordBatch {
  private final RecordLayout layout;
  private final BytesColumn ids = new BytesColumn();
  private final List<VectorColumn> vectors;
  private final List<SparseColumn> sparse;
  private final BytesColumn payloads = new BytesColumn();
  private final BytesColumn documents = new BytesColumn();
  private final BytesColumn uris = new BytesColumn();
  private int size;

  /** Creates an empty batch. */
  public RecordBatch(RecordLayout layout) {
    this.layout = layout;
    this.vectors = layout.vectors().stream().map(VectorColumn::new).toList();
    this.sparse = layout.sparse().stream().map(SparseColumn::new).toList();
  }

  /** Returns the columns that the records have. */
  public RecordLayout layout() {
    return layout;
  }

  /** Returns the number of finished records. */
  public int size() {
    return size;
  }

  /** Returns the bytes of all columns together, absence marks left out. */
  public long bytes() {
    long bytes = (long) ids.bytes() + payloads.bytes() + documents.bytes() + uris.bytes();
    for (VectorColumn column : vectors) {
      bytes += column.bits().bytes();
    }
    for (SparseColumn column : sparse) {
      bytes += column.positions().bytes() + column.values().bytes();
    }
    return bytes;
  }

  /** Returns the ids, each as {@link RecordId} encodes it; never absent. */
  public BytesColumn ids() {
    return ids;
  }

  /** Returns the dense vectors, in the layout's order. */
  public List<VectorColumn> vectors() {
    return vectors;
  }

  /** Returns the sparse vectors, in the layout's order. */
  public List<SparseColumn> sparse() {
    return sparse;
  }

  /** Returns the payloads, each a map as {@link Payload} encodes it; absent is not empty. */
  public BytesColumn payloads() {
    return payloads;
  }

  /** Returns the documents, UTF-8. */
  public BytesColumn documents() {
    return documents;
  }

  /** Returns the uris, UTF-8. */
  public BytesColumn uris() {
    return uris;
  }

  /**
   * Finishes a record.
   *
   * @throws IllegalStateException when the record has no id, or a column was added twice
   */
  public void endRecord() {
    int next = size + 1;
    if (ids.size() != next || !ids.isPresent(size)) {
      throw new IllegalStateException("record " + size + " has no id");
    }
    vectors.forEach(column -> {
      if (column.size() < next) {
        column.addAbsent();
      }
      requireSize(column.size(), next, column.field().name());
    });
    sparse.forEach(column -> {
      if (column.size() < next) {
        column.addAbsent();
      }
      requireSize(column.size(), next, column.field().name());
    });
    fill(payloads, next, "payload");
    fill(documents, next, "document");
    fill(uris, next, "uri");
    size = next;
  }

  /** Appends a copy of a finished record of a batch with the same layout. */
  public void append(RecordBatch source, int record) {
    copy(source.ids, record, ids);
    copyVectors(source, record);
    copy(source.payloads, record, payloads);
    copy(source.documents, record, documents);
    copy(source.uris, record, uris);
    endRecord();
  }

  /** Adds a finished record's vectors, dense and sparse, to the record that is being appended. */
  public void copyVectors(RecordBatch source, int record) {
    for (int i = 0; i < vectors.size(); i++) {
      VectorColumn from = source.vectors.get(i);
      if (from.isPresent(record)) {
        BytesColumn bits = from.bits();
        vectors
            .get(i)
            .add(bits.data(), bits.offset(record), from.dimension(record), from.rows(record));
      }
    }
    for (int i = 0; i < sparse.size(); i++) {
      SparseColumn from = source.sparse.get(i);
      if (from.isPresent(record)) {
        sparse.get(i).add(from.positions().get(record), from.values().get(record));
      }
    }
  }

  /** Forgets all records and keeps the memory. */
  public void clear() {
    ids.clear();
    vectors.forEach(VectorColumn::clear);
    sparse.forEach(SparseColumn::clear);
    payloads.clear();
    documents.clear();
    uris.clear();
    size = 0;
  }

  private static void copy(BytesColumn from, int record, BytesColumn to) {
    if (from.isPresent(record)) {
      to.add(from.data(), from.offset(record), from.length(record));
    }
  }

  private static void fill(BytesColumn column, int next, String name) {
    if (column.size() < next) {
      column.addAbsent();
    }
    requireSize(column.size(), next, name);
  }

  private static void requireSize(int size, int expected, String name) {
    if (size != expected) {
      throw new IllegalStateException("column '" + name + "' has " + size + " of " + expected);
    }
  }
}
