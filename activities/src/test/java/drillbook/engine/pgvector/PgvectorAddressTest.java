package drillbook.engine.pgvector;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.engine.EngineAddress;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.secret.SecretReference;
import java.net.URI;
import java.time.InstantSource;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class PgvectorAddressTest {
  private static final String URL = "postgresql://me@db.example:5433/app";

  @Test
  void known_options_are_taken() {
    assertThatCode(() ->
            open(
                URL,
                Map.of(
                    "schemas", "a, b",
                    "tenant-column", "t",
                    "document-column", "d",
                    "uri-column", "u",
                    "sslmode", "verify-full",
                    "sslrootcert", "/etc/ca.pem",
                    "maintenance-work-mem", "1GB",
                    "parallel-workers", "0")))
        .doesNotThrowAnyException();
  }

  @Test
  void what_is_not_understood_is_a_configuration_failure() {
    requireConfiguration(URL, Map.of("schema", "a"), "schema");
    requireConfiguration(URL, Map.of("sslmode", "maybe"), "maybe");
    requireConfiguration(URL, Map.of("maintenance-work-mem", "'; DROP"), "DROP");
    requireConfiguration(URL, Map.of("parallel-workers", "-1"), "-1");
    requireConfiguration("http://me@db/app", Map.of(), "http");
    requireConfiguration("postgresql://me@db", Map.of(), "db");
    requireConfiguration("postgresql://db/app", Map.of(), "user");
    requireConfiguration(URL + "?ssl=true", Map.of(), "ssl=true");
  }

  private static void requireConfiguration(String url, Map<String, String> options, String word) {
    assertThatThrownBy(() -> open(url, options))
        .hasMessageContaining(word)
        .hasMessageMatching("\\S.*: \\S.*")
        .isInstanceOfSatisfying(
            DrillbookException.class,
            e -> Assertions.assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION));
  }

  private static void open(String url, Map<String, String> options) throws DrillbookException {
    new PgvectorEngine(
            new EngineAddress("pgvector", URI.create(url), SecretReference.NONE, options),
            InstantSource.system())
        .close();
  }
}
