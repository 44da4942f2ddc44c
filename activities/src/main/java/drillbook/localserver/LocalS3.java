package drillbook.localserver;

import drillbook.failure.DrillbookException;
import drillbook.secret.SecretReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * An S3 store on a folder (versitygw). It checks signatures and checksums, honours conditional puts
 * and can keep versions; it has no lifecycle rules and ignores encryption headers.
 */
public final class LocalS3 extends LocalServer {
  /** The version that runs. */
  public static final PinnedPackage PACKAGE =
      new PinnedPackage.Go("versitygw", "github.com/versity/versitygw/cmd/versitygw", "v1.8.0");

  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9-]{1,61}[a-z0-9]");

  private final Path buckets;
  private final String region;
  private final SecretReference accessKey;
  private final SecretReference secretKey;

  private LocalS3(
      ServerProcess process,
      Path buckets,
      String region,
      SecretReference accessKey,
      SecretReference secretKey) {
    super(process);
    this.buckets = buckets;
    this.region = region;
    this.accessKey = accessKey;
    this.secretKey = secretKey;
  }

  /** Starts a store in region us-east-1; see {@link #start(PackageCache, Path, String)}. */
  public static LocalS3 start(PackageCache cache, Path folder)
      throws DrillbookException, InterruptedException {
    return start(cache, folder, "us-east-1");
  }

  /**
   * Starts a store; returns once it answers.
   *
   * @param folder receives buckets, versions, keys and the log, all kept; its file system must have
   *     extended attributes
   * @param region what the store says that it is; two stores make two regions
   * @throws DrillbookException when it cannot be installed or does not come up
   */
  public static LocalS3 start(PackageCache cache, Path folder, String region)
      throws DrillbookException, InterruptedException {
    Path program = cache.install(PACKAGE).resolve("bin/versitygw");
    Path home = folder.toAbsolutePath();
    Path buckets = ServerFolder.make(home.resolve("buckets"));
    Path versions = ServerFolder.make(home.resolve("versions"));
    SecretReference accessKey = ServerFolder.secret(home.resolve("access-key"), 10);
    SecretReference secretKey = ServerFolder.secret(home.resolve("secret-key"), 20);
    return new LocalS3(
        ServerProcess.start(
            new ServerProcess.Launch(
                "versitygw " + PACKAGE.version(),
                1,
                ports ->
                    List.of(
                        program.toString(),
                        "--quiet",
                        "--port",
                        "127.0.0.1:" + ports.getFirst(),
                        "--region",
                        region,
                        "--health",
                        "/health",
                        "posix",
                        "--versioning-dir",
                        versions.toString(),
                        buckets.toString()),
                // In the environment, since command lines can be read by every user.
                Map.of(
                    "ROOT_ACCESS_KEY", accessKey.resolve(), "ROOT_SECRET_KEY", secretKey.resolve()),
                home,
                "s3.log",
                "TERM",
                ports -> ServerProcess.httpStatus(ports.getFirst(), "/health") == 200)),
        buckets,
        region,
        accessKey,
        secretKey);
  }

  /** Returns the endpoint, {@code http://127.0.0.1:<port>}: requests need path style. */
  @Override
  public String url() {
    return "http://127.0.0.1:" + port(0);
  }

  /** Returns the region that requests are signed for. */
  public String region() {
    return region;
  }

  /** Returns where the access key's id is. */
  public SecretReference accessKey() {
    return accessKey;
  }

  /** Returns where the secret key is. */
  public SecretReference secretKey() {
    return secretKey;
  }

  /** Makes a bucket where it is missing: a folder is one. */
  public void createBucket(String name) throws DrillbookException {
    if (!BUCKET.matcher(name).matches()) {
      throw new IllegalArgumentException("a bucket is named [a-z0-9-]{3,63}: " + name);
    }
    Path bucket = buckets.resolve(name);
    try {
      Files.createDirectories(bucket);
    } catch (IOException e) {
      throw ServerFolder.failure(bucket, e);
    }
  }
}
