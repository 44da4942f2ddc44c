package drillbook.readiness;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.capture.MemoryRun;
import drillbook.engine.Engine;
import drillbook.engine.EngineAddress;
import drillbook.engine.Engines;
import drillbook.engine.Requirement;
import drillbook.engine.Requirement.Standing;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.store.ArtifactStore;
import drillbook.store.FreeSpace;
import drillbook.store.LocalStore;
import drillbook.store.MemoryArtifactStore;
import drillbook.store.StoreAddress;
import drillbook.store.StoreClock;
import drillbook.target.Target;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked of an engine, its collections and a store, and what becomes of each answer. */
final class ReadinessTest {
  private static final Instant NOW = Instant.parse("2026-11-21T03:00:00Z");

  @TempDir Path folder;

  private long scratch = SpaceQuestions.LEAST;

  @Test
  void what_is_there_is_met_and_the_store_is_left_as_it_was() throws Exception {
    MemoryRun run = new MemoryRun(folder);
    run.create("docs");
    ReadinessReport report = ask(run, run.store(), List.of(), List.of());
    assertThat(report.count(Standing.MISSING)).isZero();
    Map<String, Requirement> store = section(report, "store");
    assertThat(store.get("never overwrites"))
        .isEqualTo(met("never overwrites", "a second put was refused"));
    assertThat(one(store, "versions").standing()).isEqualTo(Standing.UNKNOWN);
    assertThat(one(store, "clock").standing()).isEqualTo(Standing.UNKNOWN);
    assertThat(run.store().list("", "", 10)).isEmpty();
    assertThat(one(section(report, "collections"), "captured").found())
        .isEqualTo("1 collection: main/docs");
  }

  @Test
  void collections_and_tenants_that_no_backup_holds_are_missing() throws Exception {
    MemoryRun run = new MemoryRun(folder);
    run.create("docs", "acme", "beta");
    run.create("forgotten");
    ReadinessReport report = ask(run, run.store(), List.of("docs", "nowhere"), List.of("acme"));
    Map<String, Requirement> collections = section(report, "collections");
    assertThat(one(collections, "nowhere").standing()).isEqualTo(Standing.MISSING);
    assertThat(one(collections, "all tenants of main/docs").found())
        .isEqualTo("1 of 2 are left out: beta");
    assertThat(one(collections, "all collections covered").found()).contains("main/forgotten");
    assertThat(report.count(Standing.MISSING)).isEqualTo(3);
  }

  @Test
  void an_engine_without_collections_has_nothing_to_back_up() throws Exception {
    MemoryRun run = new MemoryRun(folder);
    assertThat(section(ask(run, run.store(), List.of(), List.of()), "collections"))
        .containsKey("something to back up");
  }

  @Test
  void a_store_that_accepts_a_second_put_is_found_by_a_second_put() throws Exception {
    MemoryRun run = new MemoryRun(folder);
    run.create("docs");
    ArtifactStore overwriting =
        new MemoryArtifactStore() {
          @Override
          public Stored putNew(String key, byte[] bytes)
              throws DrillbookException, InterruptedException {
            delete(key);
            return super.putNew(key, bytes);
          }
        };
    Requirement found =
        section(ask(run, overwriting, List.of(), List.of()), "store")
            .getOrDefault("never overwrites", met("", ""));
    assertThat(found.standing()).isEqualTo(Standing.MISSING);
    assertThat(found.advice()).contains("If-None-Match");
  }

  @Test
  void a_store_that_refuses_to_write_or_delete_is_told_in_its_words() throws Exception {
    MemoryRun run = new MemoryRun(folder);
    run.create("docs");
    ArtifactStore reading =
        new MemoryArtifactStore() {
          @Override
          public Stored putNew(String key, byte[] bytes) throws DrillbookException {
            throw new DrillbookException(FailureKind.DENIED, "put: AccessDenied", "Allow it.");
          }
        };
    Map<String, Requirement> store = section(ask(run, reading, List.of(), List.of()), "store");
    assertThat(one(store, "write").advice()).isEqualTo("Allow it.");
    assertThat(one(store, "never overwrites").standing()).isEqualTo(Standing.UNKNOWN);
    ArtifactStore keeping =
        new MemoryArtifactStore() {
          @Override
          public boolean delete(String key) throws DrillbookException {
            throw new DrillbookException(FailureKind.DENIED, "delete: AccessDenied", "Allow it.");
          }
        };
    assertThat(one(section(ask(run, keeping, List.of(), List.of()), "store"), "delete").standing())
        .isEqualTo(Standing.MISSING);
  }

  @Test
  void a_store_whose_clock_is_elsewhere_is_told_by_how_much() throws Exception {
    MemoryRun run = new MemoryRun(folder);
    run.create("docs");
    for (int seconds : new int[] {0, 50, -50, 70, -3600}) {
      Requirement clock =
          section(ask(run, new Clocked(NOW.plusSeconds(seconds)), List.of(), List.of()), "store")
              .getOrDefault("clock", met("", ""));
      assertThat(clock.standing())
          .as(clock.found())
          .isEqualTo(Math.abs(seconds) <= 60 ? Standing.MET : Standing.MISSING);
      assertThat(clock.found())
          .contains(Math.abs(seconds) + " s " + (seconds < 0 ? "behind" : "ahead of"));
    }
    assertThat(new LocalStore(folder.resolve("there")).time())
        .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
  }

  @Test
  void room_is_compared_with_the_largest_backup() throws Exception {
    MemoryRun run = new MemoryRun(folder);
    run.create("docs");
    Disk disk = new Disk();
    disk.free = SpaceQuestions.LEAST;
    assertThat(space(run, disk))
        .isEqualTo(
            met("free space", "1.0 GiB free; no backup of this target tells how much one needs"));
    disk.free--;
    assertThat(space(run, disk).standing()).isEqualTo(Standing.MISSING);

    disk.free = 3L << 30;
    disk.hold("docs/backups/a/c0/1", 1L << 30);
    disk.hold("docs/backups/a/c0/2", 2L << 30);
    disk.hold("docs/backups/b/c0/1", 1L << 30);
    disk.hold("docs2/backups/c/c0/1", 9L << 30);
    assertThat(space(run, disk).found())
        .isEqualTo("3.0 GiB free; the largest backup of this target has 3.0 GiB");
    assertThat(space(run, disk).standing()).isEqualTo(Standing.MET);
    disk.free--;
    assertThat(space(run, disk).standing()).isEqualTo(Standing.MISSING);
  }

  @Test
  void scratch_space_is_asked_and_a_bucket_has_no_end() throws Exception {
    MemoryRun run = new MemoryRun(folder);
    run.create("docs");
    ArtifactStore bucket = new MemoryArtifactStore();
    Map<String, Requirement> store = section(ask(run, bucket, List.of(), List.of()), "store");
    assertThat(store).doesNotContainKey("free space");
    assertThat(one(store, "free scratch space").standing()).isEqualTo(Standing.MET);
    scratch--;
    store = section(ask(run, bucket, List.of(), List.of()), "store");
    assertThat(one(store, "free scratch space").standing()).isEqualTo(Standing.MISSING);
    assertThat(one(store, "free scratch space").advice()).contains("scratch: /path");
  }

  @Test
  void a_folder_that_is_yet_to_be_made_has_the_space_around_it() throws Exception {
    long around = new LocalStore(folder).freeBytes();
    assertThat(new LocalStore(folder.resolve("not/yet")).freeBytes())
        .isCloseTo(around, Percentage.withPercentage(50));
    assertThat(around).isPositive();
    assertThat(folder).isEmptyDirectory();
  }

  private Requirement space(MemoryRun run, ArtifactStore store) throws Exception {
    return one(section(ask(run, store, List.of(), List.of()), "store"), "free space");
  }

  /** A disk that says how full it is. */
  private static final class Disk extends MemoryArtifactStore implements FreeSpace {
    private final List<Listed> held = new ArrayList<>();
    private long free;

    void hold(String key, long bytes) {
      held.add(new Listed(key, bytes));
    }

    @Override
    public List<Listed> list(String prefix, String after, int limit)
        throws DrillbookException, InterruptedException {
      List<Listed> all = new ArrayList<>(super.list(prefix, after, limit));
      held.stream().filter(each -> each.key().startsWith(prefix)).forEach(all::add);
      return all;
    }

    @Override
    public long freeBytes() {
      return free;
    }
  }

  @Test
  void an_engine_that_does_not_answer_hides_nothing_of_the_store() throws Exception {
    MemoryRun run = new MemoryRun(folder);
    Target target = target(List.of(), List.of());
    try (Engine down =
        Engines.open(EngineAddress.of("chroma", "http://127.0.0.1:1"), InstantSource.system())) {
      ReadinessReport report =
          new Readiness(
                  target,
                  down,
                  run.store(),
                  List.of(target),
                  InstantSource.fixed(NOW),
                  () -> scratch)
              .report();
      assertThat(one(section(report, "engine"), "answers").standing()).isEqualTo(Standing.MISSING);
      assertThat(one(section(report, "collections"), "listed").standing())
          .isEqualTo(Standing.MISSING);
      assertThat(one(section(report, "store"), "write").standing()).isEqualTo(Standing.MET);
    }
  }

  private static final class Clocked extends MemoryArtifactStore implements StoreClock {
    private final Instant time;

    Clocked(Instant time) {
      this.time = time;
    }

    @Override
    public Instant time() {
      return time;
    }
  }

  private static Requirement met(String subject, String found) {
    return Requirement.met(subject, found);
  }

  private ReadinessReport ask(
      MemoryRun run, ArtifactStore store, List<String> collections, List<String> tenants)
      throws Exception {
    Target target = target(collections, tenants);
    return new Readiness(
            target, run.engine(), store, List.of(target), InstantSource.fixed(NOW), () -> scratch)
        .report();
  }

  private Target target(List<String> collections, List<String> tenants) {
    return new Target(
        "docs",
        EngineAddress.of("memory", "memory://here"),
        collections,
        tenants,
        StoreAddress.folder(folder));
  }

  private static Map<String, Requirement> section(ReadinessReport report, String name) {
    return report.sections().stream()
        .filter(section -> section.name().equals(name))
        .flatMap(section -> section.requirements().stream())
        .collect(Collectors.toMap(Requirement::subject, Function.identity()));
  }

  private static Requirement one(Map<String, Requirement> asked, String subject) {
    Requirement found = asked.get(subject);
    if (found == null) {
      throw new AssertionError("nothing was said of '" + subject + "': " + asked.keySet());
    }
    return found;
  }
}
