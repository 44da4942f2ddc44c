package drillbook.target;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import drillbook.disaster.Hook;
import drillbook.engine.EngineAddress;
import drillbook.engine.Engines;
import drillbook.failure.DrillbookException;
import drillbook.secret.SecretReference;
import drillbook.store.StoreAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A target as a YAML document. It holds references to credentials, never a credential. */
public final class TargetFile {
  private static final YAMLMapper WRITER =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
          .build();

  private TargetFile() {}

  /**
   * Reads a target.
   *
   * @throws DrillbookException CONFIGURATION with file, line, column and what is expected
   */
  public static Target read(Path file) throws DrillbookException {
    return target(StrictYaml.read(file, Document.class));
  }

  /** Reads a target from text; the source names it in messages. */
  static Target parse(String source, String text) throws DrillbookException {
    return target(StrictYaml.parse(source, text, Document.class));
  }

  /** Returns a target as YAML text; what is empty is left out. */
  public static String write(Target target) {
    EngineAddress address = target.address();
    StoreAddress store = target.store();
    Map<String, Object> tree = new LinkedHashMap<>();
    put(tree, "target", target.name());
    put(tree, "engine", address.engine());
    switch (target.provisioner()) {
      case Provisioner.Existing() -> put(tree, "url", address.url().toString());
      case Provisioner.Command(var words) -> put(tree, "provisioner", Map.of("command", words));
      case Provisioner.Local() -> put(tree, "provisioner", Map.of("local", true));
    }
    put(tree, "credential", address.credential().reference());
    put(tree, "options", new TreeMap<>(address.options()));
    put(tree, "collections", target.collections());
    put(tree, "tenants", target.tenants());
    Map<String, Object> inner = new LinkedHashMap<>();
    put(inner, "location", store.location());
    inner.putAll(new TreeMap<>(store.options()));
    put(inner, "access-key", store.accessKey().reference());
    put(inner, "secret-key", store.secretKey().reference());
    tree.put("store", inner);
    Map<String, Object> hooks = new LinkedHashMap<>();
    target.hooks().forEach((hook, words) -> put(hooks, hook.word(), words));
    put(tree, "hooks", hooks);
    try {
      return "# Credentials stand here by reference only: env:NAME or file:/path.\n"
          + WRITER.writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no YAML of target '" + target.name() + "'", e);
    }
  }

  private static void put(Map<String, Object> tree, String key, Object value) {
    boolean empty =
        value.equals("")
            || (value instanceof List<?> list && list.isEmpty())
            || (value instanceof Map<?, ?> map && map.isEmpty());
    if (!empty) {
      tree.put(key, value);
    }
  }

  private static Target target(StrictYaml.Read<Document> read) throws DrillbookException {
    Document document = read.value();
    StrictYaml yaml = read.yaml();
    Store store = document.store();
    if (store == null) {
      throw yaml.refused("store", "is missing, expected location and for S3 its options");
    }
    String name = required(yaml, "target", document.target(), "the target's name");
    String engine = required(yaml, "engine", document.engine(), "one of " + Engines.words());
    Provisioner provisioner = provisioner(yaml, document);
    String url = url(yaml, document, provisioner);
    String location =
        required(yaml, "store.location", store.location(), "a folder or s3://bucket/prefix");
    if (!StoreAddress.namesScheme(location) && !Path.of(location).isAbsolute()) {
      throw yaml.refused("store.location", "a folder must be absolute: '" + location + "'");
    }
    EngineAddress address = address(yaml, document, engine, url);
    List<String> collections = list(yaml, "collections", document.collections());
    List<String> tenants = list(yaml, "tenants", document.tenants());
    StoreAddress storeAddress = storeAddress(yaml, location, store);
    try {
      return new Target(
          name, address, collections, tenants, storeAddress, provisioner, hooks(yaml, document));
    } catch (IllegalArgumentException e) {
      throw yaml.refused("target", String.valueOf(e.getMessage()));
    }
  }

  private static Provisioner provisioner(StrictYaml yaml, Document document)
      throws DrillbookException {
    Instance instance = document.provisioner();
    if (instance == null) {
      return new Provisioner.Existing();
    }
    boolean local = Boolean.TRUE.equals(instance.local());
    if (local == (instance.command() != null)) {
      throw yaml.refused("provisioner", "expected one of command: [PROGRAM, ...] and local: true");
    }
    return local
        ? new Provisioner.Local()
        : new Provisioner.Command(command(yaml, "provisioner.command", instance.command()));
  }

  private static String url(StrictYaml yaml, Document document, Provisioner provisioner)
      throws DrillbookException {
    if (provisioner instanceof Provisioner.Existing) {
      return required(yaml, "url", document.url(), "where the engine listens");
    }
    if (document.url() != null) {
      throw yaml.refused("url", "is not known before the provisioner brought the instance up");
    }
    return Target.PROVISIONED + ":" + provisioner.word();
  }

  private static Map<Hook, List<String>> hooks(StrictYaml yaml, Document document)
      throws DrillbookException {
    Map<Hook, List<String>> hooks = new EnumMap<>(Hook.class);
    Hooks written = document.hooks();
    if (written != null) {
      hook(yaml, hooks, Hook.FENCE, written.fence());
      hook(yaml, hooks, Hook.UNFENCE, written.unfence());
      hook(yaml, hooks, Hook.CUTOVER, written.cutover());
      hook(yaml, hooks, Hook.FAILBACK, written.failback());
    }
    if (hooks.containsKey(Hook.FENCE) && !hooks.containsKey(Hook.UNFENCE)) {
      throw yaml.refused("hooks.fence", "needs an unfence hook beside it: nobody could go back");
    }
    return hooks;
  }

  private static void hook(
      StrictYaml yaml,
      Map<Hook, List<String>> hooks,
      Hook hook,
      @Nullable List<@Nullable String> words)
      throws DrillbookException {
    if (words != null) {
      hooks.put(hook, command(yaml, "hooks." + hook.word(), words));
    }
  }

  private static List<String> command(
      StrictYaml yaml, String key, @Nullable List<@Nullable String> words)
      throws DrillbookException {
    List<String> command = list(yaml, key, words);
    if (command.isEmpty()) {
      throw yaml.refused(key, "is empty, expected a program and its arguments: [PROGRAM, ...]");
    }
    return command;
  }

  private static EngineAddress address(
      StrictYaml yaml, Document document, String engine, String url) throws DrillbookException {
    Map<String, String> options = new TreeMap<>();
    if (document.options() != null) {
      for (Map.Entry<String, String> option : document.options().entrySet()) {
        options.put(
            option.getKey(),
            required(yaml, "options." + option.getKey(), option.getValue(), "a value"));
      }
    }
    try {
      return new EngineAddress(engine, new URI(url), orNone(document.credential()), options);
    } catch (URISyntaxException e) {
      // The reason only: the text may carry a password.
      throw yaml.refused("url", "no URL: " + e.getReason());
    } catch (IllegalArgumentException e) {
      throw yaml.refused("url", String.valueOf(e.getMessage()));
    }
  }

  private static StoreAddress storeAddress(StrictYaml yaml, String location, Store store)
      throws DrillbookException {
    try {
      return new StoreAddress(
          location, storeOptions(store), orNone(store.accessKey()), orNone(store.secretKey()));
    } catch (IllegalArgumentException e) {
      throw yaml.refused("store", String.valueOf(e.getMessage()));
    }
  }

  private static Map<String, String> storeOptions(Store store) {
    Map<String, String> options = new TreeMap<>();
    if (store.endpoint() != null) {
      options.put("endpoint", store.endpoint());
    }
    if (store.region() != null) {
      options.put("region", store.region());
    }
    if (store.pathStyle() != null) {
      options.put("path-style", store.pathStyle().toString());
    }
    return options;
  }

  private static SecretReference orNone(@Nullable SecretReference reference) {
    return reference == null ? SecretReference.NONE : reference;
  }

  private static List<String> list(
      StrictYaml yaml, String key, @Nullable List<@Nullable String> list)
      throws DrillbookException {
    List<String> words = new ArrayList<>();
    if (list != null) {
      for (String word : list) {
        words.add(required(yaml, key, word, "a list without empty entries"));
      }
    }
    return words;
  }

  private static String required(
      StrictYaml yaml, String key, @Nullable String value, String expected)
      throws DrillbookException {
    if (value == null || value.isBlank()) {
      throw yaml.refused(key, "is missing, expected " + expected);
    }
    return value.strip();
  }

  /** The document's keys; what is left out is null. */
  record Document(
      @Nullable String target,
      @Nullable String engine,
      @Nullable String url,
      @Nullable SecretReference credential,
      @Nullable Map<String, String> options,
      @Nullable List<@Nullable String> collections,
      @Nullable List<@Nullable String> tenants,
      @Nullable Store store,
      @Nullable Instance provisioner,
      @Nullable Hooks hooks) {}

  /** The keys of {@code provisioner}. */
  record Instance(@Nullable List<@Nullable String> command, @Nullable Boolean local) {}

  /** The keys of {@code hooks}. */
  record Hooks(
      @Nullable List<@Nullable String> fence,
      @Nullable List<@Nullable String> unfence,
      @Nullable List<@Nullable String> cutover,
      @Nullable List<@Nullable String> failback) {}

  /** The keys of {@code store}. */
  record Store(
      @Nullable String location,
      @Nullable String endpoint,
      @Nullable String region,
      @Nullable Boolean pathStyle,
      @Nullable SecretReference accessKey,
      @Nullable SecretReference secretKey) {}
}
