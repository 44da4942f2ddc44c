package drillbook.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.backup.BackupKind;
import drillbook.capture.EngineRun;
import drillbook.check.Verdict;
import drillbook.engine.Alias;
import drillbook.engine.Capability;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Control;
import drillbook.engine.SeenRecords;
import drillbook.failure.DrillbookException;
import drillbook.restore.RestoreMode;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In-place restores where clients come by an alias. */
class AliasesIT {
  private static final int DIMENSION = 8;

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"milvus", "qdrant", "weaviate"})
  void in_place_leads_an_alias_to_what_was_restored(String engine) throws Exception {
    try (EngineRun run = EngineRun.of(engine, folder)) {
      Control control = run.engine().control();
      CollectionSchema docs = run.create("docs", DIMENSION);
      run.write(docs, "", 0, 40, 1);
      CollectionName alias = run.name("current");
      control.pointAlias(new Alias(alias, docs.name()));
      SeenRecords backedUp = run.contents(docs.name());
      run.backup(BackupKind.FULL);
      run.write(docs, "", 0, 40, 2);

      TestingRestore restore =
          TestingRestore.restored(run, run, TestingRestore.request(run, run, RestoreMode.IN_PLACE));
      run.adopt(restore.destination(0));
      assertThat(restore.verdict()).isEqualTo(Verdict.PASSED);
      assertThat(leadsTo(control, alias)).as("before the cut over").isEqualTo(docs.name());
      CollectionName restored = restore.destination(0);
      restore.cutOver();
      restore.cutOver();

      boolean renames = run.engine().profile().has(Capability.REPLACE);
      CollectionName place = renames ? docs.name() : restored;
      assertThat(leadsTo(control, alias)).isEqualTo(place);
      run.contents(place).requireSame(backedUp);
      if (!renames) {
        // Clients that come by the collection's own name find it as it was.
        assertThat(run.contents(docs.name()).size()).isEqualTo(40);
      }
      control.dropAlias(alias);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"qdrant", "weaviate"})
  void in_place_without_rename_and_alias_is_refused_before_anything_is_written(String engine)
      throws Exception {
    try (EngineRun run = EngineRun.of(engine, folder)) {
      CollectionSchema docs = run.create("docs", DIMENSION);
      run.write(docs, "", 0, 10, 1);
      run.backup(BackupKind.FULL);
      assertThatThrownBy(() ->
              TestingRestore.planned(
                  run, run, TestingRestore.request(run, run, RestoreMode.IN_PLACE)))
          .isInstanceOf(DrillbookException.class)
          .hasMessageContaining("renames no collections");
      assertThat(run.own()).containsExactly(docs.name());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"milvus", "qdrant", "weaviate"})
  void a_name_that_is_an_alias_by_now_is_never_replaced(String engine) throws Exception {
    try (EngineRun run = EngineRun.of(engine, folder)) {
      Control control = run.engine().control();
      CollectionSchema docs = run.create("docs", DIMENSION);
      run.write(docs, "", 0, 10, 1);
      run.backup(BackupKind.FULL);
      control.drop(docs.name());
      CollectionSchema other = run.create("other", DIMENSION);
      run.write(other, "", 0, 10, 2);
      SeenRecords theirs = run.contents(other.name());
      control.pointAlias(new Alias(docs.name(), other.name()));
      try {
        assertThatThrownBy(() ->
                TestingRestore.planned(
                    run, run, TestingRestore.request(run, run, RestoreMode.IN_PLACE)))
            .isInstanceOf(DrillbookException.class)
            .hasMessageContaining("alias of another one");
        run.contents(other.name()).requireSame(theirs);
      } finally {
        control.dropAlias(docs.name());
      }
    }
  }

  private static CollectionName leadsTo(Control control, CollectionName alias) throws Exception {
    return control.aliases().stream()
        .filter(one -> one.name().equals(alias))
        .map(Alias::collection)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no alias " + alias));
  }
}
