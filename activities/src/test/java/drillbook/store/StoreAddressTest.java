package drillbook.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.secret.SecretReference;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoreAddressTest {
  private static final SecretReference KEY = new SecretReference("env:KEY");

  @ParameterizedTest
  @CsvSource({
    "s3://bucket, ''",
    "s3://bucket/, ''",
    "s3://bucket/prefix, prefix",
    "s3://bucket/a/b/, a/b"
  })
  void an_s3_location_has_a_bucket_and_a_prefix(String location, String prefix) throws Exception {
    StoreAddress address = s3(location, Map.of("region", "eu-west-1"));
    assertThat(address.bucket()).isEqualTo("bucket");
    assertThat(address.prefix()).isEqualTo(prefix);
    try (ArtifactStore store = Stores.open(address)) {
      assertThat(store).isInstanceOf(S3Store.class);
      assertThat(store.location())
          .isEqualTo("s3://bucket" + (prefix.isEmpty() ? "" : "/" + prefix));
    }
  }

  @Test
  void a_folder_opens_as_a_local_store() throws Exception {
    try (ArtifactStore store = Stores.open(StoreAddress.folder(Path.of("/backups")))) {
      assertThat(store).isInstanceOf(LocalStore.class);
      assertThat(store.location()).isEqualTo("file:/backups");
    }
  }

  @Test
  void nonsense_is_refused_with_the_value() {
    assertThatThrownBy(() -> s3("", Map.of())).hasMessageContaining("not empty");
    assertThatThrownBy(() -> s3("ftp://host/x", Map.of())).hasMessageContaining("ftp://host/x");
    assertThatThrownBy(() -> s3("s3://B_ucket", Map.of())).hasMessageContaining("B_ucket");
    assertThatThrownBy(() -> s3("s3://bucket/../x", Map.of())).hasMessageContaining("../x");
    assertThatThrownBy(() -> s3("s3://bucket", Map.of("regoin", "x")))
        .hasMessageContaining("regoin");
    assertThatThrownBy(() -> s3("s3://bucket", Map.of("path-style", "yes")))
        .hasMessageContaining("yes");
    assertThatThrownBy(() -> s3("s3://bucket", Map.of("endpoint", "localhost:9000")))
        .hasMessageContaining("http");
    assertThatThrownBy(() -> new StoreAddress("s3://bucket", Map.of(), KEY, SecretReference.NONE))
        .hasMessageContaining("both");
    assertThatThrownBy(() -> new StoreAddress("/folder", Map.of(), KEY, KEY))
        .hasMessageContaining("/folder");
  }

  @Test
  void a_credential_in_a_url_is_refused_without_being_repeated() {
    assertThatThrownBy(() -> s3("https://user:hunter2@host/x", Map.of()))
        .message()
        .doesNotContain("hunter2");
    assertThatThrownBy(() -> s3("s3://bucket", Map.of("endpoint", "https://user:hunter2@host")))
        .message()
        .doesNotContain("hunter2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3://KEY:hunter2@bucket",
        "s3://KEY:hun/hunter2/x@bucket/prefix",
        "s3://KEY:hunter2",
        "s3:/KEY:hunter2@bucket",
        "gs://KEY:hun/hunter2@bucket",
        "gs://KEY:hunter2"
      })
  void keys_in_a_location_are_refused_without_being_repeated(String location) {
    assertThatThrownBy(() -> s3(location, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .doesNotContain("hunter2", "KEY");
  }

  @Test
  void a_password_in_an_endpoint_that_is_no_url_is_not_repeated() {
    assertThatThrownBy(() -> s3("s3://bucket", Map.of("endpoint", "http://u:hunter2 @host")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasNoCause()
        .message()
        .contains("endpoint")
        .doesNotContain("hunter2");
  }

  @Test
  void a_mistyped_scheme_is_no_folder() {
    assertThatThrownBy(() -> s3("s3:/bucket", Map.of())).hasMessageContaining("s3:/bucket");
    assertThatThrownBy(() -> s3("S3://bucket", Map.of())).hasMessageContaining("S3://bucket");
    assertThat(StoreAddress.namesScheme("a folder/with:/x")).isFalse();
    assertThat(StoreAddress.namesScheme("/a/b")).isFalse();
    assertThat(StoreAddress.namesScheme("C:/backups")).isFalse();
  }

  private static StoreAddress s3(String location, Map<String, String> options) {
    return new StoreAddress(location, options, SecretReference.NONE, SecretReference.NONE);
  }
}
