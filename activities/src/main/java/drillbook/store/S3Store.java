package drillbook.store;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Artifacts as objects below a prefix of an S3 bucket.
 *
 * <p>Every put is conditional and carries the SHA-256 of what it sends, which the store checks. An
 * artifact of more than {@value #PART_BYTES} bytes goes up in parts of that size, one at a time, so
 * that a writer holds one part in memory; parts are equal, since not every store takes others,
 * which limits an artifact to 10,000 of them. The SDK's own retries are off.
 */
public final class S3Store implements VersionedStore, StoreClock, StoreStrangers, SigningStore {
  /** The size of a part; S3 asks for at least 5 MiB. */
  static final int PART_BYTES = 8 * 1024 * 1024;

  private static final int MOST_PARTS = 10_000;
  private static final int PAGE = 1_000;
  private static final String ABSENT = "*";

  private final StoreAddress address;
  private final String prefix;
  private final S3Connection connection;
  private final S3Versions versions;

  /**
   * Creates a store; no I/O.
   *
   * @throws DrillbookException CONFIGURATION when neither a region nor an endpoint is given
   */
  public S3Store(StoreAddress address) throws DrillbookException {
    if (!address.isS3()) {
      throw new IllegalArgumentException("not s3://bucket/prefix: " + address.location());
    }
    this.address = address;
    this.prefix = address.prefix().isEmpty() ? "" : address.prefix() + "/";
    this.connection = new S3Connection(address);
    this.versions = new S3Versions(connection);
  }

  @Override
  public String location() {
    return "s3://" + address.bucket() + (prefix.isEmpty() ? "" : "/" + address.prefix());
  }

  @Override
  public ArtifactWriter write(String key) {
    return new Writer(StoreKeys.check(key));
  }

  @Override
  public Stored putNew(String key, byte[] bytes) throws DrillbookException, InterruptedException {
    StoreKeys.check(key);
    Stored receipt = new Stored(key, bytes.length, Digests.hex(bytes));
    try {
      put(key, bytes, bytes.length);
      return receipt;
    } catch (DrillbookException e) {
      if (e.kind() == FailureKind.CONFLICT && holds(key, bytes)) {
        return receipt;
      }
      throw e;
    }
  }

  private boolean holds(String key, byte[] bytes) throws DrillbookException, InterruptedException {
    try (InputStream present = read(key, 0, -1)) {
      return Arrays.equals(present.readNBytes(bytes.length), bytes) && present.read() < 0;
    } catch (IOException e) {
      throw ArtifactStore.failureOf("artifact " + key + " could not be compared", e);
    } catch (DrillbookException e) {
      if (e.kind() != FailureKind.NOT_FOUND) {
        throw e;
      }
      throw new DrillbookException(
          FailureKind.UNAVAILABLE, "artifact " + key + " was deleted while it was put", "", e);
    }
  }

  private void put(String key, byte[] bytes, int length)
      throws DrillbookException, InterruptedException {
    connection.call(
        "artifact " + key + " could not be put",
        "PUT",
        key,
        s3 ->
            s3.putObject(
                request ->
                    request
                        .bucket(address.bucket())
                        .key(prefix + key)
                        .ifNoneMatch(ABSENT)
                        .checksumSHA256(Digests.base64(bytes, length)),
                body(bytes, length)));
  }

  /** Unlike the SDK's own, this body is not copied. */
  private static RequestBody body(byte[] bytes, int length) {
    return RequestBody.fromContentProvider(
        () -> new ByteArrayInputStream(bytes, 0, length), length, "application/octet-stream");
  }

  @Override
  public InputStream read(String key, long offset, long length)
      throws DrillbookException, InterruptedException {
    StoreKeys.check(key);
    StoreKeys.checkRange(offset, length);
    String what = "artifact " + key + " could not be read";
    if (length == 0) {
      if (!exists(key, what)) {
        throw new DrillbookException(
            FailureKind.NOT_FOUND, "artifact " + key + " is not in " + location());
      }
      return InputStream.nullInputStream();
    }
    boolean whole = offset == 0 && length < 0;
    String range = "bytes=" + offset + "-" + (length < 0 ? "" : offset + length - 1);
    ResponseInputStream<GetObjectResponse> response =
        connection.call(
            what,
            "GET",
            key,
            s3 -> {
              try {
                return s3.getObject(request -> {
                  request.bucket(address.bucket()).key(prefix + key);
                  if (!whole) {
                    request.range(range);
                  }
                });
              } catch (S3Exception e) {
                // Behind the end there is no range to satisfy, and nothing to read.
                if (e.statusCode() == 416) {
                  return null;
                }
                throw e;
              }
            });
    return response == null ? InputStream.nullInputStream() : new Download(key, response);
  }

  @Override
  public List<Listed> list(String below, String after, int limit)
      throws DrillbookException, InterruptedException {
    StoreKeys.checkListing(below, after, limit);
    List<Listed> listed = new ArrayList<>();
    String last = after.isEmpty() ? "" : prefix + after;
    while (true) {
      ListObjectsV2Response page = page(below, last, Math.min(PAGE, limit - listed.size()));
      for (S3Object object : page.contents()) {
        String key = object.key().substring(prefix.length());
        if (StoreKeys.isKey(key)) {
          listed.add(new Listed(key, object.size()));
        }
        last = object.key();
      }
      if (!hasMore(page) || listed.size() == limit) {
        return List.copyOf(listed);
      }
    }
  }

  /** {@inheritDoc} Lists every object below the prefix. */
  @Override
  public Optional<String> stranger(Predicate<String> wanted)
      throws DrillbookException, InterruptedException {
    String last = "";
    while (true) {
      ListObjectsV2Response page = page("", last, PAGE);
      for (S3Object object : page.contents()) {
        String key = object.key().substring(prefix.length());
        if (!StoreKeys.isKey(key) && wanted.test(key)) {
          return Optional.of(key);
        }
        last = object.key();
      }
      if (!hasMore(page)) {
        return Optional.empty();
      }
    }
  }

  private ListObjectsV2Response page(String below, String from, int wanted)
      throws DrillbookException, InterruptedException {
    return connection.call(
        "artifacts below " + below + " could not be listed",
        "GET",
        below,
        s3 ->
            s3.listObjectsV2(request -> {
              request.bucket(address.bucket()).prefix(prefix + below).maxKeys(wanted);
              if (!from.isEmpty()) {
                request.startAfter(from);
              }
            }));
  }

  private static boolean hasMore(ListObjectsV2Response page) {
    return Boolean.TRUE.equals(page.isTruncated()) && !page.contents().isEmpty();
  }

  @Override
  public boolean delete(String key) throws DrillbookException, InterruptedException {
    StoreKeys.check(key);
    String what = "artifact " + key + " could not be deleted";
    // Deleting what is not there would leave a marker in a bucket that keeps versions.
    if (!exists(key, what)) {
      return false;
    }
    connection.call(
        what,
        "DELETE",
        key,
        s3 -> s3.deleteObject(request -> request.bucket(address.bucket()).key(prefix + key)));
    return true;
  }

  /** Asks by listing: the answer to HEAD has no body to tell a missing bucket from an artifact. */
  private boolean exists(String key, String what) throws DrillbookException, InterruptedException {
    ListObjectsV2Response page =
        connection.call(
            what,
            "GET",
            key,
            s3 ->
                s3.listObjectsV2(
                    request -> request.bucket(address.bucket()).prefix(prefix + key).maxKeys(1)));
    return page.contents().stream().anyMatch(object -> object.key().equals(prefix + key));
  }

  @Override
  public String presign(String key, Duration valid)
      throws DrillbookException, InterruptedException {
    StoreKeys.check(key);
    SigningStore.check(valid);
    return connection.presign(key, valid);
  }

  @Override
  public Versioning versioning() throws DrillbookException, InterruptedException {
    return versions.versioning();
  }

  @Override
  public List<Version> versions(String prefix) throws DrillbookException, InterruptedException {
    StoreKeys.checkListing(prefix, "", 1);
    return versions.versions(prefix);
  }

  @Override
  public boolean delete(Version version) throws DrillbookException, InterruptedException {
    StoreKeys.check(version.key());
    return versions.delete(version);
  }

  @Override
  public void moveToInfrequentAccess(Version version)
      throws DrillbookException, InterruptedException {
    StoreKeys.check(version.key());
    versions.moveToInfrequentAccess(version);
  }

  @Override
  public Optional<Lock> lock(Version version) throws DrillbookException, InterruptedException {
    StoreKeys.check(version.key());
    return versions.lock(version);
  }

  /** {@inheritDoc} By the Date header of an answer. */
  @Override
  public Instant time() throws DrillbookException, InterruptedException {
    ListObjectsV2Response page =
        connection.call(
            "the time could not be asked for",
            "GET",
            "",
            s3 ->
                s3.listObjectsV2(
                    request -> request.bucket(address.bucket()).prefix(prefix).maxKeys(1)));
    Optional<String> date = page.sdkHttpResponse().firstMatchingHeader("Date");
    try {
      return Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date.orElse("no date")));
    } catch (DateTimeException e) {
      throw new DrillbookException(
          FailureKind.UNSUPPORTED,
          "the time could not be asked for: answers of " + location() + " carry none",
          "Keep both clocks by NTP.",
          e);
    }
  }

  @Override
  public void close() {
    connection.close();
  }

  /** Reads an object; gives its connection up where the caller stops before the end. */
  private static final class Download extends ExactStream {
    private final ResponseInputStream<GetObjectResponse> response;

    Download(String key, ResponseInputStream<GetObjectResponse> response) {
      super("artifact " + key, response, response.response().contentLength());
      this.response = response;
    }

    @Override
    public void close() throws IOException {
      if (isComplete()) {
        super.close();
      } else {
        response.abort();
      }
    }
  }

  private final class Writer extends HashingWriter {
    private final String key;
    private final String failed;
    private final List<CompletedPart> parts = new ArrayList<>();
    private String uploadId = "";

    Writer(String key) {
      super(key, PART_BYTES);
      this.key = key;
      this.failed = "artifact " + key + " could not be written to " + location();
    }

    @Override
    void chunk(byte[] chunk, int length) throws DrillbookException, InterruptedException {
      if (uploadId.isEmpty()) {
        uploadId =
            connection
                .call(
                    failed,
                    "POST",
                    key,
                    s3 ->
                        s3.createMultipartUpload(request ->
                            request
                                .bucket(address.bucket())
                                .key(prefix + key)
                                .checksumAlgorithm(ChecksumAlgorithm.SHA256)))
                .uploadId();
      }
      int number = parts.size() + 1;
      if (number > MOST_PARTS) {
        throw new DrillbookException(
            FailureKind.CONFIGURATION,
            failed + ": it is larger than " + (long) MOST_PARTS * PART_BYTES + " bytes",
            "Make segments smaller.");
      }
      String sha256 = Digests.base64(chunk, length);
      String tag =
          connection
              .call(
                  failed,
                  "PUT",
                  key,
                  s3 ->
                      s3.uploadPart(
                          request ->
                              request
                                  .bucket(address.bucket())
                                  .key(prefix + key)
                                  .uploadId(uploadId)
                                  .partNumber(number)
                                  .checksumSHA256(sha256),
                          body(chunk, length)))
              .eTag();
      parts.add(
          CompletedPart.builder().partNumber(number).eTag(tag).checksumSHA256(sha256).build());
    }

    @Override
    void finish(byte[] rest, int length, Stored receipt)
        throws DrillbookException, InterruptedException {
      if (uploadId.isEmpty()) {
        put(key, rest, length);
        return;
      }
      if (length > 0) {
        chunk(rest, length);
      }
      connection.call(
          failed,
          "POST",
          key,
          s3 ->
              s3.completeMultipartUpload(request ->
                  request
                      .bucket(address.bucket())
                      .key(prefix + key)
                      .uploadId(uploadId)
                      .ifNoneMatch(ABSENT)
                      .multipartUpload(upload -> upload.parts(parts))));
      uploadId = "";
    }

    @Override
    void abandon() {
      if (uploadId.isEmpty()) {
        return;
      }
      // An interrupted thread gives up too; what it leaves behind would be paid for.
      boolean interrupted = Thread.interrupted();
      try {
        connection
            .client()
            .abortMultipartUpload(
                request -> request.bucket(address.bucket()).key(prefix + key).uploadId(uploadId));
      } catch (SdkException e) {
        S3Failures.left(location() + "/" + key, e);
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }
}
