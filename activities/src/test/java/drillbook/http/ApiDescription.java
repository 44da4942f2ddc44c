package drillbook.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;

/**
 * A vendor's published description of an API (OpenAPI 3.0 or 3.1, Swagger 2.0; JSON or YAML), which
 * exchanges are checked against: path, method, parameters, and the schemas of both bodies.
 *
 * <p>It is stricter than the description: a field that an object does not describe is a fault,
 * since a server would ignore a misspelt one and a fake must not invent any. Schemas that say that
 * they are open stay open.
 *
 * <p>The descriptions are the vendors' and no part of this project: they are looked for in {@code
 * ../shared/specs} beside the checkout, or where the system property {@code drillbook.specs} says.
 */
public final class ApiDescription {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final List<String> METHODS =
      List.of("get", "put", "post", "patch", "delete", "head", "options");

  /** A path of the description, as a pattern. */
  private record Template(Pattern pattern, String path, int variables) {}

  private final JsonNode document;
  private final ClosedSchema closed;
  private final String basePath;
  private final List<Template> templates = new ArrayList<>();
  private final Map<String, Schema> schemas = new LinkedHashMap<>();

  private ApiDescription(JsonNode document) {
    this.document = document;
    this.closed = new ClosedSchema(document);
    String base = document.path("basePath").asText("");
    this.basePath = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    document
        .path("paths")
        .fieldNames()
        .forEachRemaining(path -> {
          String pattern =
              Arrays.stream(path.split("/", -1))
                  .map(segment -> segment.contains("{") ? "[^/]+" : Pattern.quote(segment))
                  .collect(Collectors.joining("/"));
          int variables = path.length() - path.replace("{", "").length();
          templates.add(new Template(Pattern.compile(pattern), path, variables));
        });
    templates.sort(Comparator.comparingInt(Template::variables));
  }

  /**
   * Reads the description that lies beside the checkout.
   *
   * @param name the file's name
   * @throws org.opentest4j.TestAbortedException where it is not there: the test is skipped, with
   *     the reason
   */
  public static ApiDescription beside(String name) {
    Path folder = folder();
    Path file = folder.resolve(name);
    Assumptions.assumeTrue(
        Files.isRegularFile(file),
        () ->
            "the published API description "
                + name
                + " is not in "
                + folder
                + ": nothing was checked against it");
    return of(file);
  }

  /** Reads a description. */
  public static ApiDescription of(Path file) {
    try {
      ObjectMapper mapper = file.toString().endsWith(".json") ? JSON : YAML;
      return new ApiDescription(mapper.readTree(Files.readAllBytes(file)));
    } catch (IOException e) {
      throw new AssertionError("the API description " + file + " cannot be read", e);
    }
  }

  private static Path folder() {
    String given = System.getProperty("drillbook.specs", "");
    if (!given.isEmpty()) {
      return Path.of(given);
    }
    Path root = Path.of("").toAbsolutePath();
    while (root.getParent() != null && !Files.exists(root.resolve(".git"))) {
      root = root.getParent();
    }
    return root.resolveSibling("shared").resolve("specs");
  }

  /** Returns what is wrong with an exchange, a sentence each; none where all is as described. */
  public List<String> faults(RecordedExchange exchange) {
    List<String> faults = new ArrayList<>();
    Optional<Template> template =
        templates.stream()
            .filter(known -> known.pattern().matcher(below(exchange.path())).matches())
            .filter(known -> operation(known, exchange.method()).isObject())
            .findFirst();
    if (template.isEmpty()) {
      return List.of(exchange + ": the API has no such path and method");
    }
    JsonNode operation = operation(template.get(), exchange.method());
    List<JsonNode> parameters = parameters(template.get(), operation);
    query(exchange, parameters, faults);
    requestBody(exchange, operation, parameters, faults);
    answer(exchange, operation, faults);
    return faults;
  }

  /** Returns what is wrong with several exchanges, without repeating itself. */
  public List<String> faults(List<RecordedExchange> exchanges) {
    return exchanges.stream().flatMap(each -> faults(each).stream()).distinct().toList();
  }

  private String below(String path) {
    return path.startsWith(basePath) ? path.substring(basePath.length()) : path;
  }

  private JsonNode operation(Template template, String method) {
    String name = method.toLowerCase(java.util.Locale.ROOT);
    return METHODS.contains(name)
        ? document.path("paths").path(template.path()).path(name)
        : MissingNode.getInstance();
  }

  private List<JsonNode> parameters(Template template, JsonNode operation) {
    List<JsonNode> parameters = new ArrayList<>();
    document
        .path("paths")
        .path(template.path())
        .path("parameters")
        .forEach(each -> parameters.add(resolved(each)));
    operation.path("parameters").forEach(each -> parameters.add(resolved(each)));
    return parameters;
  }

  private JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? document.at(node.path("$ref").asText().substring(1)) : node;
  }

  private void query(RecordedExchange exchange, List<JsonNode> parameters, List<String> faults) {
    Map<String, String> given = new LinkedHashMap<>();
    for (String pair : exchange.query().split("&", -1)) {
      if (!pair.isEmpty()) {
        String[] words = pair.split("=", 2);
        given.put(decoded(words[0]), words.length == 1 ? "" : decoded(words[1]));
      }
    }
    for (JsonNode parameter : parameters) {
      if (parameter.path("in").asText().equals("query")) {
        String name = parameter.path("name").asText();
        String value = given.remove(name);
        if (value == null && parameter.path("required").asBoolean()) {
          faults.add(exchange + ": parameter " + name + " is missing");
        } else if (value != null) {
          JsonNode schema = parameter.has("schema") ? parameter.path("schema") : parameter;
          if (candidates(value).stream()
              .noneMatch(candidate -> violations(schema, candidate).isEmpty())) {
            faults.add(exchange + ": parameter " + name + " is no " + schema + ": " + value);
          }
        }
      }
    }
    given.keySet().forEach(name -> faults.add(exchange + ": it has no parameter " + name));
  }

  /** A query's value has no type: it may be any that reads so. */
  private static List<JsonNode> candidates(String value) {
    List<JsonNode> candidates = new ArrayList<>(List.of(TextNode.valueOf(value)));
    if (value.equals("true") || value.equals("false")) {
      candidates.add(BooleanNode.valueOf(value.equals("true")));
    }
    if (value.matches("-?\\d{1,18}")) {
      candidates.add(LongNode.valueOf(Long.parseLong(value)));
    } else if (value.matches("-?\\d+\\.\\d+")) {
      candidates.add(DoubleNode.valueOf(Double.parseDouble(value)));
    }
    candidates.add(JSON.createArrayNode().add(value));
    return candidates;
  }

  private void requestBody(
      RecordedExchange exchange,
      JsonNode operation,
      List<JsonNode> parameters,
      List<String> faults) {
    JsonNode described = resolved(operation.path("requestBody"));
    JsonNode schema = content(described).path("schema");
    boolean required = described.path("required").asBoolean();
    for (JsonNode parameter : parameters) {
      if (parameter.path("in").asText().equals("body")) {
        schema = parameter.path("schema");
        required = parameter.path("required").asBoolean();
      }
    }
    if (exchange.request().isEmpty()) {
      if (required) {
        faults.add(exchange + ": the request has no body");
      }
    } else if (schema.isMissingNode()) {
      faults.add(exchange + ": the request takes no body");
    } else {
      body(exchange + ": request", schema, exchange.request(), faults);
    }
  }

  private void answer(RecordedExchange exchange, JsonNode operation, List<String> faults) {
    JsonNode responses = operation.path("responses");
    JsonNode response = MissingNode.getInstance();
    for (String status :
        List.of(
            String.valueOf(exchange.status()),
            exchange.status() / 100 + "XX",
            exchange.status() / 100 + "xx",
            "default")) {
      response = response.isMissingNode() ? resolved(responses.path(status)) : response;
    }
    if (response.isMissingNode()) {
      faults.add(exchange + ": the API has no such status");
      return;
    }
    JsonNode schema = response.path("schema");
    if (schema.isMissingNode()) {
      schema = content(response).path("schema");
    }
    boolean json = exchange.answerType().isEmpty() || exchange.answerType().contains("json");
    if (!schema.isMissingNode() && json) {
      body(exchange + ": answer", schema, exchange.answer(), faults);
    }
  }

  private static JsonNode content(JsonNode described) {
    return described.path("content").path("application/json");
  }

  private void body(String subject, JsonNode schema, String text, List<String> faults) {
    try {
      for (String violation : violations(schema, JSON.readTree(text))) {
        faults.add(subject + ": " + violation);
      }
    } catch (JsonProcessingException e) {
      faults.add(subject + ": it is no JSON: " + e.getOriginalMessage());
    }
  }

  private List<String> violations(JsonNode schema, JsonNode value) {
    Schema compiled = schemas.computeIfAbsent(schema.toString(), text -> compiled(schema));
    return compiled.validate(value).stream().map(Object::toString).toList();
  }

  private Schema compiled(JsonNode schema) {
    JsonNode whole = closed.of(schema);
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(whole);
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
