package drillbook.localserver;

import drillbook.failure.DrillbookException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The real servers that tests share: one of each per JVM, started on first use, stopped when the
 * JVM exits.
 *
 * <p>A server that cannot be installed or started aborts the test with the reason; where the system
 * property {@code drillbook.require} names it (a comma list of {@code chroma, milvus, milvus-lite,
 * pgvector, pgvector-old, s3, temporal, weaviate}, or {@code all}), it fails the test.
 */
public final class RealServers {
  private static final Logger LOG = LoggerFactory.getLogger(RealServers.class);
  private static final PackageCache CACHE = PackageCache.standard(LOG::info);
  private static final Map<String, LocalServer> RUNNING = new HashMap<>();
  private static final Map<String, DrillbookException> FAILED = new HashMap<>();
  private static final Path FOLDER = folder();

  private RealServers() {}

  /** Starts a server in a folder of its own. */
  @FunctionalInterface
  private interface Start<S extends LocalServer> {
    S in(Path folder) throws DrillbookException, InterruptedException;
  }

  /** Returns the cache that tests install from. */
  public static PackageCache cache() {
    return CACHE;
  }

  /** Returns the shared Chroma. Tests use collection names of their own. */
  public static LocalChroma chroma() {
    return shared(
        "chroma", "chroma", LocalChroma.class, folder -> LocalChroma.start(CACHE, folder));
  }

  /** Returns the shared Milvus. Tests use collection names of their own. */
  public static LocalMilvus milvus() {
    return shared(
        "milvus", "milvus", LocalMilvus.class, folder -> LocalMilvus.start(CACHE, folder));
  }

  /** Returns the shared Milvus Lite. Tests use collection names of their own. */
  public static LocalMilvusLite milvusLite() {
    return shared(
        "milvus-lite",
        "milvus-lite",
        LocalMilvusLite.class,
        folder -> LocalMilvusLite.start(CACHE, folder));
  }

  /** Returns the shared PostgreSQL of a version. Tests use table or schema names of their own. */
  public static LocalPostgres postgres(LocalPostgres.Version version) {
    return shared(
        version == LocalPostgres.Version.OLD ? "pgvector-old" : "pgvector",
        "postgres-" + version,
        LocalPostgres.class,
        folder -> LocalPostgres.start(CACHE, version, folder));
  }

  /** Returns the shared S3 store. Tests use bucket names or prefixes of their own. */
  public static LocalS3 s3() {
    return shared("s3", "s3", LocalS3.class, folder -> LocalS3.start(CACHE, folder));
  }

  /** Returns the shared Temporal server, without web UI. Tests use task queues of their own. */
  public static LocalTemporal temporal() {
    return shared(
        "temporal",
        "temporal",
        LocalTemporal.class,
        folder -> LocalTemporal.start(CACHE, folder, LocalTemporal.Options.HEADLESS));
  }

  /** Returns the shared Weaviate. Tests use class names of their own. */
  public static LocalWeaviate weaviate() {
    return shared(
        "weaviate",
        "weaviate",
        LocalWeaviate.class,
        folder -> LocalWeaviate.start(CACHE, folder, LocalWeaviate.Options.OPEN));
  }

  /**
   * Runs something that needs a server of the test's own, under the same rule for a missing one.
   *
   * @param requirement its name in {@code drillbook.require}
   */
  public static void installed(String requirement, PinnedPackage wanted)
      throws InterruptedException {
    try {
      CACHE.install(wanted);
    } catch (DrillbookException e) {
      missing(requirement, e);
    }
  }

  private static synchronized <S extends LocalServer> S shared(
      String requirement, String key, Class<S> type, Start<S> start) {
    LocalServer running = RUNNING.get(key);
    if (running != null) {
      Assertions.assertTrue(running.isAlive(), () -> running.name() + " ended: " + running.log());
      return type.cast(running);
    }
    DrillbookException failed = FAILED.get(key);
    if (failed == null) {
      try {
        S server = start.in(FOLDER.resolve(key));
        RUNNING.put(key, server);
        return server;
      } catch (DrillbookException e) {
        failed = e;
        FAILED.put(key, e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Assertions.fail("interrupted while " + key + " started", e);
      }
    }
    missing(requirement, failed);
    throw new AssertionError("a missing server ends the test", failed);
  }

  private static void missing(String requirement, DrillbookException why) {
    String message = requirement + " is missing: " + why.getMessage() + "\nHint: " + why.hint();
    List<String> required =
        Arrays.stream(System.getProperty("drillbook.require", "").split(",", -1))
            .map(String::strip)
            .toList();
    if (required.contains("all") || required.contains(requirement)) {
      Assertions.fail(message, why);
    }
    Assumptions.abort(message);
  }

  private static Path folder() {
    try {
      Path folder = Files.createTempDirectory("drillbook-servers");
      // PostgreSQL's account has to pass through.
      folder.toFile().setExecutable(true, false);
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(RealServers::stop));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static synchronized void stop() {
    RUNNING.values().forEach(LocalServer::close);
    try {
      PackageCache.delete(FOLDER);
    } catch (IOException e) {
      LOG.warn("folder left behind: {} {}", FOLDER, e.toString());
    }
  }
}
