package drillbook.store;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.secret.SecretReference;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * Requests to a bucket, made on first use and without retries. They go through the JDK's HTTP
 * client class, by the SDK's adapter for it: it has no pool of threads and no dependencies, and the
 * product's other HTTP library has no adapter.
 */
final class S3Connection implements AutoCloseable {
  private final StoreAddress address;
  private final String prefix;
  private final Region region;
  private @Nullable S3Client client;

  /**
   * Creates a connection; no I/O.
   *
   * @throws DrillbookException CONFIGURATION when neither a region nor an endpoint is given
   */
  S3Connection(StoreAddress address) throws DrillbookException {
    this.address = address;
    this.prefix = address.prefix().isEmpty() ? "" : address.prefix() + "/";
    this.region = region(address);
  }

  private static Region region(StoreAddress address) throws DrillbookException {
    String named = address.options().get("region");
    String ofEnvironment = System.getenv("AWS_REGION");
    if (named != null) {
      return Region.of(named);
    }
    if (address.options().containsKey("endpoint")) {
      return Region.US_EAST_1;
    }
    if (ofEnvironment != null && !ofEnvironment.isBlank()) {
      return Region.of(ofEnvironment);
    }
    throw new DrillbookException(
        FailureKind.CONFIGURATION,
        "store " + address.location() + " has no region",
        "Give the store's option region, or set AWS_REGION for the worker.");
  }

  /** A request. */
  interface Call<T extends @Nullable Object> {
    T with(S3Client s3);
  }

  String bucket() {
    return address.bucket();
  }

  /** Returns what the bucket calls a key. */
  String object(String key) {
    return prefix + key;
  }

  /** Returns the key of an object below our prefix. */
  String key(String object) {
    return object.substring(prefix.length());
  }

  /**
   * Makes a request.
   *
   * @param what what could not be done, where it fails
   */
  <T extends @Nullable Object> T call(String what, String method, String key, Call<T> call)
      throws DrillbookException, InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException(what);
    }
    try {
      return call.with(client());
    } catch (SdkException e) {
      throw S3Failures.of(what, method + " s3://" + bucket() + "/" + object(key), e);
    }
  }

  /** Made on first use: it reads the SDK's configuration files. */
  synchronized S3Client client() {
    S3Client present = client;
    if (present == null) {
      present = connect();
      client = present;
    }
    return present;
  }

  /** Signs a link by which anybody downloads an object until it expires. No I/O but for keys. */
  String presign(String key, Duration valid) throws DrillbookException, InterruptedException {
    String endpoint = address.options().get("endpoint");
    S3Presigner.Builder builder =
        S3Presigner.builder()
            .region(region)
            .credentialsProvider(credentials(address.accessKey(), address.secretKey()))
            .serviceConfiguration(
                S3Configuration.builder().pathStyleAccessEnabled(pathStyle(endpoint)).build());
    if (endpoint != null) {
      builder.endpointOverride(URI.create(endpoint));
    }
    try (S3Presigner presigner = builder.build()) {
      return presigner
          .presignGetObject(request ->
              request
                  .signatureDuration(valid)
                  .getObjectRequest(get -> get.bucket(bucket()).key(object(key))))
          .url()
          .toString();
    } catch (SdkException e) {
      throw S3Failures.of(
          "a link to " + key + " could not be signed",
          "GET s3://" + bucket() + "/" + object(key),
          e);
    }
  }

  private boolean pathStyle(@Nullable String endpoint) {
    return address
        .options()
        .getOrDefault("path-style", endpoint == null ? "false" : "true")
        .equals("true");
  }

  private S3Client connect() {
    String endpoint = address.options().get("endpoint");
    RetryStrategy noRetries = AwsRetryStrategy.doNotRetry();
    S3ClientBuilder builder =
        S3Client.builder()
            .region(region)
            .forcePathStyle(pathStyle(endpoint))
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .overrideConfiguration(configuration -> configuration.retryStrategy(noRetries))
            .httpClientBuilder(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(Duration.ofSeconds(10))
                    .socketTimeout(Duration.ofSeconds(60)))
            .credentialsProvider(credentials(address.accessKey(), address.secretKey()));
    if (endpoint != null) {
      builder.endpointOverride(URI.create(endpoint));
    }
    return builder.build();
  }

  /** Looks keys up anew for each request: they may be replaced while we run. */
  private static AwsCredentialsProvider credentials(
      SecretReference accessKey, SecretReference secretKey) {
    if (!accessKey.isPresent()) {
      return DefaultCredentialsProvider.builder().build();
    }
    return () -> {
      try {
        return AwsBasicCredentials.create(accessKey.resolve(), secretKey.resolve());
      } catch (DrillbookException e) {
        throw S3Failures.carrying(e);
      }
    };
  }

  @Override
  public synchronized void close() {
    if (client != null) {
      client.close();
      client = null;
    }
  }
}
