package drillbook.engine.chroma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import drillbook.engine.Capture;
import drillbook.engine.CaptureToken.Range;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.IndexState;
import drillbook.engine.MemoryNotes;
import drillbook.engine.NearestQuery;
import drillbook.engine.RecordWriter;
import drillbook.engine.VectorIndex.Metric;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.localserver.LocalChroma;
import drillbook.localserver.RealServers;
import drillbook.record.BytesColumn;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.VectorColumn;
import drillbook.secret.SecretReference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Losses that Chroma does not report, made on a real server. */
class ChromaSilentLossIT {
  private static final int DIMENSION = 16;

  @Test
  void sl_01_a_copy_of_segments_before_sqlite_is_found_by_reading_every_vector(@TempDir Path folder)
      throws Exception {
    RealServers.installed("chroma", LocalChroma.PACKAGE);
    CollectionName name = TestingChroma.newName("torn");
    Path live = folder.resolve("live");
    Path copy = folder.resolve("copy");
    try (LocalChroma server = LocalChroma.start(RealServers.cache(), live);
        Engine engine = TestingChroma.open(server.url(), SecretReference.NONE)) {
      engine
          .control()
          .create(
              TestingChroma.schema(
                  name,
                  DIMENSION,
                  TestingChroma.index(Metric.EUCLIDEAN, Map.of("sync_threshold", "200"))));
      write(engine, name, 0, 1000);
      copy(server.dataFolder(), copy.resolve("data"), Files::isDirectory);
      write(engine, name, 1000, 1000);
      copy(server.dataFolder(), copy.resolve("data"), Files::isRegularFile);
    }
    try (LocalChroma server = LocalChroma.start(RealServers.cache(), copy);
        Engine engine = TestingChroma.open(server.url(), SecretReference.NONE)) {
      CollectionSchema schema = engine.control().schema(name);
      assertThat(engine.control().count(name, "")).as("the count looks perfect").isEqualTo(2000);
      NearestQuery query =
          new NearestQuery(name, "", "", new byte[DIMENSION * 4], DIMENSION, 3, false);
      assertThat(engine.control().nearest(query)).as("searches answer").hasSize(3);
      List<String> read = new ArrayList<>();
      DrillbookException failure =
          catchThrowableOfType(
              DrillbookException.class,
              () -> capture(engine, schema, batch -> read.addAll(ids(batch))));
      assertThat(failure.kind()).isEqualTo(FailureKind.CORRUPT);
      assertThat(failure)
          .hasMessageStartingWith("ENGINE_READ_FAILED: ")
          .hasMessageContaining("Error finding id");
      List<String> named =
          Stream.of(
                  String.valueOf(failure.getMessage())
                      .replaceAll(".*\\[(r\\d[^]]*)].*", "$1")
                      .split(", ", -1))
              .toList();
      assertThat(named).hasSizeBetween(1, 5).doesNotContainAnyElementsOf(read);
      for (String lost : named) {
        assertThat(fetchFails(engine, schema, lost)).as(lost + " cannot be read alone").isTrue();
      }
    }
  }

  @Test
  void sl_02_deletes_during_an_export_hide_no_other_record() throws Exception {
    String url = RealServers.chroma().url();
    try (Engine engine = TestingChroma.open(url, SecretReference.NONE)) {
      CollectionName name = TestingChroma.newName("deletes");
      engine
          .control()
          .create(
              TestingChroma.schema(
                  name, DIMENSION, TestingChroma.index(Metric.EUCLIDEAN, Map.of())));
      write(engine, name, 0, 3000);
      CollectionSchema schema = engine.control().schema(name);
      Set<String> seen = new HashSet<>();
      Set<String> deleted = new HashSet<>();
      capture(
          engine,
          schema,
          batch -> {
            seen.addAll(ids(batch));
            // What was read already goes: a reader by offset would now skip as many.
            List<byte[]> going = new ArrayList<>();
            for (int row = 0; row < batch.size(); row += 2) {
              going.add(batch.ids().get(row));
              deleted.add(RecordId.print(batch.ids().get(row)));
            }
            TestingChroma.delete(url, name, going);
          });
      assertThat(seen).hasSize(3000);
      assertThat(engine.control().count(name, "")).isEqualTo(3000 - deleted.size());
      engine.control().drop(name);
    }
  }

  @Test
  void a_dropped_collection_leaves_no_lists_to_the_next_one() throws Exception {
    try (Engine engine = TestingChroma.open(RealServers.chroma().url(), SecretReference.NONE)) {
      CollectionName first = created(engine, Metric.EUCLIDEAN);
      RecordBatch lists = new RecordBatch(engine.control().schema(first).layout());
      for (int i = 0; i < 20; i++) {
        lists.ids().add(RecordId.of("l" + i));
        lists.vectors().getFirst().add(new float[] {1, 2}, 0, 2);
        lists.payloads().add(Payload.encode(Map.of("list", List.of(1L, 2L))));
        lists.endRecord();
      }
      write(engine, first, lists);
      assertThat(engine.control().drop(first)).isTrue();
      CollectionName second = created(engine, Metric.EUCLIDEAN);
      write(engine, second, 0, 40);
      capture(
          engine,
          engine.control().schema(second),
          batch -> {
            for (int row = 0; row < batch.size(); row++) {
              assertThat(Payload.decode(batch.payloads().get(row))).containsOnlyKeys("number");
            }
          });
      engine.control().drop(second);
    }
  }

  @Test
  void vectors_of_a_cosine_collection_survive_two_restores() throws Exception {
    try (Engine engine = TestingChroma.open(RealServers.chroma().url(), SecretReference.NONE)) {
      CollectionName[] names = new CollectionName[3];
      List<Map<String, String>> vectors = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        names[i] = created(engine, Metric.COSINE);
        if (i == 0) {
          write(engine, names[0], 0, 500);
        } else {
          CollectionName target = names[i];
          capture(
              engine, engine.control().schema(names[i - 1]), batch -> write(engine, target, batch));
        }
        Map<String, String> bits = new TreeMap<>();
        capture(
            engine,
            engine.control().schema(names[i]),
            batch -> {
              for (int row = 0; row < batch.size(); row++) {
                VectorColumn column = batch.vectors().getFirst();
                bits.put(
                    RecordId.print(batch.ids().get(row)),
                    HexFormat.of().formatHex(column.bits().get(row)));
              }
            });
        vectors.add(bits);
      }
      assertThat(vectors.get(0)).hasSize(500);
      assertThat(vectors.get(1)).isEqualTo(vectors.get(0));
      assertThat(vectors.get(2)).isEqualTo(vectors.get(0));
      assertThat(engine.control().indexState(engine.control().schema(names[2])))
          .isEqualTo(new IndexState.Ready());
      for (CollectionName name : names) {
        engine.control().drop(name);
      }
    }
  }

  /** Takes a batch and may do anything. */
  @FunctionalInterface
  private interface Taker {
    void take(RecordBatch batch) throws Exception;
  }

  private static CollectionName created(Engine engine, Metric metric) throws Exception {
    CollectionName name = TestingChroma.newName("made");
    engine
        .control()
        .create(TestingChroma.schema(name, DIMENSION, TestingChroma.index(metric, Map.of())));
    return name;
  }

  private static void write(Engine engine, CollectionName name, int from, int count)
      throws Exception {
    CollectionSchema schema =
        TestingChroma.schema(name, DIMENSION, TestingChroma.index(Metric.EUCLIDEAN, Map.of()));
    for (int i = from; i < from + count; i += 100) {
      write(
          engine, name, TestingChroma.records(schema.layout(), i, Math.min(100, from + count - i)));
    }
  }

  private static void write(Engine engine, CollectionName name, RecordBatch batch)
      throws DrillbookException, InterruptedException {
    try (RecordWriter writer = engine.records().writer(engine.control().schema(name), "")) {
      writer.write(batch);
    }
  }

  private static void capture(Engine engine, CollectionSchema schema, Taker taker)
      throws DrillbookException, InterruptedException {
    MemoryNotes notes = new MemoryNotes();
    try (Capture capture = engine.records().begin(List.of(schema), notes)) {
      for (Range range : capture.token().ranges()) {
        engine
            .records()
            .read(
                capture.token(),
                range,
                "",
                notes,
                (batch, cursor) -> {
                  try {
                    taker.take(batch);
                  } catch (DrillbookException | InterruptedException | RuntimeException e) {
                    throw e;
                  } catch (Exception e) {
                    throw new AssertionError(e);
                  }
                });
      }
    }
  }

  private static boolean fetchFails(Engine engine, CollectionSchema schema, String id)
      throws InterruptedException {
    try {
      engine.records().fetch(schema, "", List.of(RecordId.of(id)), (batch, cursor) -> {});
      return false;
    } catch (DrillbookException e) {
      return e.kind() == FailureKind.CORRUPT;
    }
  }

  private static List<String> ids(RecordBatch batch) {
    BytesColumn ids = batch.ids();
    List<String> texts = new ArrayList<>();
    for (int row = 0; row < batch.size(); row++) {
      texts.add(RecordId.print(ids.get(row)));
    }
    return texts;
  }

  private static void copy(Path from, Path to, java.util.function.Predicate<Path> which)
      throws IOException {
    try (Stream<Path> entries = Files.list(from)) {
      entries.filter(which).forEach(entry -> copyTree(entry, to.resolve(entry.getFileName())));
    }
  }

  private static void copyTree(Path from, Path to) {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.createDirectories(target.toAbsolutePath().getParent());
          Files.copy(path, target);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
