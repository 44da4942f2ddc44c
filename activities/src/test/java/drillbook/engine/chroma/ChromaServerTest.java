package drillbook.engine.chroma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import drillbook.engine.EngineAddress;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.secret.SecretReference;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a Chroma may be. */
final class ChromaServerTest {
  private static final SecretReference TOKEN = new SecretReference("env:CHROMA_API_KEY");

  @ParameterizedTest
  @ValueSource(strings = {"/var/lib/chroma", "file:///var/lib/chroma", "file:/var/lib/chroma/"})
  void a_folder_is_refused_with_the_command_that_serves_it(String url) {
    DrillbookException failure = refusal(url, SecretReference.NONE, Map.of());
    assertThat(failure.kind()).isEqualTo(FailureKind.UNSUPPORTED);
    assertThat(failure).hasMessageContaining("a second process on one folder");
    assertThat(failure.hint())
        .contains("chroma run --path /var/lib/chroma --host 127.0.0.1 --port 8000");
  }

  @Test
  void chroma_cloud_is_known_by_its_host_and_needs_token_tenant_and_database() throws Exception {
    String url = "https://api.trychroma.com";
    assertThat(refusal(url, SecretReference.NONE, Map.of("tenants", "t", "databases", "d")))
        .hasMessageContaining("needs a token");
    assertThat(refusal(url, TOKEN, Map.of("databases", "d"))).hasMessageContaining("the tenant");
    assertThat(refusal(url, TOKEN, Map.of("tenants", "t"))).hasMessageContaining("one database");
    ChromaServer cloud =
        ChromaServer.of(address(url, TOKEN, Map.of("tenants", "t", "databases", "d")));
    assertThat(cloud.isCloud()).isTrue();
    assertThat(cloud.rows()).isEqualTo(300);
    assertThat(ChromaServer.of(address("http://127.0.0.1:8000", TOKEN, Map.of())).isCloud())
        .isFalse();
  }

  @Test
  void an_option_that_chroma_does_not_have_is_refused() {
    assertThat(refusal("http://127.0.0.1:8000", TOKEN, Map.of("tenant", "t")))
        .hasMessageContaining("no option 'tenant'");
    assertThat(refusal("http://127.0.0.1:8000", TOKEN, Map.of("cloud", "yes")))
        .hasMessageContaining("true or false");
  }

  private static DrillbookException refusal(
      String url, SecretReference credential, Map<String, String> options) {
    DrillbookException failure =
        catchThrowableOfType(
            DrillbookException.class, () -> ChromaServer.of(address(url, credential, options)));
    assertThat(failure).isNotNull();
    return failure;
  }

  private static EngineAddress address(
      String url, SecretReference credential, Map<String, String> options) {
    return new EngineAddress("chroma", URI.create(url), credential, options);
  }
}
