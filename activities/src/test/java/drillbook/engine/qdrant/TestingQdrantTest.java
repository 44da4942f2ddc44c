package drillbook.engine.qdrant;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The stand-in is no kinder than the server that it stands for. */
final class TestingQdrantTest {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final String TWO = "{\"vectors\":{\"size\":2,\"distance\":\"Dot\"}}";

  private TestingQdrant server;
  private String key = "";

  @BeforeEach
  void start() throws IOException {
    server = TestingQdrant.alone();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void collections_are_created_once_and_checked() throws Exception {
    assertThat(send("PUT", "/collections/a", TWO)).isEqualTo(200);
    assertThat(send("PUT", "/collections/a", TWO)).isEqualTo(409);
    assertThat(body).contains("Wrong input: Collection `a` already exists!");
    assertThat(send("PUT", "/collections/b", "{\"vectors\":{\"size\":0,\"distance\":\"Dot\"}}"))
        .isEqualTo(422);
    assertThat(send("PUT", "/collections/b", "{\"vectors\":{\"size\":2,\"distance\":\"L2\"}}"))
        .isEqualTo(400);
    assertThat(send("PUT", "/collections/b", TWO.replace("}}", "},\"shard_number\":0}")))
        .isEqualTo(422);
    assertThat(send("GET", "/collections/b", "")).isEqualTo(404);
    assertThat(body).contains("Not found: Collection `b` doesn't exist!");
    assertThat(send("DELETE", "/collections/b", "")).isEqualTo(200);
    assertThat(body).contains("\"result\":false");
  }

  @Test
  void points_are_checked_and_those_before_a_wrong_one_stay() throws Exception {
    send("PUT", "/collections/a", TWO);
    for (String id : new String[] {"-1", "1.5", "\"1\"", "\"page-1\"", "null"}) {
      assertThat(upsert("{\"id\":" + id + ",\"vector\":[1,2]}")).as(id).isEqualTo(400);
    }
    assertThat(body).contains("is not a valid point ID");
    assertThat(upsert("{\"id\":1,\"vector\":[1,2]},{\"id\":2,\"vector\":[1,2,3]}")).isEqualTo(400);
    assertThat(body).contains("Wrong input: Vector dimension error: expected dim: 2, got 3");
    assertThat(count()).isEqualTo(1);
    assertThat(upsert("{\"id\":3,\"vector\":{\"x\":[1,2]}}")).isEqualTo(400);
    assertThat(body).contains("Not existing vector name error: x");
    assertThat(upsert("{\"id\":3}")).isEqualTo(400);
    assertThat(upsert("")).isEqualTo(400);
    assertThat(send("POST", "/collections/a/points/scroll", "{\"limit\":0}")).isEqualTo(422);
    assertThat(send("POST", "/collections/a/points/scroll", "{\"limit\":")).isEqualTo(400);
  }

  @Test
  void uuids_in_any_spelling_are_one_point() throws Exception {
    send("PUT", "/collections/a", TWO);
    for (String id :
        new String[] {
          "0123456789abcdef0123456789abcdef",
          "01234567-89AB-CDEF-0123-456789ABCDEF",
          "urn:uuid:01234567-89ab-cdef-0123-456789abcdef",
          "{01234567-89ab-cdef-0123-456789abcdef}"
        }) {
      assertThat(upsert("{\"id\":\"" + id + "\",\"vector\":[1,2]}")).as(id).isEqualTo(200);
    }
    assertThat(count()).isEqualTo(1);
    send("POST", "/collections/a/points/scroll", "{}");
    assertThat(body).contains("\"id\":\"01234567-89ab-cdef-0123-456789abcdef\"");
  }

  @Test
  void an_upsert_without_a_payload_leaves_the_one_that_is_there_before_1_15() throws Exception {
    server.version("1.14.1");
    send("PUT", "/collections/a", TWO);
    upsert("{\"id\":1,\"vector\":[1,2],\"payload\":{\"k\":1.0,\"n\":-0}}");
    upsert("{\"id\":1,\"vector\":[3,4]}");
    send("POST", "/collections/a/points/scroll", "{\"with_vector\":true}");
    assertThat(body).contains("\"payload\":{\"k\":1.0,\"n\":-0.0},\"vector\":[3.0,4.0]");
    upsert("{\"id\":1,\"vector\":[3,4],\"payload\":{}}");
    send("POST", "/collections/a/points/scroll", "{}");
    assertThat(body).contains("\"payload\":{}");
  }

  @Test
  void what_is_only_acknowledged_comes_later() throws Exception {
    send("PUT", "/collections/a", TWO);
    assertThat(send("PUT", "/collections/a/points", "{\"points\":[{\"id\":1,\"vector\":[1,2]}]}"))
        .isEqualTo(200);
    assertThat(body).contains("\"status\":\"acknowledged\"");
    assertThat(count()).isZero();
    assertThat(count()).isZero();
    assertThat(count()).isEqualTo(1);
  }

  @Test
  void an_alias_is_the_collection_in_reads_writes_and_deletes() throws Exception {
    send("PUT", "/collections/a", TWO);
    String create = "{\"create_alias\":{\"collection_name\":\"a\",\"alias_name\":\"live\"}}";
    assertThat(send("POST", "/collections/aliases", "{\"actions\":[" + create + "]}"))
        .isEqualTo(200);
    String point = "{\"points\":[{\"id\":1,\"vector\":[1,2]}]}";
    assertThat(send("PUT", "/collections/live/points?wait=true", point)).isEqualTo(200);
    assertThat(count()).isEqualTo(1);
    assertThat(send("PUT", "/collections/live", TWO)).isEqualTo(400);
    send("DELETE", "/collections/a", "");
    send("GET", "/aliases", "");
    assertThat(body).contains("\"aliases\":[]");
  }

  @Test
  void shard_keys_want_a_cluster_and_writes_to_one_want_a_key() throws Exception {
    String custom = TWO.replace("}}", "},\"sharding_method\":\"custom\"}");
    send("PUT", "/collections/a", custom);
    assertThat(send("PUT", "/collections/a/shards", "{\"shard_key\":\"x\"}")).isEqualTo(400);
    assertThat(body).contains("Distributed mode disabled");
    server.close();
    server = TestingQdrant.cluster(2);
    send("PUT", "/collections/a", custom);
    assertThat(send("PUT", "/collections/a/shards", "{\"shard_key\":\"x\"}")).isEqualTo(200);
    assertThat(send("PUT", "/collections/a/shards", "{\"shard_key\":\"x\"}")).isEqualTo(400);
    assertThat(upsert("{\"id\":1,\"vector\":[1,2]}")).isEqualTo(400);
    assertThat(body).contains("Shard key not specified");
    assertThat(send("POST", "/collections/a/points/scroll", "{\"shard_key\":\"y\"}"))
        .isEqualTo(400);
  }

  @Test
  void strict_mode_refuses_filters_without_an_index() throws Exception {
    String strict =
        TWO.replace(
            "}}",
            "},\"strict_mode_config\":{\"enabled\":true,\"unindexed_filtering_retrieve\":false}}");
    send("PUT", "/collections/a", strict);
    String filter = "{\"filter\":{\"must\":[{\"key\":\"k\",\"match\":{\"value\":\"v\"}}]}}";
    assertThat(send("POST", "/collections/a/points/count", filter)).isEqualTo(400);
    assertThat(body).contains("Bad request: Index required but not found for \\\"k\\\"");
    send(
        "PUT",
        "/collections/a/index?wait=true",
        "{\"field_name\":\"k\",\"field_schema\":\"keyword\"}");
    assertThat(send("POST", "/collections/a/points/count", filter)).isEqualTo(200);
  }

  @Test
  void keys_are_asked_for_in_plain_text() throws Exception {
    server.keys("k-all", "k-read");
    assertThat(send("GET", "/", "")).isEqualTo(200);
    assertThat(send("GET", "/collections", "")).isEqualTo(401);
    assertThat(body).isEqualTo("Must provide an API key or an Authorization bearer token");
    key = "k-wrong";
    assertThat(send("GET", "/collections", "")).isEqualTo(401);
    assertThat(body).isEqualTo("Invalid API key or JWT");
    key = "k-read";
    assertThat(send("GET", "/collections", "")).isEqualTo(200);
    assertThat(send("PUT", "/collections/a", TWO)).isEqualTo(403);
  }

  private String body = "";

  private int upsert(String points) throws Exception {
    return send("PUT", "/collections/a/points?wait=true", "{\"points\":[" + points + "]}");
  }

  private int count() throws Exception {
    send("POST", "/collections/a/points/count", "{\"exact\":true}");
    return Integer.parseInt(body.replaceAll(".*\"count\":(\\d+).*", "$1"));
  }

  private int send(String method, String path, String json) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.url() + path))
            .method(
                method,
                json.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(json));
    if (!key.isEmpty()) {
      request.header("api-key", key);
    }
    HttpResponse<String> response =
        CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    body = response.body();
    return response.statusCode();
  }
}
