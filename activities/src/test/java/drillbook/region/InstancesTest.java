package drillbook.region;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import drillbook.engine.EngineAddress;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.store.ArtifactStore;
import drillbook.store.LocalStore;
import drillbook.store.StoreAddress;
import drillbook.target.Provisioner;
import drillbook.target.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InstancesTest {
  private static final RegionRun RUN =
      new RegionRun("docs", "docs-eu", "20261201t040000_1a2b3c", 0);

  @TempDir Path folder;

  private ArtifactStore store;
  private Instances instances;

  @BeforeEach
  void a_region() {
    store = new LocalStore(folder.resolve("store"));
    instances = new Instances(folder.resolve("scratch"));
  }

  @Test
  void an_instance_is_brought_up_once_found_and_taken_down() throws Exception {
    Target region =
        commanded(
            "cat >> asked; echo '{\"url\": \"http://10.0.0.7:8000\","
                + " \"credential\": \"env:EU\", \"options\": {\"tenants\": \"a\"}}'");
    String mark = provision(region);
    assertThat(provision(region)).isEqualTo(mark).isEqualTo(RUN.mark());
    Target up = Instances.find(region, store, "docs", mark);
    assertThat(up.address().url()).hasToString("http://10.0.0.7:8000");
    assertThat(up.address().credential().reference()).isEqualTo("env:EU");
    assertThat(up.address().options()).isEqualTo(Map.of("tenants", "a"));

    instances.tearDown(RUN, region, store);
    instances.tearDown(RUN, region, store);
    assertThat(Files.readAllLines(folder.resolve("asked")))
        .containsExactly(
            "{\"action\":\"provision\",\"run\":\"20261201t040000_1a2b3c\",\"target\":\"docs\","
                + "\"region\":\"docs-eu\",\"engine\":\"chroma\"}",
            "{\"action\":\"tear-down\",\"run\":\"20261201t040000_1a2b3c\",\"target\":\"docs\","
                + "\"region\":\"docs-eu\",\"engine\":\"chroma\"}");
    assertThat(store.list("docs/", "", 10)).isEmpty();
    assertThat(failure(() -> Instances.find(region, store, "docs", mark)).kind())
        .isEqualTo(FailureKind.NOT_FOUND);
  }

  @Test
  void one_whose_answer_was_lost_is_taken_down_too() throws Exception {
    Target region = commanded("cat >> asked; exit 1");
    assertThat(failure(() -> provision(region)).kind()).isEqualTo(FailureKind.UNAVAILABLE);
    Target mended = commanded("cat >> asked");
    instances.tearDown(RUN, mended, store);
    assertThat(Files.readString(folder.resolve("asked"))).contains("\"tear-down\"");
    assertThat(store.list("docs/", "", 10)).isEmpty();
  }

  @Test
  void a_region_with_an_instance_of_its_own_is_taken_as_it_is() throws Exception {
    Target region =
        new Target(
            "docs-eu",
            EngineAddress.of("chroma", "http://10.0.0.8:8000"),
            List.of(),
            List.of(),
            StoreAddress.folder(folder.resolve("store")));
    assertThat(provision(region)).isEmpty();
    assertThat(Instances.find(region, store, "docs", "")).isEqualTo(region);
    instances.tearDown(RUN, region, store);
    assertThat(store.list("docs/", "", 10)).isEmpty();
  }

  @Test
  void a_region_without_an_instance_is_no_place_for_anything_else() {
    DrillbookException failure =
        failure(() -> Instances.find(commanded("true"), store, "docs", ""));
    assertThat(failure.kind()).isEqualTo(FailureKind.CONFIGURATION);
    assertThat(failure).hasMessageContaining("'docs-eu' has no instance of its own");
  }

  @Test
  void an_answer_that_cannot_be_used_is_refused_without_repeating_it() {
    for (String answer :
        List.of(
            "hunter2",
            "[]",
            "{}",
            "{\"url\": \"http://u:hunter2@db\"}",
            "{\"url\": \"http://a b\"}",
            "{\"url\": \"http://db\", \"credential\": \"hunter2\"}",
            "{\"url\": \"http://db\", \"password\": \"hunter2\"}")) {
      DrillbookException failure = failure(() -> provision(commanded("echo '" + answer + "'")));
      assertThat(failure.kind()).as(answer).isEqualTo(FailureKind.CONFIGURATION);
      assertThat(failure)
          .hasMessageContaining("what the provisioner of 'docs-eu' answered cannot be used")
          .hasMessageNotContaining("hunter2")
          .hasNoCause();
      assertThat(failure.hint()).contains("{\"url\":");
    }
  }

  private String provision(Target region) throws DrillbookException, InterruptedException {
    return instances.provision(RUN, region, store, step -> {});
  }

  private Target commanded(String script) {
    return new Target(
        "docs-eu",
        EngineAddress.of("chroma", "provisioned:command"),
        List.of(),
        List.of(),
        StoreAddress.folder(folder.resolve("store")),
        new Provisioner.Command(List.of("sh", "-c", "cd " + folder + "; " + script)),
        Map.of());
  }

  private interface Call {
    void run() throws Exception;
  }

  private static DrillbookException failure(Call call) {
    return catchThrowableOfType(DrillbookException.class, call::run);
  }
}
