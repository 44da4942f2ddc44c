package drillbook.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import drillbook.disaster.Hook;
import drillbook.engine.EngineAddress;
import drillbook.localserver.LocalChroma;
import drillbook.localserver.LocalS3;
import drillbook.localserver.RealServers;
import drillbook.secret.SecretReference;
import drillbook.setting.Home;
import drillbook.store.ArtifactStore;
import drillbook.store.ArtifactStore.Listed;
import drillbook.store.StoreAddress;
import drillbook.store.Stores;
import drillbook.target.Provisioner;
import drillbook.target.Target;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two regions: two S3 servers, two Chroma servers, two packaged workers, the command line, a real
 * Temporal server. The primary is reached through a relay that hangs up while it is fenced.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RegionIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LONG = Duration.ofMinutes(3);
  private static final int RECORDS = 300;
  private static final String COLLECTION = "default_tenant/default_database/worked";

  @TempDir static Path folder;

  private final List<AutoCloseable> open = new ArrayList<>();
  private TestingRelay relay;
  private TestingSite site;
  private StoreAddress here;
  private StoreAddress there;

  @BeforeAll
  void two_regions_run() throws Exception {
    RealServers.installed("chroma", LocalChroma.PACKAGE);
    RealServers.installed("s3", LocalS3.PACKAGE);
    LocalChroma primary = opened(LocalChroma.start(RealServers.cache(), folder.resolve("chroma")));
    LocalChroma other = opened(LocalChroma.start(RealServers.cache(), folder.resolve("chroma-eu")));
    here = bucket(opened(LocalS3.start(RealServers.cache(), folder.resolve("s3"), "us-east-1")));
    there =
        bucket(opened(LocalS3.start(RealServers.cache(), folder.resolve("s3-eu"), "eu-west-1")));
    relay = opened(TestingRelay.to(primary.url()));
    relay.hangUpWhile(folder.resolve("fenced"));
    TestingCollections.chroma(primary, "worked", RECORDS, 1000);

    site = opened(new TestingSite(folder.resolve("site"), RealServers.temporal().address()));
    connect(relay.url(), other.url());
    Path runbooks = Files.createDirectories(site.home.resolve("runbooks"));
    for (String loss : List.of("fence", "delete")) {
      Files.writeString(
          runbooks.resolve("docs-" + loss + ".yaml"),
          """
          runbook: docs-%s
          target: docs
          objectives: {rpo: 1h, rto: 10m}
          cadences:
            monthly:
              steps:
                - region-drill: {region: docs-eu}
            quarterly:
              steps:
                - disaster-drill:
                    region: docs-eu
                    loss: %s
                    approvers: [ana, ben]
                    approvals: 2
                    within: 5m
          """
              .formatted(loss, loss));
    }
    TestingProgram worker = opened(site.worker());
    // Steps of one run go to either: what they share lies in the stores.
    opened(site.worker());
    assertThat(command("backup", "docs").exitCode(LONG)).isZero();
    assertThat(command("verify", "docs").exitCode(LONG)).isZero();
    assertThat(worker.err()).doesNotContain("ERROR");
  }

  @AfterAll
  void they_end() throws Exception {
    for (AutoCloseable closeable : open.reversed()) {
      closeable.close();
    }
  }

  @Test
  void a_month_is_drilled_in_another_region_from_a_replica() throws Exception {
    TestingProgram run = command("runbook", "run", "docs-fence", "monthly", "--json");
    assertThat(run.exitCode(LONG)).as("%s %s", run.out(), run.err()).isZero();
    JsonNode report = JSON.readTree(run.out());
    assertThat(report.get("verdict").asText()).isEqualTo("PASSED");
    assertThat(report.findValuesAsText("value"))
        .anyMatch(value -> value.contains("docs-eu, instance: command"))
        .anyMatch(value -> value.contains(RECORDS + " records back"));
    assertThat(Files.readAllLines(folder.resolve("provisioner"))).hasSizeGreaterThanOrEqualTo(2);
    assertThat(folder.resolve("up")).as("taken down").doesNotExist();
    assertThat(keys(there)).anyMatch(key -> key.endsWith("/manifest.json"));
    assertThat(keys(there)).noneMatch(key -> key.contains("/instances/"));
    assertThat(keys(there)).anyMatch(key -> key.contains("/journal/"));
  }

  @Test
  void the_primary_is_fenced_the_region_takes_over_and_all_goes_back() throws Exception {
    TestingProgram run = command("runbook", "run", "docs-fence", "quarterly", "--json");
    approve(run, "ana");
    approve(run, "ben");
    assertThat(run.exitCode(LONG)).as("%s %s", run.out(), run.err()).isZero();
    JsonNode disaster = disaster(there);
    assertThat(disaster.get("verdict").asText()).isEqualTo("PASSED");
    assertThat(disaster.get("loss").asText()).isEqualTo("fenced");
    assertThat(disaster.get("records").asLong()).isEqualTo(RECORDS);
    assertThat(disaster.get("recoverySeconds").asDouble()).isPositive();
    assertThat(disaster.get("approvals").findValuesAsText("who")).containsExactly("ana", "ben");
    assertThat(disaster.get("condition").asText())
        .isEqualTo("The primary is in place, and nothing is left in docs-eu.");
    assertThat(disaster.get("milestones").findValuesAsText("what"))
        .containsSubsequence("approved", "lost", "provisioned", "restored", "recovered", "back");

    JsonNode cutover = JSON.readTree(folder.resolve("cutover").toFile());
    assertThat(cutover.get("hook").asText()).isEqualTo("cutover");
    assertThat(cutover.get("url").asText()).startsWith("http://127.0.0.1:");
    assertThat(cutover.get("collections").get(0).get("into").asText()).startsWith(COLLECTION);
    assertThat(folder.resolve("failback")).exists();
    assertThat(folder.resolve("fenced")).doesNotExist();
    assertThat(folder.resolve("up")).doesNotExist();
    assertThat(disaster(here)).isEqualTo(disaster);
    TestingProgram printed =
        opened(TestingProgram.start(site.home, "report", "docs", disaster.get("run").asText()));
    assertThat(printed.exitCode(LONG)).as("%s", printed.err()).isZero();
    assertThat(printed.out()).contains("DISASTER DRILL PASSED  docs", "approved by     ana, ben");
  }

  @Test
  void a_primary_that_is_deleted_is_restored_from_the_other_region() throws Exception {
    TestingProgram run = command("runbook", "run", "docs-delete", "quarterly", "--json");
    approve(run, "ana", "--delete");
    approve(run, "ben", "--delete");
    assertThat(run.exitCode(LONG)).as("%s %s", run.out(), run.err()).isZero();
    assertThat(disaster(there).get("loss").asText()).isEqualTo("deleted");
    TestingProgram again = command("backup", "docs", "--json");
    assertThat(again.exitCode(LONG)).as("%s", again.err()).isZero();
    assertThat(JSON.readTree(again.out()).get("records").asLong()).isEqualTo(RECORDS);
  }

  @Test
  void a_wrong_approval_is_refused_in_words_and_a_stop_leaves_all_as_it_was() throws Exception {
    TestingProgram run = command("runbook", "run", "docs-fence", "quarterly", "--json");
    TestingProgram wrong =
        awaitApproval(run, "approve", "docs", "--who", "eve", "--confirm", "docs");
    assertThat(wrong.exitCode(LONG)).isEqualTo(2);
    assertThat(wrong.err()).contains("refuses it: 'eve' is none of the approvers: [ana, ben]");
    TestingProgram stop = command("approve", "docs", "--who", "ben", "--stop", "traffic peak");
    assertThat(stop.exitCode(LONG)).as("%s", stop.err()).isZero();
    assertThat(run.exitCode(LONG)).as("%s", run.out()).isEqualTo(1);
    assertThat(run.out())
        .contains("STOPPED", "stopped by ben: traffic peak", "Nothing was touched.");
    assertThat(folder.resolve("fenced")).doesNotExist();
  }

  @Test
  void a_lost_source_is_restored_from_the_replica_into_a_spare() throws Exception {
    assertThat(command("drill", "docs", "--region", "docs-eu").exitCode(LONG)).isZero();
    TestingProgram restore =
        command("restore", "docs", "--replica", "docs-eu", "--target-instance", "spare", "--json");
    assertThat(restore.exitCode(LONG)).as("%s %s", restore.out(), restore.err()).isZero();
    assertThat(JSON.readTree(restore.out()).get("records").asLong()).isEqualTo(RECORDS);
  }

  /** Connects the target, its region, and a spare instance. */
  private void connect(String primary, String other) throws Exception {
    Home home = new Home(site.home);
    home.targets()
        .write(
            new Target(
                "docs",
                EngineAddress.of("chroma", primary),
                List.of("worked"),
                List.of(),
                here,
                new Provisioner.Existing(),
                Map.of(
                    Hook.FENCE, shell("touch fenced; echo cut off"),
                    Hook.UNFENCE, shell("rm -f fenced; echo let in"),
                    Hook.CUTOVER, shell("cat > cutover; echo led over"),
                    Hook.FAILBACK, shell("cat > failback; echo led back"))),
            true);
    home.targets()
        .write(
            new Target(
                "docs-eu",
                new EngineAddress(
                    "chroma", URI.create("provisioned:command"), SecretReference.NONE, Map.of()),
                List.of(),
                List.of(),
                there,
                new Provisioner.Command(
                    shell(
                        "question=$(cat); echo \"$question\" >> provisioner; "
                            + "case \"$question\" in *tear-down*) rm -f up;; "
                            + "*) touch up; echo '{\"url\": \""
                            + other
                            + "\"}';; esac")),
                Map.of()),
            true);
    home.targets()
        .write(
            new Target("spare", EngineAddress.of("chroma", other), List.of(), List.of(), there),
            true);
  }

  private static List<String> shell(String script) {
    return List.of("sh", "-c", "cd " + folder + " && { " + script + "; }");
  }

  private static StoreAddress bucket(LocalS3 server) throws Exception {
    server.createBucket("backups");
    return new StoreAddress(
        "s3://backups",
        Map.of("endpoint", server.url(), "region", server.region()),
        server.accessKey(),
        server.secretKey());
  }

  private void approve(TestingProgram run, String who, String... more) throws Exception {
    String[] words = new String[6 + more.length];
    System.arraycopy(
        new String[] {"approve", "docs", "--who", who, "--confirm", "docs"}, 0, words, 0, 6);
    System.arraycopy(more, 0, words, 6, more.length);
    TestingProgram approval = awaitApproval(run, words);
    assertThat(approval.exitCode(LONG)).as("%s", approval.err()).isZero();
  }

  /** Says something to the drill once it listens: before that there is nobody to say it to. */
  private TestingProgram awaitApproval(TestingProgram run, String... words) throws Exception {
    while (true) {
      TestingProgram approval = command(words);
      approval.exitCode(LONG);
      boolean early =
          approval.err().contains("does not run")
              || approval.err().contains("no approval is waited");
      if (!early) {
        return approval;
      }
      assertThat(run.isAlive()).as("%s %s", run.out(), run.err()).isTrue();
    }
  }

  private TestingProgram command(String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--temporal", site.temporal, "--task-queue", site.taskQueue));
    return opened(TestingProgram.start(site.home, all.toArray(String[]::new)));
  }

  /** Returns the newest report that a region keeps. */
  private static JsonNode disaster(StoreAddress address) throws Exception {
    String key =
        keys(address).stream()
            .filter(each -> each.contains("/disasters/") && each.endsWith("/report.json"))
            .reduce((before, last) -> last)
            .orElseThrow();
    try (ArtifactStore store = Stores.open(address);
        var in = store.read(key, 0, -1)) {
      return JSON.readTree(in);
    }
  }

  private static List<String> keys(StoreAddress address) throws Exception {
    List<String> keys = new ArrayList<>();
    try (ArtifactStore store = Stores.open(address)) {
      for (Listed listed : store.list("docs/", "", 1000)) {
        keys.add(listed.key());
      }
    }
    return keys;
  }

  private <T extends AutoCloseable> T opened(T closeable) {
    open.add(closeable);
    return closeable;
  }
}
