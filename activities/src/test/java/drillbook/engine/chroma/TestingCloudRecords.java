package drillbook.engine.chroma;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What Chroma Cloud keeps and a single server does not: sparse vectors of metadata, that they are
 * indexed, and vectors as they were written. It is taken out of requests and put into answers.
 */
final class TestingCloudRecords {
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Kept(ArrayNode vector, Map<String, JsonNode> sparse) {}

  /** Sparse indexes by name of the collection, then by metadata key. */
  private final Map<String, Map<String, JsonNode>> indexes = new HashMap<>();

  /** Records by id of the collection, then by their own. */
  private final Map<String, Map<String, Kept>> records = new HashMap<>();

  /** Takes the sparse indexes out of a request for a collection. */
  synchronized byte[] created(ObjectNode request) throws IOException {
    Map<String, JsonNode> sparse = new TreeMap<>();
    if (request.path("schema").path("keys") instanceof ObjectNode keys) {
      keys.properties()
          .forEach(key -> {
            JsonNode index = key.getValue().path("sparse_vector").path("sparse_vector_index");
            if (index.path("enabled").asBoolean()) {
              sparse.put(key.getKey(), key.getValue());
            }
          });
      keys.remove(sparse.keySet());
    }
    indexes.put(request.path("name").asText(), sparse);
    return JSON.writeValueAsBytes(request);
  }

  /** Keeps what the server behind cannot, and takes its sparse vectors out of the request. */
  synchronized byte[] written(String collection, String verb, ObjectNode request)
      throws IOException {
    Map<String, Kept> rows = records.computeIfAbsent(collection, none -> new HashMap<>());
    if (verb.equals("delete")) {
      request.path("ids").forEach(id -> rows.remove(id.asText()));
      return JSON.writeValueAsBytes(request);
    }
    for (int i = 0; i < request.path("ids").size(); i++) {
      String id = request.path("ids").get(i).asText();
      // An upsert merges, on Cloud too.
      Kept before = rows.get(id);
      Map<String, JsonNode> sparse =
          before == null ? new TreeMap<>() : new TreeMap<>(before.sparse());
      if (request.path("metadatas").path(i) instanceof ObjectNode metadata) {
        metadata
            .properties()
            .forEach(entry -> {
              if (entry.getValue().path("#type").asText().equals("sparse_vector")) {
                sparse.put(entry.getKey(), entry.getValue());
              }
            });
        metadata.remove(sparse.keySet());
        if (metadata.isEmpty()) {
          ((ArrayNode) request.path("metadatas")).setNull(i);
        }
      }
      rows.put(id, new Kept(vector(request.path("embeddings").get(i)), sparse));
    }
    return JSON.writeValueAsBytes(request);
  }

  private static ArrayNode vector(JsonNode sent) {
    if (sent instanceof ArrayNode list) {
      return list;
    }
    ArrayNode vector = JSON.createArrayNode();
    FloatBuffer floats =
        ByteBuffer.wrap(Base64.getDecoder().decode(sent.asText()))
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
    while (floats.hasRemaining()) {
      vector.add(floats.get());
    }
    return vector;
  }

  /** Puts what is kept into an answer. */
  synchronized byte[] told(String path, JsonNode answer) throws IOException {
    String[] words = path.split("/", -1);
    if (answer.path("schema").path("keys") instanceof ObjectNode keys) {
      keys.setAll(indexes.getOrDefault(answer.path("name").asText(), Map.of()));
    }
    if (words[words.length - 1].equals("get")) {
      Map<String, Kept> rows = records.getOrDefault(words[words.length - 2], Map.of());
      for (int i = 0; i < answer.path("ids").size(); i++) {
        Kept kept = rows.get(answer.path("ids").get(i).asText());
        if (kept == null) {
          continue;
        }
        if (answer.path("embeddings") instanceof ArrayNode vectors && vectors.has(i)) {
          vectors.set(i, kept.vector());
        }
        if (answer.path("metadatas") instanceof ArrayNode metadatas && !kept.sparse().isEmpty()) {
          ObjectNode metadata =
              metadatas.get(i) instanceof ObjectNode known ? known : JSON.createObjectNode();
          metadata.setAll(kept.sparse());
          metadatas.set(i, metadata);
        }
      }
    }
    return JSON.writeValueAsBytes(answer);
  }
}
