package drillbook.engine.milvus;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.IndexState;
import drillbook.engine.VectorIndex;
import drillbook.secret.SecretReference;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a collection of several vectors needs to be loaded, on a Milvus newer than can be run. */
class MilvusLoadsTest {
  private static final CollectionName NAME = new CollectionName(List.of("default"), "several");

  private static final String FIELDS =
      """
      {"fields":[
        {"name":"id","isPrimaryKey":true,"dataType":"Int64"},
        {"name":"title","dataType":"FloatVector","typeParams":[{"key":"dim","value":"2"}]},
        {"name":"body","dataType":"FloatVector","typeParams":[{"key":"dim","value":"2"}]},
        {"name":"hash","dataType":"BinaryVector","typeParams":[{"key":"dim","value":"8"}]},
        {"name":"quantised","dataType":"Int8Vector","typeParams":[{"key":"dim","value":"2"}]},
        {"name":"text","dataType":"VarChar","typeParams":[{"key":"max_length","value":"100"}]},
        {"name":"words","dataType":"SparseFloatVector","isFunctionOutput":true}],
       "functions":[{"name":"bm25","type":"BM25","inputFieldNames":["text"],
        "outputFieldNames":["words"]}]}
      """;

  private TestingMilvusServer server;
  private MilvusRpc rpc;
  private MilvusCatalog catalog;
  private MilvusLoads loads;

  @BeforeEach
  void start() throws Exception {
    server = new TestingMilvusServer(FIELDS);
    rpc = new MilvusRpc(URI.create(server.url()), SecretReference.NONE);
    catalog = new MilvusCatalog(rpc);
    loads = new MilvusLoads(rpc, catalog);
  }

  @AfterEach
  void stop() {
    rpc.close();
    server.close();
  }

  @Test
  void vectors_without_an_index_have_one_while_their_collection_is_loaded() throws Exception {
    MilvusIndexes.Plan own = new MilvusIndexes.Plan("title", "near", "HNSW", "COSINE", Map.of());
    rpc.send("index", "default", stub -> stub.createIndex(own.creation(NAME)));
    loads.require(catalog.describe(NAME), List.of());
    assertThat(server.isLoaded()).isTrue();
    assertThat(server.indexes())
        .containsExactly(
            "body drillbook_scan_body FLAT L2",
            "hash drillbook_scan_hash BIN_FLAT HAMMING",
            "quantised drillbook_scan_quantised HNSW L2",
            "title near HNSW COSINE",
            "words drillbook_scan_words SPARSE_INVERTED_INDEX BM25");
    assertThat(MilvusIndexes.of(catalog.indexes(NAME)))
        .extracting(MilvusIndexes.Plan::name)
        .containsExactly("near");
    loads.close();
    assertThat(server.isLoaded()).isFalse();
    assertThat(server.indexes()).containsExactly("title near HNSW COSINE");
  }

  @Test
  void a_restored_collection_can_be_loaded_by_its_users() throws Exception {
    CollectionSchema schema =
        new CollectionSchema(
            NAME,
            catalog.describe(NAME).layout(),
            "integer",
            List.of(new VectorIndex("title", "flat", VectorIndex.Metric.COSINE, Map.of())),
            List.of(""),
            List.of(),
            Map.of());
    // A count before the indexes are built gives it some that are to go.
    loads.require(catalog.describe(NAME), List.of());
    MilvusBuild build = new MilvusBuild(rpc, catalog, loads);
    build.build(schema);
    assertThat(build.state(schema)).isEqualTo(new IndexState.Ready());
    List<String> expected =
        List.of(
            "body drillbook_flat_body FLAT L2",
            "hash drillbook_flat_hash BIN_FLAT HAMMING",
            "quantised drillbook_flat_quantised HNSW L2",
            "title title FLAT COSINE",
            "words drillbook_flat_words SPARSE_INVERTED_INDEX BM25");
    assertThat(server.indexes()).isEqualTo(expected);
    assertThat(MilvusIndexes.of(catalog.indexes(NAME)))
        .as("what the next backup tells of it")
        .extracting(MilvusIndexes.Plan::name)
        .containsExactly("title");
    loads.close();
    assertThat(server.isLoaded()).isTrue();
    loads.release(NAME);
    loads.require(catalog.describe(NAME), List.of());
    assertThat(server.indexes()).isEqualTo(expected);
  }
}
