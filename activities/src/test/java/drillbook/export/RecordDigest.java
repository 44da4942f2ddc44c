package drillbook.export;

import drillbook.format.MultisetSum;
import drillbook.format.RecordHasher;
import drillbook.record.RecordBatch;
import java.util.TreeMap;

/** What was seen of records, by tenant: equal exactly if the records are, bit for bit. */
final class RecordDigest {
  private final TreeMap<String, MultisetSum> sums = new TreeMap<>();

  void add(String tenant, RecordBatch batch) {
    RecordHasher hasher = new RecordHasher(batch.layout());
    MultisetSum sum = sums.computeIfAbsent(tenant, _ -> MultisetSum.empty());
    byte[] id = new byte[RecordHasher.HASH_BYTES];
    byte[] hash = new byte[RecordHasher.HASH_BYTES];
    for (int i = 0; i < batch.size(); i++) {
      hasher.hash(batch, i, id, hash);
      sum.add(hash);
    }
  }

  @Override
  public String toString() {
    TreeMap<String, String> words = new TreeMap<>();
    sums.forEach((tenant, sum) -> words.put(tenant, sum.count() + ":" + sum.hex()));
    return words.toString();
  }
}
