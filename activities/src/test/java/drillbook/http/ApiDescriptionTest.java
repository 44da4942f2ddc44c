package drillbook.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A checker that finds nothing proves nothing: each kind of fault is made and found. */
final class ApiDescriptionTest {
  private static final String THINGS =
      """
      {"openapi": "3.0.1",
       "paths": {
        "/things/{name}": {"put": {
          "parameters": [
            {"name": "name", "in": "path", "required": true, "schema": {"type": "string"}},
            {"name": "wait", "in": "query", "schema": {"type": "boolean"}}],
          "requestBody": {"required": true, "content": {"application/json": {
            "schema": {"$ref": "#/components/schemas/Thing"}}}},
          "responses": {
            "200": {"content": {"application/json": {"schema": {"type": "object",
              "required": ["result"],
              "properties": {"result": {"$ref": "#/components/schemas/Thing"}}}}}},
            "4XX": {"content": {"application/json": {"schema": {"type": "object",
              "properties": {"error": {"type": "string"}}}}}}}}},
        "/things/all": {"get": {"responses": {"200": {"description": "fine"}}}}},
       "components": {"schemas": {
        "Thing": {"type": "object", "required": ["size"], "properties": {
          "size": {"type": "integer", "minimum": 1},
          "word": {"type": "string", "nullable": true},
          "inner": {"anyOf": [{"$ref": "#/components/schemas/Thing"}, {"nullable": true}]}}}}}}
      """;

  @TempDir Path folder;

  @Test
  void what_is_as_described_has_no_faults() throws Exception {
    assertThat(faults("PUT", "/things/a", "wait=true", "{\"size\":1}", 200, "{\"size\":2}"))
        .isEmpty();
    String nulls = "{\"size\":1,\"word\":null,\"inner\":null}";
    assertThat(faults("PUT", "/things/a", "", nulls, 200, nulls)).isEmpty();
    assertThat(faults("GET", "/things/all", "", "", 200, "7")).isEmpty();
  }

  @Test
  void paths_methods_parameters_and_statuses_that_are_not_there_are_faults() throws Exception {
    String fine = "{\"size\":1}";
    assertThat(faults("PUT", "/thing/a", "", fine, 200, fine)).isNotEmpty();
    assertThat(faults("POST", "/things/a", "", fine, 200, fine)).isNotEmpty();
    assertThat(faults("PUT", "/things/a", "wiat=true", fine, 200, fine)).isNotEmpty();
    assertThat(faults("PUT", "/things/a", "wait=yes", fine, 200, fine)).isNotEmpty();
    assertThat(faults("PUT", "/things/a", "", fine, 500, fine)).isNotEmpty();
    assertThat(faults("PUT", "/things/a", "", "", 200, fine)).isNotEmpty();
    assertThat(faults("GET", "/things/all", "", fine, 200, "")).isNotEmpty();
  }

  @Test
  void bodies_that_break_their_schema_are_faults() throws Exception {
    String fine = "{\"size\":1}";
    for (String broken :
        List.of(
            "{}",
            "{\"size\":0}",
            "{\"size\":\"1\"}",
            "{\"size\":null}",
            "{\"size\":1,\"sise\":1}",
            "{\"size\":1,\"inner\":7}",
            "{\"size\":1,\"inner\":{\"word\":\"a\"}}",
            "{\"size\":1")) {
      assertThat(faults("PUT", "/things/a", "", broken, 200, fine)).as(broken).isNotEmpty();
      assertThat(faults("PUT", "/things/a", "", fine, 200, broken)).as(broken).isNotEmpty();
    }
  }

  private List<String> faults(
      String method, String path, String query, String request, int status, String result)
      throws Exception {
    Path file = folder.resolve("things.json");
    Files.writeString(file, THINGS);
    String answer = path.endsWith("all") ? result : "{\"result\":" + result + "}";
    return ApiDescription.of(file)
        .faults(
            new RecordedExchange(method, path, query, request, status, "application/json", answer));
  }
}
