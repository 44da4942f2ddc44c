package drillbook.engine;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.record.BytesColumn;
import drillbook.record.CanonicalCbor;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.SparseColumn;
import drillbook.record.VectorColumn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Records as they were handed out, kept as the exact bytes of each part (long ones as SHA-256), so
 * that two sides can be compared and a failure names record and part. Not thread-safe.
 */
public final class SeenRecords {
  private static final int SHOWN = 10;

  private final Map<String, Map<String, String>> byId = new LinkedHashMap<>();
  private final List<String> repeated = new ArrayList<>();

  /** Returns the records of a batch. */
  static SeenRecords of(RecordBatch batch) {
    SeenRecords seen = new SeenRecords();
    seen.add(batch);
    return seen;
  }

  /** Adds every record of a batch. */
  public void add(RecordBatch batch) {
    for (int record = 0; record < batch.size(); record++) {
      String id = HexFormat.of().formatHex(batch.ids().get(record));
      if (byId.putIfAbsent(id, parts(batch, record)) != null) {
        repeated.add(id);
      }
    }
  }

  /** Adds the records of another. */
  void add(SeenRecords other) {
    repeated.addAll(other.repeated);
    other.byId.forEach((id, parts) -> {
      if (byId.putIfAbsent(id, parts) != null) {
        repeated.add(id);
      }
    });
  }

  /** Adds the records of another without their vectors, each id marked with a tenant. */
  public void addWithoutVectors(String tenant, SeenRecords other) {
    other.byId.forEach((id, parts) -> {
      Map<String, String> kept = new TreeMap<>(parts);
      kept.keySet().removeIf(part -> part.startsWith("vector") || part.startsWith("sparse"));
      String marked =
          HexFormat.of()
              .formatHex(
                  RecordId.ofParts(
                      List.of(tenant, RecordId.print(HexFormat.of().parseHex(id)), id)));
      if (byId.putIfAbsent(marked, kept) != null) {
        repeated.add(marked);
      }
    });
  }

  /** Returns the same without some. */
  SeenRecords without(Collection<byte[]> ids) {
    SeenRecords rest = new SeenRecords();
    rest.byId.putAll(byId);
    rest.repeated.addAll(repeated);
    ids.forEach(id -> rest.byId.remove(HexFormat.of().formatHex(id)));
    return rest;
  }

  /** Returns the encoded ids in the order of reading. */
  public List<byte[]> ids() {
    return byId.keySet().stream().map(HexFormat.of()::parseHex).toList();
  }

  /** Returns how many records were seen. */
  public int size() {
    return byId.size();
  }

  /** Fails unless the same ids were seen, each once. */
  public void requireSameIds(SeenRecords expected) {
    requireAll(expected);
    Set<String> unexpected = new TreeSet<>(byId.keySet());
    unexpected.removeAll(expected.byId.keySet());
    assertThat(print(unexpected)).as("records that were never written").isEmpty();
  }

  /** Fails unless every expected id was seen, and none twice. */
  void requireAll(SeenRecords expected) {
    Set<String> missing = new TreeSet<>(expected.byId.keySet());
    missing.removeAll(byId.keySet());
    assertThat(print(missing)).as("records that are missing").isEmpty();
    assertThat(print(repeated)).as("records that came twice").isEmpty();
  }

  /** Fails unless every record that was seen on both sides has the same bytes in each part. */
  public void requireSameContent(SeenRecords expected) {
    List<String> differences = new ArrayList<>();
    byId.forEach((id, parts) -> {
      Map<String, String> wanted = expected.byId.getOrDefault(id, parts);
      Set<String> names = new TreeSet<>(wanted.keySet());
      names.addAll(parts.keySet());
      for (String name : names) {
        String want = wanted.getOrDefault(name, "absent");
        String have = parts.getOrDefault(name, "absent");
        if (!want.equals(have) && differences.size() < SHOWN) {
          differences.add(printId(id) + ": " + name + "\n  wanted " + want + "\n  but is " + have);
        }
      }
    });
    assertThat(differences).as("records that differ").isEmpty();
  }

  /** Fails unless the same records were seen, each once, bit for bit. */
  public void requireSame(SeenRecords expected) {
    requireSameIds(expected);
    requireSameContent(expected);
  }

  private static List<String> print(Collection<String> ids) {
    List<String> shown =
        new ArrayList<>(ids.stream().limit(SHOWN).map(SeenRecords::printId).toList());
    if (ids.size() > SHOWN) {
      shown.add("and " + (ids.size() - SHOWN) + " more");
    }
    return shown;
  }

  private static String printId(String hex) {
    return "'" + RecordId.print(HexFormat.of().parseHex(hex)) + "'";
  }

  private static Map<String, String> parts(RecordBatch batch, int record) {
    Map<String, String> parts = new TreeMap<>();
    for (VectorColumn column : batch.vectors()) {
      if (column.isPresent(record)) {
        parts.put(
            "vector '" + column.field().name() + "'",
            column.field().elementType().word()
                + " "
                + column.rows(record)
                + "x"
                + column.dimension(record)
                + " "
                + shorten(column.bits().get(record)));
      }
    }
    for (SparseColumn column : batch.sparse()) {
      if (column.isPresent(record)) {
        parts.put(
            "sparse '" + column.field().name() + "'",
            shorten(column.positions().get(record)) + " " + shorten(column.values().get(record)));
      }
    }
    addPayload(parts, batch.payloads(), record);
    addColumn(parts, "document", batch.documents(), record);
    addColumn(parts, "uri", batch.uris(), record);
    return parts;
  }

  private static void addPayload(Map<String, String> parts, BytesColumn payloads, int record) {
    if (!payloads.isPresent(record)) {
      return;
    }
    byte[] payload = payloads.get(record);
    // The whole catches an encoding that is not canonical; the entries say where it differs.
    parts.put("payload", sha256(payload));
    try {
      Payload.decode(payload)
          .forEach((key, value) -> {
            CanonicalCbor cbor = new CanonicalCbor();
            Payload.write(cbor, value);
            String type = value == null ? "null" : value.getClass().getSimpleName();
            parts.put("payload[" + key + "]", type + " " + shorten(cbor.toByteArray()));
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void addColumn(
      Map<String, String> parts, String name, BytesColumn column, int record) {
    if (column.isPresent(record)) {
      parts.put(name, "present " + shorten(column.get(record)));
    }
  }

  private static String shorten(byte[] bytes) {
    return bytes.length <= 64 ? HexFormat.of().formatHex(bytes) : sha256(bytes);
  }

  private static String sha256(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return bytes.length + " bytes, sha256 " + HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
