package drillbook.engine.chroma;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.engine.EngineAddress;
import drillbook.engine.Requirement;
import drillbook.engine.Requirement.Standing;
import drillbook.localserver.RealServers;
import drillbook.secret.SecretReference;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a Chroma is asked before a backup rests on it. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class ChromaRequirementsIT {
  @Test
  void a_server_as_it_starts_lacks_nothing_and_what_it_does_not_tell_is_not_met() throws Exception {
    Map<String, Standing> standing = standings(ask(RealServers.chroma().url(), Map.of()));
    assertThat(standing.values()).doesNotContain(Standing.MISSING);
    assertThat(standing)
        .containsEntry("request size", Standing.MET)
        .containsEntry("ready", Standing.MET)
        .containsEntry("tenant default_tenant", Standing.MET)
        .containsEntry("server version", Standing.UNKNOWN)
        .containsEntry("all tenants", Standing.UNKNOWN)
        .containsEntry("reset is off", Standing.UNKNOWN);
  }

  @Test
  void a_tenant_that_is_not_there_and_databases_that_are_left_out_are_missing() throws Exception {
    List<Requirement> asked =
        ask(
            RealServers.chroma().url(),
            Map.of("tenants", "default_tenant,nobody-here", "databases", "another"));
    assertThat(standings(asked))
        .containsEntry("tenant nobody-here", Standing.MISSING)
        .containsEntry("databases of default_tenant", Standing.MISSING);
  }

  @Test
  void a_proxy_that_takes_small_requests_only_is_found() throws Exception {
    try (TestingHttpServer proxy =
        new TestingHttpServer()
            .answering("version", 200, "\"1.0.0\"")
            .answering("healthcheck", 200, "{\"is_executor_ready\":false}")
            .answering("databases", 200, "[{\"name\":\"default_database\"}]")
            .answering("get", 413, "{\"message\":\"length limit exceeded\"}")) {
      List<Requirement> asked = ask(proxy.url(), Map.of());
      assertThat(standings(asked))
          .containsEntry("request size", Standing.MISSING)
          .containsEntry("ready", Standing.MISSING);
      assertThat(asked).anyMatch(one -> one.advice().contains("max_payload_size_bytes"));
    }
  }

  @Test
  void a_server_of_another_api_is_told() throws Exception {
    try (TestingHttpServer old = new TestingHttpServer()) {
      assertThat(ask(old.url(), Map.of()))
          .singleElement()
          .satisfies(one -> assertThat(one.standing()).isEqualTo(Standing.MISSING));
    }
  }

  private static List<Requirement> ask(String url, Map<String, String> options) throws Exception {
    try (ChromaEngine engine =
        new ChromaEngine(
            new EngineAddress("chroma", URI.create(url), SecretReference.NONE, options),
            InstantSource.fixed(TestingChroma.NOW))) {
      return engine.control().requirements();
    }
  }

  private static Map<String, Standing> standings(List<Requirement> requirements) {
    return requirements.stream()
        .collect(Collectors.toMap(Requirement::subject, Requirement::standing));
  }
}
