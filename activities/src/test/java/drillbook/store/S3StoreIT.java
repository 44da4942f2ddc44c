package drillbook.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.localserver.LocalS3;
import drillbook.localserver.RealServers;
import drillbook.secret.SecretReference;
import drillbook.store.ArtifactStore.ArtifactWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ChecksumMode;

class S3StoreIT extends ArtifactStoreContract {
  private static final String BUCKET = "artifacts";

  @TempDir Path temporary;

  @Override
  protected ArtifactStore emptyStore() throws Exception {
    LocalS3 s3 = RealServers.s3();
    s3.createBucket(BUCKET);
    return open(s3, "s3://" + BUCKET + "/" + UUID.randomUUID());
  }

  @Test
  void the_store_tells_its_time() throws Exception {
    try (ArtifactStore store = emptyStore()) {
      assertThat(((StoreClock) store).time())
          .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
    }
  }

  @Test
  void a_bucket_that_does_not_exist_is_told_as_such() throws Exception {
    try (ArtifactStore store = open(RealServers.s3(), "s3://no-such-bucket/p")) {
      for (Attempt attempt :
          new Attempt[] {
            () -> store.putNew("a", new byte[1]),
            () -> store.read("a", 0, -1).close(),
            () -> store.list("", "", 1),
            () -> store.delete("a")
          }) {
        DrillbookException thrown = catchThrowableOfType(DrillbookException.class, attempt::run);
        assertThat(thrown.kind()).isEqualTo(FailureKind.NOT_FOUND);
        assertThat(thrown).hasMessageContaining("NoSuchBucket");
        assertThat(thrown.hint()).contains("Create the bucket");
      }
    }
  }

  @Test
  void a_wrong_secret_is_denied() throws Exception {
    LocalS3 s3 = RealServers.s3();
    Path wrong = Files.writeString(temporary.resolve("wrong"), "0123456789abcdef");
    StoreAddress address =
        new StoreAddress(
            "s3://" + BUCKET,
            Map.of("endpoint", s3.url()),
            s3.accessKey(),
            new SecretReference("file:" + wrong));
    try (ArtifactStore store = Stores.open(address)) {
      DrillbookException thrown =
          catchThrowableOfType(DrillbookException.class, () -> store.list("", "", 1));
      assertThat(thrown.kind()).isEqualTo(FailureKind.DENIED);
      assertThat(thrown).hasMessageContaining("SignatureDoesNotMatch");
    }
  }

  @Test
  void an_abandoned_upload_leaves_no_parts_even_when_interrupted() throws Exception {
    LocalS3 s3 = RealServers.s3();
    String bucket = "abandoned-" + UUID.randomUUID();
    s3.createBucket(bucket);
    try (ArtifactStore store = open(s3, "s3://" + bucket);
        S3Client client = client(s3)) {
      try (ArtifactWriter writer = store.write("segment")) {
        writer.write(new byte[2 * S3Store.PART_BYTES + 1]);
        assertThat(client.listMultipartUploads(r -> r.bucket(bucket)).uploads()).hasSize(1);
        Thread.currentThread().interrupt();
      }
      assertThat(Thread.interrupted()).isTrue();
      assertThat(client.listMultipartUploads(r -> r.bucket(bucket)).uploads()).isEmpty();
      assertThat(store.list("", "", 10)).isEmpty();
    }
  }

  @Test
  void the_store_is_asked_to_check_sha256() throws Exception {
    LocalS3 s3 = RealServers.s3();
    String bucket = "checked-" + UUID.randomUUID();
    s3.createBucket(bucket);
    byte[] bytes = new byte[S3Store.PART_BYTES + 1];
    new Random(1).nextBytes(bytes);
    try (ArtifactStore store = open(s3, "s3://" + bucket);
        S3Client client = client(s3)) {
      store.putNew("small", new byte[] {1});
      try (ArtifactWriter writer = store.write("large")) {
        writer.write(bytes);
        writer.commit();
      }
      assertThat(checksum(client, bucket, "small")).isEqualTo(Digests.base64(new byte[] {1}, 1));
      assertThat(checksum(client, bucket, "large")).endsWith("-2");
    }
  }

  @Test
  void deleting_what_is_missing_leaves_no_marker_in_a_versioned_bucket() throws Exception {
    LocalS3 s3 = RealServers.s3();
    String bucket = "versioned-" + UUID.randomUUID();
    s3.createBucket(bucket);
    try (ArtifactStore store = open(s3, "s3://" + bucket);
        S3Client client = client(s3)) {
      client.putBucketVersioning(request ->
          request
              .bucket(bucket)
              .versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
      assertThat(store.delete("a")).isFalse();
      assertThat(client.listObjectVersions(r -> r.bucket(bucket)).deleteMarkers()).isEmpty();
      store.putNew("a", new byte[1]);
      assertThat(store.delete("a")).isTrue();
      assertThat(store.list("", "", 1)).isEmpty();
      assertThat(client.listObjectVersions(r -> r.bucket(bucket)).deleteMarkers()).hasSize(1);
    }
  }

  @Test
  void an_object_that_no_key_can_name_is_told_where_it_is_wanted() throws Exception {
    LocalS3 s3 = RealServers.s3();
    String bucket = "strangers-" + UUID.randomUUID();
    s3.createBucket(bucket);
    try (ArtifactStore store = open(s3, "s3://" + bucket);
        S3Client client = client(s3)) {
      StoreStrangers strangers = (StoreStrangers) store;
      client.putObject(r -> r.bucket(bucket).key("a.parquet"), RequestBody.fromString("a"));
      client.putObject(r -> r.bucket(bucket).key("Acme/README"), RequestBody.fromString("b"));
      assertThat(strangers.stranger(key -> key.endsWith(".parquet"))).isEmpty();
      client.putObject(r -> r.bucket(bucket).key("Acme/0.parquet"), RequestBody.fromString("c"));
      assertThat(strangers.stranger(key -> key.endsWith(".parquet"))).contains("Acme/0.parquet");
      assertThat(store.list("", "", 9))
          .extracting(ArtifactStore.Listed::key)
          .containsExactly("a.parquet");
    }
  }

  @Test
  void the_secret_is_in_no_log_even_at_the_finest_level() throws Exception {
    LocalS3 s3 = RealServers.s3();
    Logger root = (Logger) LoggerFactory.getLogger("ROOT");
    Logger sdk = (Logger) LoggerFactory.getLogger("software.amazon.awssdk");
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    sdk.setLevel(Level.TRACE);
    sdk.setAdditive(false);
    sdk.addAppender(log);
    try (ArtifactStore store = emptyStore()) {
      store.putNew("a", new byte[1]);
      store.list("", "", 1);
    } finally {
      sdk.detachAppender(log);
      sdk.setAdditive(true);
      sdk.setLevel(root.getLevel());
    }
    assertThat(log.list).isNotEmpty();
    String secret = s3.secretKey().resolve();
    assertThat(log.list)
        .allSatisfy(event -> assertThat(event.getFormattedMessage()).doesNotContain(secret));
  }

  private interface Attempt {
    void run() throws Exception;
  }

  private static ArtifactStore open(LocalS3 s3, String location) throws DrillbookException {
    return Stores.open(
        new StoreAddress(
            location,
            Map.of("endpoint", s3.url(), "region", s3.region()),
            s3.accessKey(),
            s3.secretKey()));
  }

  private static String checksum(S3Client client, String bucket, String key) {
    return client
        .headObject(r -> r.bucket(bucket).key(key).checksumMode(ChecksumMode.ENABLED))
        .checksumSHA256();
  }

  private static S3Client client(LocalS3 s3) throws DrillbookException {
    return S3Client.builder()
        .region(Region.of(s3.region()))
        .endpointOverride(URI.create(s3.url()))
        .forcePathStyle(true)
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(s3.accessKey().resolve(), s3.secretKey().resolve())))
        .build();
  }
}
