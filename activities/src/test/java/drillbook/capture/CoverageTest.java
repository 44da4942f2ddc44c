package drillbook.capture;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.check.Finding;
import drillbook.check.FindingCode;
import drillbook.engine.CollectionName;
import drillbook.engine.EngineAddress;
import drillbook.store.StoreAddress;
import drillbook.target.Target;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CoverageTest {
  private static final String HERE = "memory://here:7000";

  @TempDir Path folder;

  @Test
  void a_collection_that_no_target_means_is_named() throws Exception {
    MemoryRun run = run("docs", "notes", "fresh");
    Target docs = target("docs", HERE, "docs");

    assertThat(names(run, docs, target("notes", HERE, "main/notes")))
        .isEqualTo("1 collection of the instance belongs to no target: main/fresh");
    assertThat(names(run, docs))
        .isEqualTo("2 collections of the instance belong to no target: main/fresh, main/notes");
  }

  @Test
  void a_target_without_a_list_means_all() throws Exception {
    MemoryRun run = run("docs", "notes");

    assertThat(findings(run, target("docs", HERE))).isEmpty();
    assertThat(findings(run, target("docs", HERE, "docs"), target("all", HERE))).isEmpty();
  }

  @Test
  void targets_of_another_instance_cover_nothing_here() throws Exception {
    MemoryRun run = run("docs", "notes");
    Target docs = target("docs", HERE, "docs");

    for (String elsewhere : List.of("memory://there:7000", "memory://here:7001")) {
      assertThat(names(run, docs, target("other", elsewhere))).contains("main/notes");
    }
    for (String same : List.of("memory://HERE:7000/", "memory://somebody@here:7000")) {
      assertThat(findings(run, docs, target("other", same))).isEmpty();
    }
  }

  @Test
  void what_drills_and_restores_put_aside_is_not_counted() throws Exception {
    MemoryRun run =
        run(
            "docs",
            "drill-20261101t000000_a1b2c3_docs",
            "docs_restored_20261101t000000_old",
            "drill-reports");
    Target docs = target("docs", HERE, "docs");

    assertThat(names(run, docs)).endsWith("no target: main/drill-reports");
  }

  @Test
  void names_are_bounded() throws Exception {
    String[] names = new String[25];
    for (int i = 0; i < names.length; i++) {
      names[i] = "c%02d".formatted(i);
    }
    String message = names(run(names), target("docs", HERE, "c00"));

    assertThat(message).startsWith("24 collections").contains("main/c10, and 14 more");
    assertThat(message).doesNotContain("c11");
  }

  private MemoryRun run(String... collections) throws Exception {
    MemoryRun run = new MemoryRun(folder);
    for (String name : collections) {
      run.engine()
          .control()
          .create(run.create("template").named(new CollectionName(List.of("main"), name)));
      run.engine().control().drop(run.name("template"));
    }
    return run;
  }

  private static String names(MemoryRun run, Target... targets) throws Exception {
    List<Finding> findings = findings(run, targets);
    assertThat(findings).hasSize(1);
    assertThat(findings.getFirst().code()).isEqualTo(FindingCode.NOT_COVERED);
    return findings.getFirst().message();
  }

  private static List<Finding> findings(MemoryRun run, Target... targets) throws Exception {
    return new Coverage(targets[0], run.engine(), List.of(targets)).findings();
  }

  private Target target(String name, String url, String... collections) {
    return new Target(
        name,
        EngineAddress.of("memory", url),
        List.of(collections),
        List.of(),
        StoreAddress.folder(folder));
  }
}
