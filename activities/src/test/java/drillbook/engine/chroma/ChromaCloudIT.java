package drillbook.engine.chroma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.EngineFixture;
import drillbook.engine.RecordWriter;
import drillbook.engine.Requirement;
import drillbook.engine.Requirement.Standing;
import drillbook.engine.VectorIndex.Metric;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.localserver.RealServers;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is different about Chroma Cloud, on a gate before a real server. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
final class ChromaCloudIT {
  @TempDir Path folder;
  private final TestingChromaCloud cloud;

  ChromaCloudIT() throws Exception {
    cloud = new TestingChromaCloud(RealServers.chroma().url());
  }

  @AfterEach
  void end() {
    cloud.close();
  }

  @BeforeEach
  void forget() {
    cloud.throttle(0);
  }

  @Test
  void no_request_goes_beyond_the_quota_and_all_records_are_read() throws Exception {
    try (ChromaEngine engine = open()) {
      CollectionSchema schema = create(engine, 1_000);
      assertThat(ids(engine, schema)).hasSize(1_000);
      engine.control().drop(schema.name());
      assertThat(cloud.largest()).isEqualTo(300);
    }
  }

  @Test
  void a_deletion_between_two_pages_hides_no_other_record() throws Exception {
    try (ChromaEngine engine = open()) {
      CollectionSchema schema = create(engine, 1_000);
      List<byte[]> gone = IntStream.range(0, 50).mapToObj(i -> RecordId.of("r" + i)).toList();
      cloud.betweenPages(() -> delete(schema.name(), gone));
      Set<String> read = ids(engine, schema);
      IntStream.range(50, 1_000).forEach(i -> assertThat(read).contains("r" + i));
    }
  }

  @Test
  void a_server_that_asks_to_come_later_is_told_as_such_and_not_asked_again_at_once()
      throws Exception {
    try (ChromaEngine engine = open()) {
      cloud.throttle(1);
      DrillbookException failure =
          catchThrowableOfType(DrillbookException.class, () -> engine.control().collections());
      assertThat(failure.kind()).isEqualTo(FailureKind.UNAVAILABLE);
      assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(7));
      assertThat(engine.control().collections()).isNotNull();
    }
  }

  @Test
  void what_the_quotas_refuse_is_the_target_that_does_not_fit() throws Exception {
    try (ChromaEngine engine = open()) {
      CollectionSchema schema = create(engine, 1);
      RecordBatch batch = new RecordBatch(schema.layout());
      batch.ids().add(RecordId.of("long"));
      batch.vectors().getFirst().add(new float[] {1, 2, 3, 4}, 0, 4);
      batch.documents().add("x".repeat(20_000).getBytes(StandardCharsets.UTF_8));
      batch.endRecord();
      try (RecordWriter writer = engine.records().writer(schema, "")) {
        DrillbookException failure =
            catchThrowableOfType(DrillbookException.class, () -> writer.write(batch));
        assertThat(failure.kind()).isEqualTo(FailureKind.INCOMPATIBLE_TARGET);
        assertThat(failure).hasMessageContaining("Document size exceeded");
      }
    }
  }

  @Test
  void requirements_need_neither_health_nor_reset_nor_a_large_request() throws Exception {
    try (ChromaEngine engine = open()) {
      List<Requirement> requirements = engine.control().requirements();
      assertThat(requirements)
          .extracting(Requirement::subject)
          .contains("tenant " + TestingChromaCloud.TENANT, "request size")
          .doesNotContain("reset is off", "all tenants");
      assertThat(requirements).extracting(Requirement::standing).doesNotContain(Standing.MISSING);
    }
  }

  private ChromaEngine open() throws Exception {
    return TestingChroma.openCloud(cloud.url(), TestingChroma.token(folder));
  }

  private static CollectionSchema create(ChromaEngine engine, int records) throws Exception {
    CollectionName name =
        new CollectionName(
            List.of(TestingChromaCloud.TENANT, TestingChromaCloud.DATABASE),
            TestingChroma.newName("cloud").name());
    CollectionSchema schema =
        TestingChroma.schema(name, 4, TestingChroma.index(Metric.EUCLIDEAN, Map.of()));
    engine.control().create(schema);
    try (RecordWriter writer = engine.records().writer(schema, "")) {
      writer.write(TestingChroma.records(schema.layout(), 0, records));
    }
    return engine.control().schema(name);
  }

  private static Set<String> ids(ChromaEngine engine, CollectionSchema schema) throws Exception {
    Set<String> ids = new HashSet<>();
    RecordBatch all = EngineFixture.records(engine, schema);
    for (int i = 0; i < all.size(); i++) {
      assertThat(ids.add(RecordId.print(all.ids().get(i)))).isTrue();
    }
    return ids;
  }

  private static void delete(CollectionName name, List<byte[]> ids) {
    try {
      TestingChroma.delete(RealServers.chroma().url(), name, ids);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
