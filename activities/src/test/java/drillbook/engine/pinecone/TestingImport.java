package drillbook.engine.pinecone;

import com.fasterxml.jackson.databind.ObjectMapper;
import drillbook.engine.pinecone.TestingNamespace.Kept;
import drillbook.file.TestingColumns;
import drillbook.store.TestingStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A bulk import as Pinecone makes it of a folder, under the rules of an upsert, stopping at the
 * first record that is refused ({@code onError: abort}).
 *
 * <p>Source: Pinecone documentation, "Import data" and "Import vectors into a legacy vector index":
 * a folder for each namespace, which must not exist or be empty; the columns id, values,
 * sparse_values and metadata, all others ignored; metadata is JSON text or null.
 */
final class TestingImport {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> DENSE = Set.of("id", "values", "metadata");

  private TestingImport() {}

  /** Imports every Parquet file below a folder of a store; returns how many records there were. */
  static int run(TestingStore store, String folder, TestingIndex index) throws Exception {
    Map<String, List<Kept>> namespaces = new LinkedHashMap<>();
    for (String key : store.keys()) {
      if (!key.startsWith(folder) || !key.endsWith(".parquet")) {
        continue;
      }
      String inside = key.substring(folder.length());
      String namespace = TestingRules.namespace(inside.substring(0, inside.indexOf('/')));
      List<Kept> records = namespaces.computeIfAbsent(namespace, none -> new ArrayList<>());
      for (Map<String, Object> row : TestingColumns.rows(store.bytes(key))) {
        records.add(record(row, index));
      }
    }
    int imported = 0;
    synchronized (index) {
      for (Map.Entry<String, List<Kept>> entry : namespaces.entrySet()) {
        if (!index.shown(entry.getKey()).isEmpty()) {
          throw TestingRefusal.invalid("Namespace " + entry.getKey() + " is not empty");
        }
        index
            .namespace(entry.getKey())
            .write(shown -> entry.getValue().forEach(record -> shown.put(record.id(), record)));
        imported += entry.getValue().size();
      }
    }
    return imported;
  }

  private static Kept record(Map<String, Object> row, TestingIndex index) throws Exception {
    Map<String, Object> record = new LinkedHashMap<>();
    for (Map.Entry<String, Object> column : row.entrySet()) {
      if (column.getKey().equals("metadata")) {
        record.put("metadata", JSON.readValue((String) column.getValue(), Map.class));
      } else if (DENSE.contains(column.getKey())) {
        record.put(column.getKey(), column.getValue());
      } else if (column.getKey().equals("sparse_values")) {
        record.put("sparseValues", column.getValue());
      }
    }
    return TestingRules.record(record, index);
  }
}
