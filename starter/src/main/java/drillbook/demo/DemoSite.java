package drillbook.demo;

import drillbook.engine.EngineAddress;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.localserver.LocalChroma;
import drillbook.localserver.LocalPostgres;
import drillbook.localserver.LocalServer;
import drillbook.localserver.PackageCache;
import drillbook.secret.SecretReference;
import drillbook.setting.Home;
import drillbook.store.StoreAddress;
import drillbook.target.Target;
import drillbook.target.Targets;
import drillbook.worker.Surroundings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Where a demo runs: a folder of its own, servers as child processes on loopback, settings that
 * nobody else has. Closing stops the servers and deletes the folder; what is kept lies elsewhere.
 * {@link #close()} may be called by several threads.
 */
final class DemoSite implements AutoCloseable {
  /** The target that is backed up. */
  static final String SOURCE = "handbook";

  /** The target that is restored into. */
  static final String OTHER = "pg";

  private static final int DELETIONS = 5;

  private final Path folder;
  private final Optional<Path> kept;
  private final InstantSource clock;
  private final List<LocalServer> servers = new ArrayList<>();
  private boolean closed;

  private DemoSite(Path folder, Optional<Path> kept, InstantSource clock) {
    this.folder = folder;
    this.kept = kept;
    this.clock = clock;
  }

  /**
   * Makes the folder.
   *
   * @param kept receives {@code store}, {@code logs} and {@code home}, which stay; empty: nothing
   *     stays
   * @throws DrillbookException CONFIGURATION when a folder cannot be made
   */
  static DemoSite open(Optional<Path> kept, InstantSource clock) throws DrillbookException {
    try {
      Path folder = Files.createTempDirectory("drillbook-demo-").toRealPath();
      // Started by root, PostgreSQL runs as another account, which has to get through.
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
      Optional<Path> stays = kept.map(path -> path.toAbsolutePath().normalize());
      if (stays.isPresent()) {
        Files.createDirectories(stays.get().resolve("store"));
        Files.createDirectories(stays.get().resolve("logs"));
      }
      return new DemoSite(folder, stays, clock);
    } catch (IOException e) {
      throw failure("a folder could not be made: " + e.getMessage(), e);
    }
  }

  /** Starts a Chroma server. */
  LocalChroma startChroma(PackageCache packages) throws DrillbookException, InterruptedException {
    return started(LocalChroma.start(packages, folder.resolve("chroma")));
  }

  /** Starts a PostgreSQL server. */
  LocalPostgres startPostgres(PackageCache packages)
      throws DrillbookException, InterruptedException {
    return started(
        LocalPostgres.start(packages, LocalPostgres.Version.PG18, folder.resolve("postgres")));
  }

  private synchronized <T extends LocalServer> T started(T server) throws InterruptedException {
    if (closed) {
      server.close();
      throw new InterruptedException("the demo was stopped");
    }
    servers.add(server);
    return server;
  }

  /** Returns the folder that backups lie in. */
  Path store() {
    return kept.orElse(folder).resolve("store");
  }

  /** Returns the folder of the damaged copy of the store. */
  Path damagedStore() {
    return folder.resolve("damaged-store");
  }

  /** Returns a folder for files that live for seconds. */
  Path scratch() {
    return folder.resolve("scratch");
  }

  /** Returns the settings: keys of the demo's own. */
  Home home() {
    return new Home(kept.orElse(folder).resolve("home"));
  }

  /**
   * Returns what activities need to know.
   *
   * @param store where the source's backups lie
   */
  Surroundings surroundings(LocalChroma chroma, LocalPostgres postgres, Path store)
      throws DrillbookException {
    Map<String, Target> known = new TreeMap<>();
    known.put(SOURCE, target(SOURCE, sourceAddress(chroma), store));
    known.put(OTHER, target(OTHER, otherAddress(postgres), store));
    Home home = home();
    return new Surroundings(
        new KnownTargets(known), home.signingKey(), home.trustedKeys(), scratch(), clock);
  }

  /** Returns how the source is spoken to. */
  static EngineAddress sourceAddress(LocalChroma chroma) {
    return new EngineAddress(
        "chroma",
        URI.create(chroma.url()),
        SecretReference.NONE,
        Map.of("tenants", String.join(",", DemoSource.TENANTS)));
  }

  /** Returns how the other engine is spoken to. */
  static EngineAddress otherAddress(LocalPostgres postgres) {
    return new EngineAddress(
        "pgvector", URI.create(postgres.url()), postgres.credential(), Map.of());
  }

  private static Target target(String name, EngineAddress address, Path store) {
    return new Target(name, address, List.of(), List.of(), StoreAddress.folder(store));
  }

  /** Writes down what was told, where something is kept. */
  void keepStory(List<String> story) {
    if (kept.isEmpty()) {
      return;
    }
    try {
      Files.write(kept.get().resolve("logs").resolve("demo.log"), story, StandardCharsets.UTF_8);
    } catch (IOException e) {
      // It was told already; a missing copy is no reason to fail.
      return;
    }
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    servers.forEach(LocalServer::close);
    servers.forEach(this::keepLog);
    // A server that is killed while it starts, or an installation, may write a little longer.
    for (int attempt = 0; attempt < DELETIONS; attempt++) {
      if (delete(folder)) {
        return;
      }
    }
  }

  private void keepLog(LocalServer server) {
    if (kept.isEmpty()) {
      return;
    }
    try {
      Files.copy(
          server.log(),
          kept.get().resolve("logs").resolve(server.log().getFileName().toString()),
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      // A missing log is no reason to leave a folder behind.
      return;
    }
  }

  private static boolean delete(Path tree) {
    try (Stream<Path> paths = Files.walk(tree)) {
      for (Path path : paths.toList().reversed()) {
        Files.deleteIfExists(path);
      }
      return true;
    } catch (NoSuchFileException e) {
      return !Files.exists(tree);
    } catch (IOException | UncheckedIOException e) {
      return false;
    }
  }

  private static DrillbookException failure(String what, IOException cause) {
    return new DrillbookException(
        FailureKind.CONFIGURATION,
        "the demo could not run: " + what,
        "Name a folder that can be written: --keep DIR, or -Djava.io.tmpdir for the rest.",
        cause);
  }

  /** Targets of this process alone. */
  private record KnownTargets(Map<String, Target> targets) implements Targets {
    @Override
    public Target named(String name) throws DrillbookException {
      Target target = targets.get(name);
      if (target == null) {
        throw new DrillbookException(
            FailureKind.CONFIGURATION, "the demo has no target '" + name + "'");
      }
      return target;
    }

    @Override
    public List<String> names() {
      return List.copyOf(targets.keySet());
    }
  }
}
