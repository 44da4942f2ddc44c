package drillbook.store;

import drillbook.localserver.LocalS3;
import drillbook.store.VersionedStore.Version;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ObjectLockLegalHoldStatus;
import software.amazon.awssdk.services.s3.model.ObjectLockRetentionMode;

/** A bucket of a real server that a test may do to what its owner may do. */
public final class TestingBucket implements AutoCloseable {
  private final String name;
  private final S3Client client;
  private final S3Store store;

  private TestingBucket(LocalS3 s3, boolean locking) throws Exception {
    this.name = "bucket-" + UUID.randomUUID();
    this.client =
        S3Client.builder()
            .region(Region.of(s3.region()))
            .endpointOverride(URI.create(s3.url()))
            .forcePathStyle(true)
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(s3.accessKey().resolve(), s3.secretKey().resolve())))
            .build();
    client.createBucket(request -> request.bucket(name).objectLockEnabledForBucket(locking));
    this.store =
        new S3Store(
            new StoreAddress(
                "s3://" + name,
                Map.of("endpoint", s3.url(), "region", s3.region()),
                s3.accessKey(),
                s3.secretKey()));
  }

  /** Makes a bucket that keeps versions. */
  public static TestingBucket versioned(LocalS3 s3) throws Exception {
    TestingBucket bucket = new TestingBucket(s3, false);
    bucket.versioning(BucketVersioningStatus.ENABLED);
    return bucket;
  }

  /** Makes a bucket that keeps versions and can lock them. */
  public static TestingBucket locking(LocalS3 s3) throws Exception {
    return new TestingBucket(s3, true);
  }

  /** Makes a bucket that keeps no versions. */
  public static TestingBucket plain(LocalS3 s3) throws Exception {
    return new TestingBucket(s3, false);
  }

  public S3Store store() {
    return store;
  }

  public void versioning(BucketVersioningStatus status) {
    client.putBucketVersioning(request ->
        request.bucket(name).versioningConfiguration(versioning -> versioning.status(status)));
  }

  /** Puts the same bytes again, past the product: there are two versions then. */
  public void overwrite(String key) {
    byte[] bytes = client.getObjectAsBytes(request -> request.bucket(name).key(key)).asByteArray();
    client.putObject(request -> request.bucket(name).key(key), RequestBody.fromBytes(bytes));
  }

  public void lock(String key, Instant until) {
    client.putObjectRetention(request ->
        request
            .bucket(name)
            .key(key)
            .retention(
                lock -> lock.mode(ObjectLockRetentionMode.COMPLIANCE).retainUntilDate(until)));
  }

  public void hold(String key, boolean held) {
    ObjectLockLegalHoldStatus status =
        held ? ObjectLockLegalHoldStatus.ON : ObjectLockLegalHoldStatus.OFF;
    client.putObjectLegalHold(
        request -> request.bucket(name).key(key).legalHold(hold -> hold.status(status)));
  }

  /** Makes everything visible again that was deleted without its versions. */
  public void removeMarkers() throws Exception {
    for (Version version : store.versions("")) {
      if (version.marker()) {
        store.delete(version);
      }
    }
  }

  public List<Version> versions(String prefix) throws Exception {
    return store.versions(prefix);
  }

  /** Returns the bytes of all versions. */
  public long bytes() throws Exception {
    return store.versions("").stream().mapToLong(Version::bytes).sum();
  }

  /** Returns the bytes of all versions of a key. */
  public long bytes(String key) throws Exception {
    return store.versions("").stream()
        .filter(version -> version.key().equals(key))
        .mapToLong(Version::bytes)
        .sum();
  }

  @Override
  public void close() {
    client.close();
    store.close();
  }
}
