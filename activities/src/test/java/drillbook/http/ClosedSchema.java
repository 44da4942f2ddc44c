package drillbook.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * Schemas of an OpenAPI description in the words of JSON Schema 2020-12: {@code nullable} becomes a
 * type, and objects that name their fields take no others.
 */
final class ClosedSchema {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final JsonNode document;
  private final ObjectNode definitions = NODES.objectNode();

  /** Takes the document that references point into. */
  ClosedSchema(JsonNode document) {
    this.document = document;
    document.path("components").path("schemas").properties().forEach(this::define);
    document.path("definitions").properties().forEach(this::define);
  }

  private void define(Map.Entry<String, JsonNode> named) {
    definitions.set(named.getKey(), closed(named.getValue(), !isPart(named.getKey())));
  }

  /** Returns a schema that stands for itself, with the definitions that it needs. */
  JsonNode of(JsonNode schema) {
    JsonNode closed = closed(schema, true);
    ObjectNode needed = NODES.objectNode();
    collect(closed, needed);
    ObjectNode whole = NODES.objectNode();
    whole.set("allOf", NODES.arrayNode().add(closed));
    whole.set("$defs", needed);
    return whole;
  }

  private void collect(JsonNode node, ObjectNode needed) {
    if (node.path("$ref").isTextual()) {
      String name = node.path("$ref").asText().replaceFirst(".*/", "");
      if (!needed.has(name)) {
        needed.set(name, definitions.path(name));
        collect(definitions.path(name), needed);
      }
    }
    node.forEach(child -> collect(child, needed));
  }

  /** A schema that others are put together from must let their fields pass. */
  private boolean isPart(String name) {
    return isPart(document, "/" + name);
  }

  private static boolean isPart(JsonNode node, String name) {
    for (JsonNode part : node.path("allOf")) {
      if (part.path("$ref").asText().endsWith(name)) {
        return true;
      }
    }
    for (JsonNode child : node) {
      if (child.isContainerNode() && isPart(child, name)) {
        return true;
      }
    }
    return false;
  }

  private JsonNode closed(JsonNode node, boolean close) {
    if (node.isArray()) {
      ArrayNode array = NODES.arrayNode();
      node.forEach(each -> array.add(closed(each, close)));
      return array;
    }
    if (!node.isObject()) {
      return node;
    }
    ObjectNode object = NODES.objectNode();
    node.properties()
        .forEach(each -> {
          switch (each.getKey()) {
            case "nullable",
                "example",
                "examples",
                "default",
                "xml",
                "discriminator",
                "format" -> {}
            case "$ref" ->
                object.put("$ref", each.getValue().asText().replaceFirst(".*/", "#/\\$defs/"));
            case "properties" -> object.set("properties", fields(each.getValue()));
            case "enum", "required", "const" -> object.set(each.getKey(), each.getValue());
            default ->
                object.set(
                    each.getKey(),
                    closed(each.getValue(), close && !each.getKey().equals("allOf")));
          }
        });
    if (close && node.path("properties").isObject() && !isOpen(node)) {
      object.put("additionalProperties", false);
    }
    return node.path("nullable").asBoolean() ? nullable(object) : object;
  }

  private static boolean isOpen(JsonNode node) {
    return node.has("additionalProperties") || node.has("allOf") || node.has("anyOf");
  }

  private ObjectNode fields(JsonNode properties) {
    ObjectNode fields = NODES.objectNode();
    properties
        .properties()
        .forEach(each -> fields.set(each.getKey(), closed(each.getValue(), true)));
    return fields;
  }

  /** One that says nothing but "may be null" means null: it stands as an alternative to others. */
  private static JsonNode nullable(ObjectNode schema) {
    ObjectNode nothing = NODES.objectNode().put("type", "null");
    ObjectNode bare = schema.deepCopy();
    bare.remove("description");
    if (bare.isEmpty()) {
      return nothing;
    }
    ObjectNode either = NODES.objectNode();
    either.set("anyOf", NODES.arrayNode().add(schema).add(nothing));
    return either;
  }
}
