package drillbook.difference;

import drillbook.archive.Artifacts;
import drillbook.record.BytesColumn;
import drillbook.record.RecordBatch;
import drillbook.record.SparseColumn;
import drillbook.record.VectorColumn;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** A digest of each field of a record, so that two of them can be compared without keeping them. */
record FieldDigests(SortedMap<String, String> digests) {
  static FieldDigests of(RecordBatch batch, int record) {
    SortedMap<String, String> digests = new TreeMap<>();
    for (VectorColumn column : batch.vectors()) {
      if (column.isPresent(record)) {
        byte[] shape =
            ByteBuffer.allocate(8)
                .putInt(column.rows(record))
                .putInt(column.dimension(record))
                .array();
        digests.put(
            named("vector", column.field().name()), digest(shape, column.bits().get(record)));
      }
    }
    for (SparseColumn column : batch.sparse()) {
      if (column.isPresent(record)) {
        digests.put(
            named("sparse vector", column.field().name()),
            digest(column.positions().get(record), column.values().get(record)));
      }
    }
    put(digests, "payload", batch.payloads(), record);
    put(digests, "document", batch.documents(), record);
    put(digests, "uri", batch.uris(), record);
    return new FieldDigests(digests);
  }

  /** Returns the names of the fields that are not the same in another record. */
  List<String> differing(FieldDigests other) {
    List<String> names = new ArrayList<>();
    SortedMap<String, String> all = new TreeMap<>(digests);
    all.putAll(other.digests);
    for (String name : all.keySet()) {
      String mine = digests.getOrDefault(name, "");
      if (!mine.equals(other.digests.getOrDefault(name, ""))) {
        names.add(name);
      }
    }
    return names;
  }

  private static void put(
      SortedMap<String, String> digests, String name, BytesColumn column, int record) {
    if (column.isPresent(record)) {
      digests.put(name, digest(column.get(record)));
    }
  }

  private static String named(String kind, String name) {
    return name.isEmpty() ? kind : kind + " '" + name + "'";
  }

  private static String digest(byte[]... parts) {
    MessageDigest digest = Artifacts.digest();
    for (byte[] part : parts) {
      digest.update(part);
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
