package drillbook.difference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import drillbook.backup.BackupKind;
import drillbook.backup.BackupReport;
import drillbook.capture.MemoryRun;
import drillbook.difference.BackupDifference.Change;
import drillbook.difference.BackupDifference.Example;
import drillbook.difference.BackupDifference.Part;
import drillbook.engine.CollectionSchema;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.store.ArtifactStore.Listed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupComparisonTest {
  @TempDir Path folder;
  private MemoryRun run;

  @BeforeEach
  void run() throws Exception {
    run = new MemoryRun(folder);
  }

  @Test
  void what_was_added_removed_and_changed_is_named() throws Exception {
    CollectionSchema docs = run.create("docs");
    run.write(docs, "", 0, 1000, 1);
    BackupReport before = run.backup(BackupKind.FULL);
    run.engine().control().drop(docs.name());
    docs = run.create("docs");
    run.write(docs, "", 3, 997, 1);
    run.write(docs, "", 500, 2, 2);
    run.padding(10);
    run.write(docs, "", 700, 1, 1);
    run.write(docs, "", 2000, 1, 1);
    BackupReport after = run.backup(BackupKind.INCREMENTAL);

    BackupDifference forth = compare(before, after, 20);

    assertThat(forth.same()).isFalse();
    assertThat(forth.parts()).containsExactly(new Part("main/docs", "", 1000, 998, 1, 3, 3));
    assertThat(lines(forth))
        .containsExactlyInAnyOrder(
            "ADDED record-2000 []",
            "REMOVED record-0 []",
            "REMOVED record-1 []",
            "REMOVED record-2 []",
            "CHANGED record-500 [vector]",
            "CHANGED record-501 [vector]",
            "CHANGED record-700 [payload]");

    BackupDifference back = compare(after, before, 20);

    assertThat(back.parts()).containsExactly(new Part("main/docs", "", 998, 1000, 3, 1, 3));
    assertThat(lines(back)).contains("REMOVED record-2000 []", "ADDED record-0 []");
  }

  @Test
  void any_two_of_a_history_differ_by_what_happened_between_them() throws Exception {
    SplittableRandom random = new SplittableRandom(7);
    List<Map<Integer, Integer>> states = new ArrayList<>();
    List<BackupReport> backups = new ArrayList<>();
    TreeMap<Integer, Integer> state = new TreeMap<>();
    for (int step = 0; step < 6; step++) {
      for (int i = 0; i < 120; i++) {
        int record = random.nextInt(400);
        if (random.nextInt(4) == 0) {
          state.remove(record);
        } else {
          state.put(record, random.nextInt(3));
        }
      }
      CollectionSchema docs = run.create("docs");
      for (var entry : state.entrySet()) {
        run.write(docs, "", entry.getKey(), 1, entry.getValue());
      }
      states.add(new TreeMap<>(state));
      backups.add(
          step == 3
              ? run.backupAnew()
              : run.backup(step == 0 ? BackupKind.FULL : BackupKind.INCREMENTAL));
      run.engine().control().drop(docs.name());
    }

    for (int a = 0; a < states.size(); a++) {
      for (int b = 0; b < states.size(); b++) {
        BackupDifference difference = compare(backups.get(a), backups.get(b), 1000);
        assertThat(names(difference)).as(a + " to " + b).isEqualTo(names(states, a, b));
        assertThat(difference.records()).isEqualTo(difference.examples().size());
        assertThat(difference.same()).isEqualTo(a == b);
      }
    }
  }

  @Test
  void the_limit_bounds_examples_of_each_kind_and_not_the_counts() throws Exception {
    CollectionSchema docs = run.create("docs");
    CollectionSchema more = run.create("more");
    run.write(docs, "", 0, 300, 1);
    run.write(more, "", 0, 300, 1);
    BackupReport before = run.backup(BackupKind.FULL);
    run.write(docs, "", 0, 400, 2);
    run.write(more, "", 0, 400, 2);
    BackupReport after = run.backup(BackupKind.INCREMENTAL);

    BackupDifference some = compare(before, after, 5);
    BackupDifference none = compare(before, after, 0);

    assertThat(some.changed()).isEqualTo(600);
    assertThat(some.added()).isEqualTo(200);
    assertThat(some.examples()).hasSize(10);
    assertThat(none.records()).isEqualTo(800);
    assertThat(none.examples()).isEmpty();
  }

  @Test
  void parts_that_are_sealed_as_the_same_are_not_read() throws Exception {
    CollectionSchema docs = run.create("docs");
    CollectionSchema still = run.create("still");
    run.write(docs, "", 0, 300, 1);
    run.write(still, "", 0, 300, 1);
    BackupReport before = run.backup(BackupKind.FULL);
    run.write(docs, "", 7, 1, 2);
    BackupReport after = run.backup(BackupKind.FULL);
    for (Listed listed : run.store().list("docs/backups/", "", 1000)) {
      if (listed.key().contains("/c1/")) {
        run.store().delete(listed.key());
      }
    }

    BackupDifference difference = compare(before, after, 20);

    assertThat(lines(difference)).containsExactly("CHANGED record-7 [vector]");
  }

  @Test
  void the_same_state_stored_twice_is_the_same() throws Exception {
    CollectionSchema docs = run.create("docs");
    run.write(docs, "", 0, 300, 1);
    BackupReport first = run.backup(BackupKind.FULL);
    BackupReport anew = run.backupAnew();

    assertThat(compare(first, anew, 20).same()).isTrue();
  }

  @Test
  void collections_and_tenants_that_came_or_went_are_told() throws Exception {
    CollectionSchema docs = run.create("docs", "a", "b");
    run.write(docs, "a", 0, 10, 1);
    run.write(docs, "b", 0, 10, 1);
    CollectionSchema old = run.create("old");
    run.write(old, "", 0, 5, 1);
    BackupReport before = run.backup(BackupKind.FULL);
    run.engine().control().drop(old.name());
    run.write(run.create("fresh"), "", 0, 3, 1);
    run.write(docs, "b", 0, 1, 2);
    BackupReport after = run.backup(BackupKind.INCREMENTAL);

    BackupDifference difference = compare(before, after, 0);

    assertThat(difference.schemas())
        .containsExactly("collection main/fresh is new", "collection main/old is gone");
    assertThat(difference.parts())
        .containsExactly(
            new Part("main/docs", "b", 10, 10, 0, 0, 1),
            new Part("main/fresh", "", 0, 3, 3, 0, 0),
            new Part("main/old", "", 5, 0, 0, 5, 0));
  }

  @Test
  void an_index_that_is_gone_is_not_taken_for_no_records() throws Exception {
    CollectionSchema docs = run.create("docs");
    run.write(docs, "", 0, 300, 1);
    BackupReport before = run.backup(BackupKind.FULL);
    run.write(docs, "", 7, 1, 2);
    BackupReport after = run.backup(BackupKind.FULL);
    for (Listed listed : run.store().list(run.folder(after) + "c0/", "", 1000)) {
      if (listed.key().contains("/index-")) {
        run.store().delete(listed.key());
      }
    }

    DrillbookException failure =
        catchThrowableOfType(DrillbookException.class, () -> compare(before, after, 0));

    assertThat(failure.kind()).isEqualTo(FailureKind.NOT_FOUND);
  }

  private BackupDifference compare(BackupReport before, BackupReport after, int limit)
      throws Exception {
    return new BackupComparison(
            run.archive().open(before.backupId()),
            run.archive().open(after.backupId()),
            limit,
            sentence -> {})
        .compare();
  }

  private static List<String> lines(BackupDifference difference) {
    return difference.examples().stream()
        .map(example -> example.change() + " " + example.id() + " " + example.fields())
        .toList();
  }

  private static Set<String> names(BackupDifference difference) {
    return difference.examples().stream()
        .map((Example example) -> example.change() + " " + example.id())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> names(List<Map<Integer, Integer>> states, int a, int b) {
    Set<String> names = new TreeSet<>();
    states
        .get(a)
        .forEach((record, seed) -> {
          Integer now = states.get(b).get(record);
          if (now == null) {
            names.add(Change.REMOVED + " record-" + record);
          } else if (!now.equals(seed)) {
            names.add(Change.CHANGED + " record-" + record);
          }
        });
    states.get(b).keySet().stream()
        .filter(record -> !states.get(a).containsKey(record))
        .forEach(record -> names.add(Change.ADDED + " record-" + record));
    return names;
  }
}
