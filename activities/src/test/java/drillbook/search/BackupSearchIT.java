package drillbook.search;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.backup.BackupKind;
import drillbook.backup.BackupReport;
import drillbook.capture.EngineRun;
import drillbook.engine.CollectionSchema;
import drillbook.engine.NearestQuery;
import drillbook.record.RecordId;
import drillbook.search.SearchQuestion.Near;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A backup answers as the real engine did when it was made. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class BackupSearchIT {
  private static final int DIMENSION = 16;
  private static final int K = 15;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"chroma", "pgvector"})
  void an_increment_answers_as_the_live_engine_did_without_what_was_deleted(String engine)
      throws Exception {
    try (EngineRun run = EngineRun.of(engine, folder)) {
      CollectionSchema docs = run.create("docs", DIMENSION);
      run.write(docs, "", 0, 600, 1);
      BackupReport full = run.backup(BackupKind.FULL);
      List<List<String>> before = answers(run, docs);
      run.write(docs, "", 100, 50, 2);
      run.delete(docs.name(), 0, 90);
      BackupReport increment = run.backup(BackupKind.INCREMENTAL);
      List<List<String>> after = answers(run, docs);

      assertThat(before).isNotEqualTo(after);
      assertThat(searched(run, full)).isEqualTo(before);
      assertThat(searched(run, increment)).isEqualTo(after);
      SearchAnswer like = search(run, increment, new Near.ToRecord("record-120"));
      assertThat(like.compared()).isEqualTo(510);
      assertThat(like.metric()).isEqualTo("euclidean");
      assertThat(like.hits().getFirst().id()).isEqualTo("record-120");
      assertThat(like.hits().getFirst().distance()).isZero();
    }
  }

  /** Returns what the live engine answers, comparing with every record. */
  private static List<List<String>> answers(EngineRun run, CollectionSchema schema)
      throws Exception {
    List<List<String>> answers = new ArrayList<>();
    for (float[] query : queries()) {
      ByteBuffer bits = ByteBuffer.allocate(4 * DIMENSION).order(ByteOrder.LITTLE_ENDIAN);
      bits.asFloatBuffer().put(query);
      NearestQuery asked =
          new NearestQuery(
              schema.name(),
              "",
              schema.layout().vectors().getFirst().name(),
              bits.array(),
              DIMENSION,
              K,
              true);
      answers.add(
          run.engine().control().nearest(asked).stream()
              .map(neighbour -> RecordId.print(neighbour.id()))
              .toList());
    }
    return answers;
  }

  private static List<List<String>> searched(EngineRun run, BackupReport report) throws Exception {
    List<List<String>> answers = new ArrayList<>();
    for (float[] query : queries()) {
      String json =
          IntStream.range(0, query.length)
              .mapToObj(i -> String.valueOf(query[i]))
              .collect(Collectors.joining(", ", "[", "]"));
      answers.add(
          search(run, report, new Near.ToVector(json)).hits().stream()
              .map(SearchAnswer.Hit::id)
              .toList());
    }
    return answers;
  }

  private static SearchAnswer search(EngineRun run, BackupReport report, Near near)
      throws Exception {
    return new BackupSearch(run.archive().open(report.backupId()), sentence -> {})
        .search(
            new SearchQuestion("", List.of(), Optional.empty(), near, K, Optional.empty(), false));
  }

  private static List<float[]> queries() {
    Random random = new Random(3);
    return IntStream.range(0, 5)
        .mapToObj(i -> {
          float[] query = new float[DIMENSION];
          for (int d = 0; d < DIMENSION; d++) {
            query[d] = random.nextFloat(-1, 1);
          }
          return query;
        })
        .toList();
  }
}
