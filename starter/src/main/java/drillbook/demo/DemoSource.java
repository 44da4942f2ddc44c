package drillbook.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.RecordWriter;
import drillbook.engine.VectorIndex;
import drillbook.engine.VectorIndex.Metric;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.ElementType;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.VectorField;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The live Chroma database of the demo: how it is filled, and how it changes. One thread. */
final class DemoSource {
  /** The passages. */
  static final CollectionName HANDBOOK =
      new CollectionName(List.of("default_tenant", "default_database"), "handbook");

  /** The questions, of another tenant. */
  static final CollectionName QUESTIONS =
      new CollectionName(List.of("research", "surveys"), "questions");

  /** A collection without records. */
  static final CollectionName DRAFTS =
      new CollectionName(List.of("default_tenant", "default_database"), "drafts");

  /** The tenants that hold them. */
  static final List<String> TENANTS = List.of("default_tenant", "research");

  /** How many passages are deleted. */
  static final int DELETIONS = 20;

  private static final int BATCH = 200;
  private static final RecordLayout LAYOUT =
      RecordLayout.dense(new VectorField("", ElementType.F32, DemoPassages.DIMENSION, false));
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private final Engine engine;
  private final DemoCorpus corpus;
  private final URI url;

  /**
   * Prepares it; asks nobody.
   *
   * @param url where Chroma answers
   */
  DemoSource(Engine engine, DemoCorpus corpus, URI url) {
    this.engine = engine;
    this.corpus = corpus;
    this.url = url;
  }

  /** Creates and fills three collections; returns the bytes of their records' content. */
  long fill() throws DrillbookException, InterruptedException {
    create(HANDBOOK, Metric.COSINE);
    create(DRAFTS, Metric.COSINE);
    create(QUESTIONS, Metric.EUCLIDEAN);
    return write(HANDBOOK, corpus.passages()) + write(QUESTIONS, corpus.queries());
  }

  /**
   * Writes the changes over the passages and deletes some; returns the bytes of the content of what
   * was written.
   */
  long change() throws DrillbookException, InterruptedException {
    long bytes = write(HANDBOOK, corpus.changes());
    delete(deleted(corpus));
    return bytes;
  }

  /** Returns the ids that are deleted: the last passages that no change touches. */
  static List<String> deleted(DemoCorpus corpus) {
    Set<String> changed = new HashSet<>(corpus.changes().ids());
    List<String> untouched =
        corpus.passages().ids().stream().filter(id -> !changed.contains(id)).toList();
    return untouched.subList(untouched.size() - DELETIONS, untouched.size());
  }

  /** Returns how many passages there are after the changes. */
  static int passagesAfter(DemoCorpus corpus) {
    Set<String> ids = new HashSet<>(corpus.passages().ids());
    ids.addAll(corpus.changes().ids());
    deleted(corpus).forEach(ids::remove);
    return ids.size();
  }

  private void create(CollectionName name, Metric metric)
      throws DrillbookException, InterruptedException {
    engine
        .control()
        .create(
            new CollectionSchema(
                name,
                LAYOUT,
                "text",
                List.of(
                    new VectorIndex(
                        "", "hnsw", metric, Map.of("ef_construction", "200", "m", "32"))),
                List.of(CollectionSchema.NO_TENANT),
                List.of(),
                Map.of()));
  }

  private long write(CollectionName name, DemoPassages passages)
      throws DrillbookException, InterruptedException {
    long bytes = 0;
    RecordBatch batch = new RecordBatch(LAYOUT);
    try (RecordWriter writer =
        engine.records().writer(engine.control().schema(name), CollectionSchema.NO_TENANT)) {
      for (int row = 0; row < passages.size(); row++) {
        append(batch, passages, row);
        if (batch.size() == BATCH || row == passages.size() - 1) {
          bytes += batch.bytes();
          writer.write(batch);
          batch.clear();
        }
      }
    }
    return bytes;
  }

  private static void append(RecordBatch batch, DemoPassages passages, int row) {
    DemoPassage passage = passages.rows().get(row);
    batch.ids().add(RecordId.of(passage.id()));
    int start = row * DemoPassages.DIMENSION;
    batch.vectors().getFirst().add(passages.vectors(), start, DemoPassages.DIMENSION);
    passage.metadata().ifPresent(values -> batch.payloads().add(Payload.encode(values)));
    batch.documents().add(passage.text().getBytes(StandardCharsets.UTF_8));
    passage.uri().ifPresent(uri -> batch.uris().add(uri.getBytes(StandardCharsets.UTF_8)));
    batch.endRecord();
  }

  /**
   * Adapters write and drop, but delete no records: here the demo speaks to Chroma as its owner.
   */
  private void delete(List<String> ids) throws DrillbookException, InterruptedException {
    String collections =
        "/api/v2/tenants/"
            + HANDBOOK.scope().getFirst()
            + "/databases/"
            + HANDBOOK.scope().getLast()
            + "/collections/";
    try (HttpClient client = HttpClient.newHttpClient()) {
      JsonNode found =
          ask(client, HttpRequest.newBuilder(url.resolve(collections + HANDBOOK.name())).GET());
      String body = JSON.writeValueAsString(Map.of("ids", ids));
      JsonNode answer =
          ask(
              client,
              HttpRequest.newBuilder(
                      url.resolve(collections + found.path("id").asText() + "/delete"))
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(body)));
      if (answer.path("deleted").asInt() != ids.size()) {
        throw refused(answer.toString(), new IOException("not " + ids.size()));
      }
    } catch (IOException e) {
      throw refused(String.valueOf(e.getMessage()), e);
    }
  }

  private static JsonNode ask(HttpClient client, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(
          answer.body()
              + " ["
              + answer.request().method()
              + " "
              + answer.uri().getPath()
              + " "
              + answer.statusCode()
              + "]");
    }
    return JSON.readTree(answer.body());
  }

  private static DrillbookException refused(String words, IOException cause) {
    return new DrillbookException(
        FailureKind.UNAVAILABLE,
        "records could not be deleted from collection " + HANDBOOK + ": " + words,
        "",
        cause);
  }
}
