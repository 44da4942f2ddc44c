package drillbook.format;

import drillbook.record.BytesColumn;
import drillbook.record.CanonicalCbor;
import drillbook.record.RecordBatch;
import drillbook.record.RecordLayout;
import drillbook.record.SparseColumn;
import drillbook.record.VectorColumn;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Computes the two hashes of a record: of its id, and of all of its content. Neither depends on the
 * order of vectors in the layout, on the tenant or on the collection. Reuses its buffers: one
 * hasher for each thread.
 *
 * <p>The content is the canonical form {@code drillbook-record-v1} (docs/formats.md, "Record
 * hash"); it is frozen with format v1.
 */
public final class RecordHasher {
  /** The length of a hash in bytes. */
  public static final int HASH_BYTES = 32;

  private static final byte[] ID_DOMAIN = domain("drillbook-id-v1");
  private static final byte[] RECORD_DOMAIN = domain("drillbook-record-v1");
  private static final byte[] DOCUMENT = {'d'};
  private static final byte[] ID = {'i'};
  private static final byte[] PAYLOAD = {'p'};
  private static final byte[] SPARSE = {'s'};
  private static final byte[] URI = {'u'};
  private static final byte[] VECTORS = {'v'};
  private static final int KEPT_BYTES = 1 << 20;

  private final RecordLayout layout;
  private final int[] vectorOrder;
  private final byte[][] vectorNames;
  private final byte[][] vectorTypes;
  private final int[] sparseOrder;
  private final byte[][] sparseNames;
  private final byte[][] sparseTypes;
  private final MessageDigest digest = sha256();
  private CanonicalCbor cbor = new CanonicalCbor();

  /** Creates a hasher for records of a layout. */
  public RecordHasher(RecordLayout layout) {
    this.layout = layout;
    this.vectorNames =
        layout.vectors().stream().map(field -> utf8(field.name())).toArray(byte[][]::new);
    this.vectorTypes =
        layout.vectors().stream()
            .map(field -> utf8(field.elementType().word()))
            .toArray(byte[][]::new);
    this.sparseNames =
        layout.sparse().stream().map(field -> utf8(field.name())).toArray(byte[][]::new);
    this.sparseTypes =
        layout.sparse().stream()
            .map(field -> utf8(field.elementType().word()))
            .toArray(byte[][]::new);
    this.vectorOrder = order(vectorNames);
    this.sparseOrder = order(sparseNames);
  }

  /**
   * Hashes one record.
   *
   * @param idHash receives 32 bytes: SHA-256 over the domain of ids and the encoded id
   * @param contentHash receives 32 bytes: SHA-256 over the domain of records and the canonical form
   * @throws IllegalArgumentException when the batch has another layout
   */
  public void hash(RecordBatch batch, int record, byte[] idHash, byte[] contentHash) {
    if (!batch.layout().equals(layout)) {
      throw new IllegalArgumentException("batch of another layout: " + batch.layout());
    }
    hashId(batch.ids(), record, idHash);
    writeCanonical(batch, record);
    digest.update(RECORD_DOMAIN);
    digest.update(cbor.buffer(), 0, cbor.length());
    finish(contentHash);
    if (cbor.length() > KEPT_BYTES) {
      cbor = new CanonicalCbor();
    }
  }

  /**
   * Hashes the id of one record.
   *
   * @param idHash receives 32 bytes: SHA-256 over the domain of ids and the encoded id
   */
  public void hashId(BytesColumn ids, int record, byte[] idHash) {
    digest.update(ID_DOMAIN);
    digest.update(ids.data(), ids.offset(record), ids.length(record));
    finish(idHash);
  }

  /** Returns the canonical form of a record, for the specification's test vectors. */
  byte[] canonical(RecordBatch batch, int record) {
    writeCanonical(batch, record);
    return cbor.toByteArray();
  }

  private void writeCanonical(RecordBatch batch, int record) {
    BytesColumn ids = batch.ids();
    BytesColumn payloads = batch.payloads();
    boolean payload = payloads.isPresent(record);
    boolean document = batch.documents().isPresent(record);
    boolean uri = batch.uris().isPresent(record);
    cbor.clear().map(3 + (payload ? 1 : 0) + (document ? 1 : 0) + (uri ? 1 : 0));
    if (document) {
      writeText(DOCUMENT, batch.documents(), record);
    }
    key(ID).raw(ids.data(), ids.offset(record), ids.length(record));
    if (payload) {
      key(PAYLOAD).raw(payloads.data(), payloads.offset(record), payloads.length(record));
    }
    writeSparse(batch, record);
    if (uri) {
      writeText(URI, batch.uris(), record);
    }
    writeVectors(batch, record);
  }

  private void writeSparse(RecordBatch batch, int record) {
    int present = 0;
    for (SparseColumn column : batch.sparse()) {
      present += column.isPresent(record) ? 1 : 0;
    }
    key(SPARSE).array(present);
    for (int index : sparseOrder) {
      SparseColumn column = batch.sparse().get(index);
      if (column.isPresent(record)) {
        cbor.array(4);
        text(sparseNames[index]);
        text(sparseTypes[index]);
        bytes(column.positions(), record);
        bytes(column.values(), record);
      }
    }
  }

  private void writeVectors(RecordBatch batch, int record) {
    int present = 0;
    for (VectorColumn column : batch.vectors()) {
      present += column.isPresent(record) ? 1 : 0;
    }
    key(VECTORS).array(present);
    for (int index : vectorOrder) {
      VectorColumn column = batch.vectors().get(index);
      if (column.isPresent(record)) {
        cbor.array(5);
        text(vectorNames[index]);
        text(vectorTypes[index]);
        cbor.integer(column.rows(record)).integer(column.dimension(record));
        bytes(column.bits(), record);
      }
    }
  }

  private void writeText(byte[] key, BytesColumn column, int record) {
    key(key).utf8(column.data(), column.offset(record), column.length(record));
  }

  private CanonicalCbor key(byte[] key) {
    return cbor.utf8(key, 0, key.length);
  }

  private void text(byte[] utf8) {
    cbor.utf8(utf8, 0, utf8.length);
  }

  private void bytes(BytesColumn column, int record) {
    cbor.bytes(column.data(), column.offset(record), column.length(record));
  }

  private void finish(byte[] target) {
    try {
      digest.digest(target, 0, HASH_BYTES);
    } catch (DigestException e) {
      throw new IllegalArgumentException("hash needs 32 bytes: " + target.length, e);
    }
  }

  /** Returns the fields' positions in the order of their names' UTF-8 bytes. */
  private static int[] order(byte[][] names) {
    return IntStream.range(0, names.length)
        .boxed()
        .sorted(Comparator.comparing(index -> names[index], Arrays::compareUnsigned))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static byte[] domain(String name) {
    return utf8(name + "\0");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
