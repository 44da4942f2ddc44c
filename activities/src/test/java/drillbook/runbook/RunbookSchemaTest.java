package drillbook.runbook;

import static drillbook.runbook.TestingRunbooks.FULL;
import static drillbook.runbook.TestingRunbooks.SMALL;
import static drillbook.runbook.TestingRunbooks.accepted;
import static drillbook.runbook.TestingRunbooks.refused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import drillbook.document.Complaint;
import drillbook.document.Document.Reading;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The schema that editors use says what the reader says, as far as a schema can. */
final class RunbookSchemaTest {
  private static final Path PLACE = Path.of("..", "runbooks");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNode SCHEMA = schema();
  private static final Schema VALIDATOR =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(SCHEMA);

  @Test
  void the_schema_is_one_itself() {
    Schema meta =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(com.networknt.schema.SchemaLocation.of(SCHEMA.get("$schema").asText()));
    assertThat(meta.validate(SCHEMA)).isEmpty();
  }

  @Test
  void every_example_validates() throws Exception {
    RunbookFolder folder = new RunbookFolder(PLACE);
    assertThat(folder.names()).hasSizeGreaterThanOrEqualTo(3);
    for (String name : folder.names()) {
      assertThat(errors(Files.readString(folder.file(name)))).as(name).isEmpty();
    }
    assertThat(errors(FULL)).isEmpty();
    assertThat(errors(SMALL)).isEmpty();
    assertThat(errors(SMALL.replace("{}", ""))).isEmpty();
  }

  @Test
  void both_know_the_same_keys_and_the_full_document_uses_each() throws Exception {
    Map<Set<String>, Set<String>> usedByKnown = new HashMap<>();
    JsonNode full = tree(FULL);
    for (ObjectNode place : objects(full)) {
      Set<String> used = new TreeSet<>();
      place.fieldNames().forEachRemaining(used::add);
      place.put("zzzz", 1);
      Complaint unknown =
          refused(JSON.writeValueAsString(full)).stream()
              .filter(complaint -> complaint.key().endsWith("zzzz"))
              .findFirst()
              .orElseThrow();
      place.remove("zzzz");
      Set<String> known =
          new TreeSet<>(
              Arrays.asList(unknown.expected().replaceAll("^one of \\[|]$", "").split(", ", -1)));
      usedByKnown.computeIfAbsent(known, key -> new TreeSet<>()).addAll(used);
    }
    Set<Set<String>> ofSchema = new java.util.HashSet<>();
    for (ObjectNode place : described()) {
      Set<String> names = new TreeSet<>();
      place.get("properties").fieldNames().forEachRemaining(names::add);
      ofSchema.add(names);
    }
    assertThat(usedByKnown.keySet()).isEqualTo(ofSchema);
    usedByKnown.forEach((known, used) -> assertThat(used).isEqualTo(known));
  }

  @Test
  void every_key_is_explained_and_nothing_else_is_allowed() {
    List<String> silent = new ArrayList<>();
    for (ObjectNode place : described()) {
      assertThat(place.path("additionalProperties").asBoolean(true)).isFalse();
      for (Map.Entry<String, JsonNode> entry : place.get("properties").properties()) {
        if (entry.getValue().path("description").asText().isBlank()) {
          silent.add(entry.getKey());
        }
      }
    }
    assertThat(silent).isEmpty();
  }

  @Test
  void the_manual_names_every_key() throws Exception {
    String manual = Files.readString(Path.of("..", "docs", "runbooks.md"));
    List<String> silent = new ArrayList<>();
    for (ObjectNode place : described()) {
      place
          .get("properties")
          .fieldNames()
          .forEachRemaining(key -> {
            if (!manual.matches("(?s).*[`.{ ]" + key + "[`.,}: ].*")) {
              silent.add(key);
            }
          });
    }
    assertThat(silent).isEmpty();
  }

  @Test
  void the_usual_values_are_told_as_they_are() {
    for (Cadence cadence : Cadence.values()) {
      JsonNode told =
          SCHEMA.at("/properties/cadences/properties/" + cadence.word() + "/properties");
      assertThat(told.at("/at/description").asText()).endsWith("Left out: " + cadence.cron() + ".");
      assertThat(told.at("/notice/description").asText())
          .endsWith(
              "Left out: " + cadence.notice().name().toLowerCase(java.util.Locale.ROOT) + ".");
      if (!cadence.steps().isEmpty()) {
        String words = told.at("/steps/description").asText();
        String steps = words.substring(words.indexOf("Left out: ") + 10, words.length() - 1);
        assertThat(
                accepted(SMALL.replace("hourly: {}", cadence.word() + ": {steps: " + steps + "}"))
                    .occasions()
                    .getFirst()
                    .steps())
            .isEqualTo(cadence.steps());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "runbok: docs",
        "runbook: Docs",
        "runbook:",
        "runbook: 7",
        "target: ''",
        "target: [docs]",
        "zone: +02:00",
        "zone: 12",
        "zone: yes",
        "objectives: 2h",
        "objectives: {rpo: 0s}",
        "objectives: {rpo: 2 hours}",
        "objectives: {rpo: PT0S}",
        "objectives: {rpo: -1h}",
        "objectives: {rpo: 1h1d}",
        "objectives: {rta: 1h}",
        "size-delta: {warning: 0.1}",
        "size-delta: {warning: 0%}",
        "size-delta: {failure: -50%}",
        "size-delta: {floor: 1MB}",
        "drift: {norm: 0.1}",
        "drift: {centroid: 0%}",
        "drift: {floor: -1}",
        "drift: {mean: 5%}",
        "size-delta: {floor: 1024}",
        "retention: {all: 30}",
        "retention: {daily: '30'}",
        "retention: {daily: -1}",
        "retention: {daily: 1.5}",
        "retention: {daily: 10000}",
        "retention: {fortnightly: 1}",
        "cadences: {}",
        "cadences: [daily]",
        "cadences: {nightly: {}}",
        "cadences: {monthly: {}}",
        "cadences: {monthly: }",
        "cadences: {quarterly: {notice: always}}",
        "cadences: {daily: always}",
        "cadences: {daily: {at: '0 2 * *'}}",
        "cadences: {daily: {at: '0 0 2 * * *'}}",
        "cadences: {daily: {at: '@daily'}}",
        "cadences: {daily: {at: 'TZ=UTC 0 2 * * *'}}",
        "cadences: {daily: {at: '60 2 * * *'}}",
        "cadences: {daily: {at: '0 24 * * *'}}",
        "cadences: {daily: {at: '0 2 32 * *'}}",
        "cadences: {daily: {at: '0 2 0 * *'}}",
        "cadences: {daily: {at: '0 2 * * 8'}}",
        "cadences: {daily: {at: '0 2 ? * *'}}",
        "cadences: {daily: {at: '1,,2 2 * * *'}}",
        "cadences: {daily: {notice: never}}",
        "cadences: {daily: {steps: []}}",
        "cadences: {daily: {steps: verify}}",
        "cadences: {daily: {steps: [restore]}}",
        "cadences: {daily: {steps: [backup]}}",
        "cadences: {daily: {steps: [backup: differential]}}",
        "cadences: {daily: {steps: [verify: {all: true}]}}",
        "cadences: {daily: {steps: [{backup: full, drill: {}}]}}",
        "cadences: {daily: {steps: [{}]}}",
        "cadences: {daily: {steps: [drill: {into: Staging}]}}",
        "cadences: {daily: {steps: [drill: {window: 7d}]}}",
        "cadences: {daily: {steps: [drill: {window: 7d, recovery-point: newest}]}}",
        "cadences: {daily: {steps: [drill: {recovery-point: latest}]}}",
        "cadences: {daily: {steps: [drill: {max-regression: 0%}]}}",
        "cadences: {daily: {steps: [drill: {floor: 0s}]}}",
        "cadences: {daily: {steps: [human: {instruction: Look, owner: me}]}}",
        "cadences: {daily: {steps: [human: {instruction: ' ', owner: me, within: 1h}]}}",
        "notices: []",
        "notices: {slack: {}}",
        "notices: [pager: {}]",
        "notices: [slack: {channel: '#a', token: xoxb-1}]",
        "notices: [slack: {channel: '#a b', token: env:T}]",
        "notices: [slack: {channel: '#a'}]",
        "notices: [slack-webhook: {url: 'https://hooks'}]",
        "notices: [webhook: {token: env:T}]",
        "notices: [webhook: {url: 'env:'}]",
        "notices: [webhook: {url: 'file:relative'}]",
        "notices: [{webhook: {url: env:A}, slack-webhook: {url: env:B}}]",
        "notices: [email: {server: 'smtp://h', from: a@h, to: [b@h]}]",
        "notices: [email: {server: 'smtp://u:p@h:25', from: a@h, to: [b@h]}]",
        "notices: [email: {server: 'smtp://h:25', from: me, to: [b@h]}]",
        "notices: [email: {server: 'smtp://h:25', from: a@h, to: []}]",
        "notices: [email: {server: 'smtp://h:25', from: a@h, to: [b@h], user: env:U}]",
        "tickets: [github: {repository: name, token: env:T}]",
        "tickets: [github: {repository: o/n, token: ghp_x}]",
        "tickets: [github: {api: 'ftp://h', repository: o/n, token: env:T}]",
        "tickets: [jira: {url: 'https://u:p@h', project: OPS, token: env:T}]",
        "tickets: [jira: {url: 'https://h?a=b', project: OPS, token: env:T}]",
        "tickets: [jira: {url: 'https://h', project: ops, token: env:T}]",
        "tickets: [slack: {channel: '#a', token: env:T}]",
      })
  void both_refuse(String line) {
    String text = with(line);
    assertThat(errors(text)).isNotEmpty();
    assertThat(refused(text)).isNotEmpty();
  }

  /** What only the reader can tell. A schema that learns to is welcome: move the line up. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "zone: Europe/Nowhere",
        "size-delta: {warning: 60%, failure: 50%}",
        "objectives: {rpo: 36501d}",
        "cadences: {daily: {at: '0 2 30 feb *'}}",
        "cadences: {daily: {at: '5-1 2 * * *'}}",
        "cadences: {daily: {at: '*/60 2 * * *'}}",
        "cadences: {daily: {at: '0 2 * foo *'}}",
        "cadences: {daily: {steps: [human: {instruction: Look, owner: me, within: 23h}]}}",
        "notices: [slack: {channel: xoxb-1, token: env:T}]",
      })
  void only_the_reader_refuses(String line) {
    String text = with(line);
    assertThat(errors(text)).isEmpty();
    assertThat(refused(text)).isNotEmpty();
  }

  @Test
  void neither_minds_blanks_around_a_time() {
    String text = with("cadences: {daily: {at: ' 0 2 * * * '}}");
    assertThat(RunbookFile.check("docs.yaml", text)).isInstanceOf(Reading.Accepted.class);
    assertThat(errors(text)).isEmpty();
  }

  /** An editor must not find fault with what is accepted. */
  @Test
  void what_the_reader_accepts_the_schema_accepts() {
    Random random = new Random(20261121);
    String signs = "0123456789 abdhmnsw-*/,%#";
    int accepted = 0;
    for (int i = 0; i < 1500; i++) {
      StringBuilder changed = new StringBuilder(FULL);
      for (int change = 0; change <= random.nextInt(2); change++) {
        int at = random.nextInt(changed.length());
        switch (random.nextInt(3)) {
          case 0 -> changed.deleteCharAt(at);
          case 1 -> changed.insert(at, signs.charAt(random.nextInt(signs.length())));
          default -> changed.setCharAt(at, signs.charAt(random.nextInt(signs.length())));
        }
      }
      String text = changed.toString();
      if (RunbookFile.check("docs.yaml", text) instanceof Reading.Accepted<Runbook>) {
        accepted++;
        assertThat(errors(text)).as(text).isEmpty();
      }
    }
    assertThat(accepted).isGreaterThan(100);
  }

  /** The small document with a line of its own in place of the one with the same key. */
  private static String with(String line) {
    String key = line.substring(0, line.indexOf(':'));
    String rest =
        SMALL
            .replace("\n  hourly: {}", " {hourly: {}}")
            .lines()
            .filter(other -> !other.startsWith(key + ":"))
            .reduce("", (all, other) -> all + other + "\n");
    return rest + line + "\n";
  }

  private static List<Error> errors(String text) {
    return VALIDATOR.validate(tree(text));
  }

  private static JsonNode tree(String text) {
    Object loaded = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
    return JSON.valueToTree(loaded);
  }

  /** The places of the schema that describe an object, other than those within a dependency. */
  private static List<ObjectNode> described() {
    return objects(SCHEMA).stream()
        .filter(place -> place.has("type") && place.path("properties").isObject())
        .toList();
  }

  private static List<ObjectNode> objects(JsonNode node) {
    List<ObjectNode> objects = new ArrayList<>();
    if (node instanceof ObjectNode object) {
      objects.add(object);
    }
    node.forEach(below -> objects.addAll(objects(below)));
    return objects;
  }

  private static JsonNode schema() {
    try {
      return JSON.readTree(PLACE.resolve("runbook.schema.json").toFile());
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
