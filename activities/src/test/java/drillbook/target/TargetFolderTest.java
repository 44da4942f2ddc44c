package drillbook.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import drillbook.disaster.Hook;
import drillbook.engine.EngineAddress;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.secret.SecretReference;
import drillbook.store.StoreAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TargetFolderTest {
  private static final String SMALL =
      """
      target: docs
      engine: chroma
      url: http://127.0.0.1:8000
      store:
        location: /backups
      """;

  private static final String FULL =
      """
      target: docs
      engine: pgvector
      url: postgresql://reader@db.example:5432/app
      credential: env:PG_PASSWORD
      options:
        ssl-mode: verify-full
        fetch-size: 500
      collections: [public/items, notes]
      tenants:
        - acme
      store:
        location: s3://bucket/prefix
        endpoint: http://127.0.0.1:9000
        region: eu-central-1
        path-style: true
        access-key: env:S3_ACCESS
        secret-key: file:/run/secrets/s3
      hooks:
        fence: [fence.sh, --hard]
        unfence: [fence.sh, --undo]
        cutover: [dns.sh]
        failback: [dns.sh, --back]
      """;
  private static final String REGION =
      """
      target: docs-eu
      engine: chroma
      provisioner:
        command: [up.sh, small]
      store:
        location: /backups-eu
      """;

  @TempDir Path home;

  @Test
  void left_out_keys_have_defaults() throws Exception {
    assertThat(TargetFile.parse("docs.yaml", SMALL))
        .isEqualTo(
            new Target(
                "docs",
                EngineAddress.of("chroma", "http://127.0.0.1:8000"),
                List.of(),
                List.of(),
                StoreAddress.folder(Path.of("/backups"))));
  }

  @Test
  void every_key_is_mapped_and_written_again() throws Exception {
    Target target = TargetFile.parse("docs.yaml", FULL);
    assertThat(target)
        .isEqualTo(
            new Target(
                "docs",
                new EngineAddress(
                    "pgvector",
                    java.net.URI.create("postgresql://reader@db.example:5432/app"),
                    new SecretReference("env:PG_PASSWORD"),
                    Map.of("ssl-mode", "verify-full", "fetch-size", "500")),
                List.of("public/items", "notes"),
                List.of("acme"),
                new StoreAddress(
                    "s3://bucket/prefix",
                    Map.of(
                        "endpoint",
                        "http://127.0.0.1:9000",
                        "region",
                        "eu-central-1",
                        "path-style",
                        "true"),
                    new SecretReference("env:S3_ACCESS"),
                    new SecretReference("file:/run/secrets/s3")),
                new Provisioner.Existing(),
                Map.of(
                    Hook.FENCE, List.of("fence.sh", "--hard"),
                    Hook.UNFENCE, List.of("fence.sh", "--undo"),
                    Hook.CUTOVER, List.of("dns.sh"),
                    Hook.FAILBACK, List.of("dns.sh", "--back"))));
    assertThat(TargetFile.parse("again", TargetFile.write(target))).isEqualTo(target);
    Target small = TargetFile.parse("docs.yaml", SMALL);
    assertThat(TargetFile.parse("again", TargetFile.write(small))).isEqualTo(small);
  }

  @Test
  void the_full_example_uses_every_key_there_is() {
    Set<String> known = new TreeSet<>(StrictYaml.keys(TargetFile.Document.class));
    known.addAll(StrictYaml.keys(TargetFile.Store.class));
    known.addAll(StrictYaml.keys(TargetFile.Hooks.class));
    known.remove("provisioner");
    assertThat(known).allSatisfy(key -> assertThat(FULL).containsPattern("(?m)^ *" + key + ":"));
  }

  @Test
  void an_instance_comes_from_a_url_or_from_a_provisioner() throws Exception {
    Target region = TargetFile.parse("eu.yaml", REGION);
    assertThat(region.provisioner()).isEqualTo(new Provisioner.Command(List.of("up.sh", "small")));
    assertThat(TargetFile.parse("again", TargetFile.write(region))).isEqualTo(region);
    Target local =
        TargetFile.parse("eu.yaml", REGION.replace("command: [up.sh, small]", "local: true"));
    assertThat(local.provisioner()).isEqualTo(new Provisioner.Local());
    assertThat(TargetFile.parse("again", TargetFile.write(local))).isEqualTo(local);
    assertThat(refused(REGION + "url: http://127.0.0.1:8000\n"))
        .hasMessageContaining("key 'url': is not known before the provisioner");
    assertThat(refused(REGION.replace("command: [up.sh, small]", "local: false")))
        .hasMessageContaining("key 'provisioner': expected one of command");
    assertThat(refused(REGION.replace("[up.sh, small]", "[]")))
        .hasMessageContaining("key 'provisioner.command': is empty");
  }

  @Test
  void a_fence_without_a_way_back_is_refused() {
    assertThat(refused(SMALL + "hooks:\n  fence: [fence.sh]\n"))
        .hasMessageContaining("key 'hooks.fence': needs an unfence hook beside it");
  }

  @Test
  void an_unknown_key_is_refused_where_it_stands() {
    assertThat(refused(SMALL + "colections: [a]\n"))
        .hasMessageStartingWith("docs.yaml line 6 column ")
        .hasMessageContaining("key 'colections': unknown, expected one of [target, engine, url,");
    assertThat(refused(SMALL + "  bucket: b\n"))
        .hasMessageContaining("line 6")
        .hasMessageContaining("key 'store.bucket': unknown, expected one of [location,")
        .hasMessageContaining("path-style");
  }

  @Test
  void a_key_given_twice_is_refused() {
    assertThat(refused(SMALL + "url: http://other\n"))
        .hasMessageContaining("line 6")
        .hasMessageContaining("Duplicate field 'url'");
  }

  @Test
  void a_missing_key_is_named_with_what_is_expected() {
    assertThat(refused(SMALL.replace("url: http://127.0.0.1:8000\n", "")))
        .hasMessage(
            "docs.yaml line 1 column 1: key 'url': is missing, expected where the engine"
                + " listens")
        .satisfies(e ->
            assertThat(e.hint())
                .startsWith("Known keys: [target, engine, url, credential, options,")
                .contains("in store: [location, endpoint"));
    assertThat(refused(SMALL.replace("location", "region")))
        .hasMessageContaining("line 5 column 3: key 'store.location'");
    assertThat(refused(SMALL.substring(0, SMALL.indexOf("store:"))))
        .hasMessageContaining("key 'store'");
    assertThat(refused("")).hasMessageContaining("docs.yaml");
  }

  @Test
  void a_secret_typed_by_mistake_is_refused_and_never_repeated() {
    String secret = "hunter2-XYZZY";
    assertThat(refused(SMALL + "credential: " + secret + "\n"))
        .hasMessageStartingWith("docs.yaml line 6 column ")
        .hasMessageContaining("env:NAME or file:/path")
        .satisfies(e -> assertNowhere(e, secret));
    assertThat(refused(SMALL + "  access-key: " + secret + "\n"))
        .hasMessageContaining("store.access-key")
        .satisfies(e -> assertNowhere(e, secret));
    assertThat(refused(SMALL + "credential: {password: " + secret + "}\n"))
        .satisfies(e -> assertNowhere(e, secret));
    assertThat(refused(SMALL.replace("127.0.0.1", "root:" + secret + "@127.0.0.1")))
        .hasMessageStartingWith("docs.yaml line 3 column 6: key 'url': the url carries a password")
        .satisfies(e -> assertNowhere(e, secret));
    assertThat(refused(SMALL.replace("127.0.0.1", "root:" + secret + " @127.0.0.1")))
        .hasMessageContaining("no URL")
        .satisfies(e -> assertNowhere(e, secret));
    assertThat(refused(SMALL + "credential: \"" + secret + "\n"))
        .hasMessageContaining("no YAML")
        .satisfies(e -> assertNowhere(e, secret));
    assertThat(refused(SMALL + "collections: {password: " + secret + "}\n"))
        .hasMessageContaining("key 'collections': expected a list")
        .satisfies(e -> assertNowhere(e, secret));
    assertThat(refused(SMALL + "  path-style: " + secret + "\n"))
        .hasMessageContaining("key 'store.path-style': expected true or false")
        .satisfies(e -> assertNowhere(e, secret));
  }

  @Test
  void a_secret_that_yaml_trips_over_is_not_repeated_in_its_words() {
    String secret = "hunter2-XYZZY";
    for (String value : List.of("*" + secret, "!" + secret + "!x y", "!" + secret + " y")) {
      assertThat(refused(SMALL + "credential: " + value + "\n"))
          .as(value)
          .satisfies(e -> assertNowhere(e, secret));
      assertThat(refused(SMALL + "collections: [" + value + ", ~]\n"))
          .as(value)
          .satisfies(e -> assertNowhere(e, secret));
    }
    assertThat(refused(SMALL + "%TAG !" + secret + "! a\n%TAG !" + secret + "! b\n--- {}\n"))
        .satisfies(e -> assertNowhere(e, secret));
  }

  @Test
  void nonsense_is_refused_where_it_stands() {
    assertThat(refused(SMALL.replace("target: docs", "target: Docs!")))
        .hasMessageContaining("line 1 column 9: key 'target'")
        .hasMessageContaining("'Docs!'");
    assertThat(refused(SMALL.replace("/backups", "backups")))
        .hasMessageContaining("key 'store.location': a folder must be absolute: 'backups'");
    assertThat(refused(SMALL + "collections: [a, ]\ntenants: [~]\n"))
        .hasMessageContaining("key 'tenants': is missing, expected a list without empty entries");
  }

  @Test
  void names_are_those_of_the_files_and_an_absent_folder_holds_none() throws Exception {
    TargetFolder folder = new TargetFolder(home.resolve("targets"));
    assertThat(folder.names()).isEmpty();
    folder.write(TargetFile.parse("x", SMALL.replace("docs", "b")), false);
    folder.write(TargetFile.parse("x", SMALL.replace("docs", "a")), false);
    assertThat(folder.names()).containsExactly("a", "b");
    assertThat(folder.named("b").name()).isEqualTo("b");
    DrillbookException unknown =
        catchThrowableOfType(DrillbookException.class, () -> folder.named("c"));
    assertThat(unknown.kind()).isEqualTo(FailureKind.CONFIGURATION);
    assertThat(unknown).hasMessageContaining("'c'").hasMessageContaining("[a, b]");
    assertThat(unknown.hint()).contains("drillbook connect c");
  }

  @Test
  void a_name_cannot_leave_the_folder() {
    TargetFolder folder = new TargetFolder(home);
    assertThat(catchThrowableOfType(DrillbookException.class, () -> folder.named("../x")).kind())
        .isEqualTo(FailureKind.CONFIGURATION);
  }

  @Test
  void a_file_is_its_owners_only_and_replaced_only_on_request() throws Exception {
    TargetFolder folder = new TargetFolder(home.resolve("targets"));
    Target first = TargetFile.parse("x", SMALL);
    folder.write(first, false);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.file("docs"))))
        .isEqualTo("rw-------");
    Target second = TargetFile.parse("x", SMALL.replace("8000", "9000"));
    DrillbookException taken =
        catchThrowableOfType(DrillbookException.class, () -> folder.write(second, false));
    assertThat(taken.kind()).isEqualTo(FailureKind.CONFLICT);
    assertThat(folder.named("docs")).isEqualTo(first);
    folder.write(second, true);
    assertThat(folder.named("docs")).isEqualTo(second);
    try (var left = Files.list(home.resolve("targets"))) {
      assertThat(left).hasSize(1);
    }
  }

  @Test
  void a_file_whose_name_differs_from_its_target_is_refused() throws IOException {
    Files.writeString(home.resolve("other.yaml"), SMALL);
    assertThat(
            catchThrowableOfType(
                DrillbookException.class, () -> new TargetFolder(home).named("other")))
        .hasMessageContaining("key 'target' is 'docs', expected 'other'");
  }

  private static DrillbookException refused(String text) {
    DrillbookException e =
        catchThrowableOfType(DrillbookException.class, () -> TargetFile.parse("docs.yaml", text));
    assertThat(e).isNotNull();
    assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION);
    return e;
  }

  private static void assertNowhere(Throwable failure, String secret) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      assertThat(cause.toString()).doesNotContain(secret);
      if (cause instanceof DrillbookException drillbook) {
        assertThat(drillbook.hint()).doesNotContain(secret);
      }
    }
  }
}
