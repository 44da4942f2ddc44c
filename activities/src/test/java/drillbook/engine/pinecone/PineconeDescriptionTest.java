package drillbook.engine.pinecone;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.engine.CollectionSchema;
import drillbook.engine.NearestQuery;
import drillbook.engine.SampleRecords;
import drillbook.engine.VectorIndex.Metric;
import drillbook.failure.FailureKind;
import drillbook.http.ApiDescription;
import drillbook.http.RecordedExchange;
import drillbook.record.ElementType;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.VectorField;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.Test;

/** What the adapter sends and the fake answers, held against the published description. */
class PineconeDescriptionTest extends PineconeFixture {
  @Test
  void exchanges_with_the_control_plane_are_as_published() throws Exception {
    ApiDescription published = ApiDescription.beside("pinecone_db_control_2025-10.oas.yaml");
    CollectionSchema schema = dense();
    CollectionSchema sparse = created(PineconeSparseTest.sparseOnly());
    CollectionSchema embed =
        new CollectionSchema(
            TestingPinecone.newName("embed"),
            RecordLayout.dense(new VectorField("", ElementType.F32, 384, false)),
            "integer",
            schema(DENSE, Metric.COSINE).indexes(),
            List.of(""),
            List.of(),
            Map.of(
                "embed",
                "{\"dimension\":384,\"field_map\":{\"text\":\"chunk\"},\"metric\":\"cosine\","
                    + "\"model\":\"llama-text-embed-v2\",\"vector_type\":\"dense\"}",
                "deletion_protection",
                "enabled"));
    created(embed);
    engine.control().buildIndexes(embed);
    made(
        Map.of(
            "dimension",
            DIMENSION,
            "spec",
            Map.of("pod", Map.of("environment", "us-east-1-aws", "pod_type", "p1.x1"))));
    engine.control().requirements();
    requireFailure(FailureKind.DENIED, () -> engine.control().drop(embed.name()));
    requireFailure(FailureKind.CONFLICT, () -> engine.control().create(schema));
    engine.control().drop(sparse.name());
    requireFailure(FailureKind.NOT_FOUND, () -> engine.control().schema(sparse.name()));
    List<RecordedExchange> exchanges = pinecone.exchanges();
    assertThat(exchanges.stream().map(RecordedExchange::method))
        .contains("GET", "POST", "PATCH", "DELETE");
    assertThat(published.faults(exchanges)).isEmpty();
  }

  @Test
  void exchanges_with_the_data_plane_are_as_published() throws Exception {
    ApiDescription published = ApiDescription.beside("pinecone_db_data_2025-10.oas.yaml");
    CollectionSchema schema = created(schema(withTenants(), Metric.INNER_PRODUCT));
    write(schema, "a", SampleRecords.records(schema.layout(), 0, 250, i -> RecordId.of("r" + i)));
    capture(schema.name());
    engine.control().count(schema.name(), "a");
    engine.control().requirements();
    byte[] query = new byte[DIMENSION * 4];
    query[2] = 1;
    engine.control().nearest(new NearestQuery(schema.name(), "a", "", query, DIMENSION, 5, false));
    TestingIndex index = pinecone.index(schema.name());
    for (String[] call :
        new String[][] {
          {"vectors/fetch_by_metadata", "{\"namespace\":\"a\",\"filter\":{},\"limit\":3}"},
          {"vectors/update", "{\"namespace\":\"a\",\"id\":\"r1\",\"setMetadata\":{\"x\":1}}"},
          {"vectors/delete", "{\"namespace\":\"a\",\"ids\":[\"r1\"]}"},
          {"vectors/delete", "{\"namespace\":\"nobody\",\"ids\":[\"r1\"]}"},
          {"describe_index_stats", "{}"},
          {"namespaces", "{\"name\":\"b\",\"schema\":{\"fields\":{\"x\":{\"filterable\":true}}}}"},
          {"namespaces", "{\"name\":\"b\"}"},
          {"query", "{\"namespace\":\"a\",\"id\":\"r7\",\"topK\":2,\"includeValues\":true}"}
        }) {
      post(index, call[0], call[1]);
    }
    List<RecordedExchange> exchanges = pinecone.dataExchanges();
    assertThat(exchanges.stream().map(RecordedExchange::path))
        .contains("/vectors/upsert", "/vectors/list", "/vectors/fetch", "/query", "/namespaces");
    assertThat(published.faults(exchanges)).isEmpty();
  }

  private static RecordLayout withTenants() {
    return new RecordLayout(DENSE.vectors(), List.of(SPARSE));
  }

  private static void post(TestingIndex index, String path, String body) throws Exception {
    Request request =
        new Request.Builder()
            .url(HttpUrl.get("http://" + index.host() + "/" + path))
            .header("Api-Key", TestingPinecone.KEY)
            .header("X-Pinecone-Api-Version", TestingPlane.VERSION)
            .post(RequestBody.create(body, MediaType.get("application/json")))
            .build();
    List<Integer> statuses = new ArrayList<>();
    try (Response response = new OkHttpClient().newCall(request).execute()) {
      statuses.add(response.code());
    }
    assertThat(statuses).doesNotContain(599);
  }
}
