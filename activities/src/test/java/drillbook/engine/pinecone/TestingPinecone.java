package drillbook.engine.pinecone;

import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.EngineAddress;
import drillbook.engine.pinecone.TestingNamespace.Lag;
import drillbook.http.RecordedExchange;
import drillbook.pinecone.PineconeId;
import drillbook.secret.SecretReference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A Pinecone of our own: the control plane, and for each index a host with its data plane. No
 * package ships the service, so it is built from the published API 2025-10 and what documentation
 * and reports say of its limits. It keeps data, shows writes late, counts later still, and refuses
 * what the service refuses.
 */
public final class TestingPinecone extends TestingPlane {
  /** When every capture of these tests begins. */
  static final Instant NOW = Instant.parse("2026-11-01T10:00:00Z");

  static final String KEY = "pcsk_test_0123456789";

  private static final int POLLS_UNTIL_READY = 2;
  private static final int POLLS_UNTIL_GONE = 2;
  private static final AtomicInteger NAMES = new AtomicInteger();
  private static final String RUN = Long.toString(ProcessHandle.current().pid(), 36);

  private final Map<String, TestingIndex> indexes = new TreeMap<>();
  private final Path keyFile;
  private volatile Lag lag = new Lag(2, TimeUnit.MILLISECONDS.toNanos(40));
  private volatile boolean limitsRates = true;

  /** Starts it. */
  public TestingPinecone() throws IOException {
    super(KEY);
    keyFile = Files.createTempFile("pinecone", ".key");
    Files.writeString(keyFile, KEY);
    keyFile.toFile().deleteOnExit();
  }

  /** Returns one that is shared by the tests of a run, and stops with it. */
  public static TestingPinecone shared() {
    return Shared.INSTANCE;
  }

  private static final class Shared {
    private static final TestingPinecone INSTANCE = start();

    private static TestingPinecone start() {
      try {
        TestingPinecone pinecone = new TestingPinecone();
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(pinecone::close));
        return pinecone;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Returns the control plane's address. */
  public String url() {
    return "http://" + host();
  }

  /** Returns where its key is. */
  public SecretReference credential() {
    return new SecretReference("file:" + keyFile);
  }

  /** Returns an adapter to it. */
  public Engine open() throws Exception {
    return open(Map.of(), Duration.ofSeconds(30));
  }

  Engine open(Map<String, String> options, Duration lag) throws Exception {
    return new PineconeEngine(
        new EngineAddress("pinecone", URI.create(url()), credential(), options),
        InstantSource.fixed(NOW),
        Duration.ofSeconds(30),
        lag);
  }

  static CollectionName newName(String hint) {
    return new CollectionName(List.of(), hint + "-" + RUN + "-" + NAMES.incrementAndGet());
  }

  Lag lag() {
    return lag;
  }

  /** Changes how late reads are, from now on. */
  void lag(int reads, Duration time) {
    lag = new Lag(reads, time.toNanos());
    indexes().forEach(index -> index.lag(lag));
  }

  boolean limitsRates() {
    return limitsRates;
  }

  void limitRates(boolean limit) {
    limitsRates = limit;
  }

  private synchronized List<TestingIndex> indexes() {
    return List.copyOf(indexes.values());
  }

  /** Returns an index's data plane. */
  synchronized TestingIndex index(CollectionName name) {
    TestingIndex index = indexes.get(name.name());
    if (index == null) {
      throw new AssertionError("no index " + name);
    }
    return index;
  }

  /** Returns the last exchanges with the data planes of the indexes that there are. */
  List<RecordedExchange> dataExchanges() {
    List<RecordedExchange> all = new ArrayList<>();
    indexes().forEach(index -> all.addAll(index.exchanges()));
    return all;
  }

  /** Deletes records past the adapter, and returns once reads show it, as a careful user would. */
  public void delete(CollectionSchema schema, String tenant, List<byte[]> ids) throws Exception {
    TestingIndex index = index(schema.name());
    synchronized (index) {
      List<String> texts = ids.stream().map(PineconeId::text).toList();
      TestingNamespace namespace = index.namespace(tenant);
      long number = namespace.write(shown -> texts.forEach(shown::remove));
      while (!namespace.shows(number)) {
        namespace.read();
        namespace.list();
        Thread.sleep(1);
      }
    }
  }

  @Override
  Object words(TestingRefusal refusal) {
    return Map.of(
        "status",
        refusal.status(),
        "error",
        Map.of("code", refusal.code(), "message", "" + refusal.getMessage()));
  }

  @Override
  synchronized Reply answer(Asked asked) throws TestingRefusal {
    List<String> path = asked.path();
    indexes.values().removeIf(TestingIndex::isGone);
    if (!path.getFirst().equals("indexes") || path.size() > 2) {
      throw TestingRefusal.of(404, "NOT_FOUND", "Not Found");
    }
    String name = path.getLast();
    if (path.size() == 1) {
      return switch (asked.method()) {
        case "GET" ->
            Reply.of(
                200, Map.of("indexes", indexes.values().stream().map(this::described).toList()));
        case "POST" ->
            create(
                asked,
                Set.of(
                    "name",
                    "dimension",
                    "metric",
                    "deletion_protection",
                    "tags",
                    "spec",
                    "vector_type"));
        default -> throw TestingRefusal.of(405, "UNIMPLEMENTED", "Method Not Allowed");
      };
    }
    if (asked.method().equals("POST") && name.equals("create-for-model")) {
      return create(
          asked,
          Set.of(
              "name",
              "cloud",
              "region",
              "deletion_protection",
              "tags",
              "schema",
              "read_capacity",
              "embed"));
    }
    TestingIndex index = indexes.get(name);
    if (index == null) {
      throw TestingRefusal.of(404, "NOT_FOUND", "Resource " + name + " not found");
    }
    return switch (asked.method()) {
      case "GET" -> Reply.of(200, described(index));
      case "PATCH" -> configure(asked, index);
      case "DELETE" -> drop(index);
      default -> throw TestingRefusal.of(405, "UNIMPLEMENTED", "Method Not Allowed");
    };
  }

  private Map<String, Object> described(TestingIndex index) {
    Map<String, Object> description = new LinkedHashMap<>(index.description());
    boolean made = Boolean.TRUE.equals(description.remove("made"));
    boolean ready = index.describedAgain() > POLLS_UNTIL_READY || made;
    String state = index.isGoing() ? "Terminating" : ready ? "Ready" : "Initializing";
    description.put("status", Map.of("ready", state.equals("Ready"), "state", state));
    description.put("host", index.host());
    String capacity = index.capacity();
    if (!capacity.isEmpty()
        && description.get("spec") instanceof Map<?, ?> spec
        && spec.get("serverless") instanceof Map<?, ?> serverless
        && serverless.get("read_capacity") instanceof Map<?, ?> known) {
      Map<Object, Object> told = new LinkedHashMap<>(known);
      told.put("status", Map.of("state", capacity, "error_message", "too few shards"));
      Map<Object, Object> inner = new LinkedHashMap<>(serverless);
      inner.put("read_capacity", told);
      description.put("spec", Map.of("serverless", inner));
    }
    return description;
  }

  private Reply create(Asked asked, Set<String> known) throws TestingRefusal {
    Map<String, Object> request = asked.json(known);
    Map<String, Object> description = TestingIndexRules.description(request);
    String name = (String) description.get("name");
    if (indexes.containsKey(name)) {
      throw TestingRefusal.of(409, "ALREADY_EXISTS", "Resource already exists.");
    }
    TestingIndex index = started(description);
    return Reply.of(201, described(index));
  }

  private TestingIndex started(Map<String, Object> description) {
    try {
      TestingIndex index = new TestingIndex(KEY, description, this);
      indexes.put((String) description.get("name"), index);
      return index;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes an index past the adapter, ready at once. */
  synchronized TestingIndex make(Map<String, Object> request) throws TestingRefusal {
    Map<String, Object> description = TestingIndexRules.description(request);
    description.put("made", true);
    return started(description);
  }

  private Reply configure(Asked asked, TestingIndex index) throws TestingRefusal {
    Map<String, Object> request =
        asked.json(Set.of("spec", "deletion_protection", "tags", "embed"));
    for (String field : List.of("deletion_protection", "tags")) {
      @Nullable Object value = request.get(field);
      if (value != null) {
        index.description().put(field, value);
      }
    }
    return Reply.of(202, described(index));
  }

  private static Reply drop(TestingIndex index) throws TestingRefusal {
    if ("enabled".equals(index.description().get("deletion_protection"))) {
      throw TestingRefusal.of(
          403,
          "FORBIDDEN",
          "Deletion protection is enabled for this index. Disable deletion protection before"
              + " retrying.");
    }
    index.end(POLLS_UNTIL_GONE);
    return new Reply(202, "", Map.of());
  }

  @Override
  public void close() {
    indexes().forEach(TestingIndex::close);
    super.close();
  }
}
