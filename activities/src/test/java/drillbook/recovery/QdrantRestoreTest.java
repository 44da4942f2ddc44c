package drillbook.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.backup.BackupKind;
import drillbook.capture.EngineRun;
import drillbook.check.Check;
import drillbook.check.FindingCode;
import drillbook.check.Verdict;
import drillbook.engine.Alias;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.SeenRecords;
import drillbook.engine.VectorIndex;
import drillbook.engine.VectorIndex.Metric;
import drillbook.engine.qdrant.TestingQdrant;
import drillbook.restore.RestoreMode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Silent losses of Qdrant as a whole restore meets them, on our fake of a cluster. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class QdrantRestoreTest {
  @TempDir Path folder;

  private EngineRun run;
  private CollectionSchema docs;

  @BeforeEach
  void backUp() throws Exception {
    run = EngineRun.of("qdrant", folder);
    docs = run.create("docs", 12, "acme", "beta");
    run.write(docs, "acme", 0, 60, 1);
    run.write(docs, "beta", 1000, 60, 2);
    run.engine().control().pointAlias(new Alias(alias(), docs.name()));
    run.backup(BackupKind.FULL);
  }

  @AfterEach
  void close() throws Exception {
    run.engine().control().dropAlias(alias());
    run.close();
  }

  @Test
  void sl_18_a_restored_collection_without_data_fails_by_its_counts() throws Exception {
    TestingRestore restore = TestingRestore.scratch(run);
    CollectionName scratch = adopted(restore);
    assertThat(restore.verdict()).isEqualTo(Verdict.PASSED);
    TestingQdrant.shared().empty(scratch.name());
    assertThat(codes(restore.checks())).contains(FindingCode.COUNT_MISMATCH);
  }

  @Test
  void sl_19_swapped_shard_keys_fail_by_digest_with_every_count_exact() throws Exception {
    TestingRestore restore = TestingRestore.scratch(run);
    CollectionName scratch = adopted(restore);
    TestingQdrant.shared().swapTenants(scratch.name(), "acme", "beta");
    List<Check> checks = restore.checks();
    assertThat(Verdict.of(checks)).isEqualTo(Verdict.FAILED);
    assertThat(codes(checks))
        .contains(FindingCode.RECORD_DIGEST_MISMATCH)
        .doesNotContain(FindingCode.COUNT_MISMATCH);
  }

  @Test
  void sl_20_the_share_of_one_peer_fails_by_the_count_over_the_cluster() throws Exception {
    TestingRestore restore = TestingRestore.scratch(run);
    CollectionName scratch = adopted(restore);
    TestingQdrant.shared().keepOnly(scratch.name(), 1);
    assertThat(codes(restore.checks())).contains(FindingCode.COUNT_MISMATCH);
  }

  @Test
  void sl_24_an_alias_comes_back_with_the_collection_that_was_lost() throws Exception {
    SeenRecords sealed = run.contents(docs.name());
    run.engine().control().drop(docs.name());
    assertThat(aliases()).as("gone with its collection").isEmpty();
    TestingRestore restore = inPlace();
    assertThat(restore.destination(0)).isEqualTo(docs.name());
    assertThat(restore.verdict()).isEqualTo(Verdict.PASSED);
    assertThat(aliases()).containsExactly(new Alias(alias(), docs.name()));
    run.contents(docs.name()).requireSame(sealed);
  }

  @Test
  void sl_24_an_alias_that_leads_elsewhere_by_now_is_found_and_left_there() throws Exception {
    CollectionSchema other = run.create("other", 12, "acme");
    run.engine().control().drop(docs.name());
    run.engine().control().pointAlias(new Alias(alias(), other.name()));
    TestingRestore restore = inPlace();
    assertThat(codes(restore.checks())).contains(FindingCode.ALIAS_MISMATCH);
    assertThat(aliases()).containsExactly(new Alias(alias(), other.name()));
  }

  @Test
  void an_in_place_restore_leads_the_alias_over_and_renames_nothing() throws Exception {
    run.write(docs, "acme", 0, 10, 9);
    TestingRestore restore = inPlace();
    CollectionName restored = adopted(restore);
    assertThat(restored).isNotEqualTo(docs.name());
    assertThat(restore.verdict()).isEqualTo(Verdict.PASSED);
    assertThat(aliases()).containsExactly(new Alias(alias(), docs.name()));
    restore.cutOver();
    assertThat(aliases()).containsExactly(new Alias(alias(), restored));
  }

  @Test
  void recall_does_not_apply_where_strict_mode_lets_nobody_search() throws Exception {
    run.forget(docs.name());
    CollectionName name = run.adopt("strict");
    docs =
        run.create(
            new CollectionSchema(
                name,
                docs.layout(),
                docs.idType(),
                List.of(new VectorIndex("embedding", "flat", Metric.EUCLIDEAN, Map.of())),
                List.of(""),
                List.of(),
                Map.of("qdrant-strict-mode", "{\"enabled\":true,\"search_allow_exact\":false}")));
    run.write(docs, "", 0, 60, 1);
    run.backup(BackupKind.FULL);
    TestingRestore restore = TestingRestore.scratch(run);
    adopted(restore);
    assertThat(restore.verdict()).isEqualTo(Verdict.PASSED);
    assertThat(restore.checks())
        .filteredOn(check -> check.name().equals("recall"))
        .isNotEmpty()
        .allSatisfy(check -> {
          assertThat(check.result()).isEqualTo(Check.Result.NOT_APPLICABLE);
          assertThat(check.detail()).contains("global vector indexing is disabled");
        });
  }

  private TestingRestore inPlace() throws Exception {
    return TestingRestore.restored(
        run, run, TestingRestore.request(run, run, RestoreMode.IN_PLACE));
  }

  private CollectionName adopted(TestingRestore restore) throws Exception {
    CollectionName name = restore.destination(0);
    run.adopt(name);
    return name;
  }

  private CollectionName alias() {
    return run.name("current");
  }

  private List<Alias> aliases() throws Exception {
    return run.engine().control().aliases().stream()
        .filter(each -> each.name().equals(alias()))
        .toList();
  }

  private static List<FindingCode> codes(List<Check> checks) {
    return TestingRestore.findings(checks).stream().map(finding -> finding.code()).toList();
  }
}
