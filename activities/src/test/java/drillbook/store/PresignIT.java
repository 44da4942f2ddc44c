package drillbook.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.localserver.LocalS3;
import drillbook.localserver.RealServers;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Signed links download what is there, and nothing once they were altered or have expired. */
class PresignIT {
  private static final Duration HOUR = Duration.ofHours(1);

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void a_link_downloads_the_exact_bytes_and_an_altered_or_expired_one_nothing() throws Exception {
    LocalS3 s3 = RealServers.s3();
    s3.createBucket("links");
    byte[] bytes = new byte[100_000];
    new Random(1).nextBytes(bytes);
    String prefix = "p-" + UUID.randomUUID();
    try (ArtifactStore store = open(s3, "s3://links/" + prefix)) {
      store.putNew("docs-1/part-00000.parquet", bytes);
      SigningStore signing = SigningStore.of(store).orElseThrow();
      String link = signing.presign("docs-1/part-00000.parquet", HOUR);
      assertThat(link).contains(prefix).contains("X-Amz-Expires=3600");
      HttpResponse<byte[]> answer = get(link);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo(bytes);

      assertThat(get(link.replace("part-00000", "part-00001")).statusCode()).isEqualTo(403);
      assertThat(get(link.replace("X-Amz-Expires=3600", "X-Amz-Expires=3601")).statusCode())
          .isEqualTo(403);
      String soon = signing.presign("docs-1/part-00000.parquet", Duration.ofSeconds(1));
      int status = get(soon).statusCode();
      for (int i = 0; i < 100 && status == 200; i++) {
        Thread.sleep(200);
        status = get(soon).statusCode();
      }
      assertThat(status).isEqualTo(403);
      assertThatThrownBy(() -> signing.presign("a", Duration.ofDays(8)))
          .hasMessageContaining("7 days");
    }
  }

  @Test
  void a_folder_signs_no_links() {
    assertThat(SigningStore.of(new LocalStore(Path.of("/nowhere")))).isEmpty();
  }

  private static ArtifactStore open(LocalS3 s3, String location) throws Exception {
    return Stores.open(
        new StoreAddress(
            location,
            Map.of("endpoint", s3.url(), "region", s3.region()),
            s3.accessKey(),
            s3.secretKey()));
  }

  private HttpResponse<byte[]> get(String link) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(link)).build(), HttpResponse.BodyHandlers.ofByteArray());
  }
}
