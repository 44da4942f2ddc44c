package drillbook.localserver;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A folder of installed packages, one folder each, shared by everything that runs on this machine.
 *
 * <p>A package is there whole or not at all: it is built beside its place and renamed, under a lock
 * that holds between processes. Safe for use by several threads.
 */
public final class PackageCache {
  private static final String MARKER = "installed";
  private static final Duration PYTHON_TIMEOUT = Duration.ofMinutes(15);

  /** A first build of the Temporal server takes a quarter of an hour on a busy small machine. */
  private static final Duration GO_TIMEOUT = Duration.ofMinutes(60);

  /** File locks exclude processes; threads of this one exclude each other here. */
  private static final ReentrantLock INSTALLING = new ReentrantLock();

  private final Path folder;
  private final Consumer<String> progress;

  /**
   * Creates a cache; no I/O.
   *
   * @param progress receives a line when an installation begins, goes on for long, and ends
   */
  public PackageCache(Path folder, Consumer<String> progress) {
    this.folder = folder.toAbsolutePath();
    this.progress = progress;
  }

  /**
   * Returns the cache in its usual place: {@code $DRILLBOOK_CACHE}; else, for root, {@code
   * /var/cache/drillbook}, which the unprivileged user of PostgreSQL can enter; else {@code
   * ~/.cache/drillbook}.
   */
  public static PackageCache standard(Consumer<String> progress) {
    String chosen = System.getenv("DRILLBOOK_CACHE");
    if (chosen != null && !chosen.isBlank()) {
      return new PackageCache(Path.of(chosen), progress);
    }
    return new PackageCache(
        Account.isRoot()
            ? Path.of("/var/cache/drillbook")
            : Path.of(System.getProperty("user.home"), ".cache", "drillbook"),
        progress);
  }

  /** Returns where packages lie. */
  public Path folder() {
    return folder;
  }

  /**
   * Returns the folder of an installed package, installing it first where it is missing: {@code
   * bin/python} for Python packages, {@code bin/<program>} for Go.
   *
   * @throws DrillbookException CONFIGURATION when python3 or go is missing or the folder cannot be
   *     written, UNAVAILABLE with the tool's last lines when the installation fails
   */
  public Path install(PinnedPackage wanted) throws DrillbookException, InterruptedException {
    Path home = folder.resolve(wanted.folderName());
    if (isInstalled(home, wanted)) {
      return home;
    }
    INSTALLING.lockInterruptibly();
    try {
      Files.createDirectories(folder);
      try (FileChannel channel =
              FileChannel.open(
                  folder.resolve(wanted.folderName() + ".lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        if (lock.isValid() && !isInstalled(home, wanted)) {
          build(wanted, home);
        }
      }
      return home;
    } catch (IOException e) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          title(wanted) + " could not be installed: " + e,
          "Make " + folder + " writable, or set DRILLBOOK_CACHE to a folder that is.",
          e);
    } finally {
      INSTALLING.unlock();
    }
  }

  private void build(PinnedPackage wanted, Path home)
      throws IOException, DrillbookException, InterruptedException {
    Path building = folder.resolve(wanted.folderName() + ".building");
    delete(building);
    delete(home);
    progress.accept("installing " + title(wanted) + " into " + home);
    Path output = folder.resolve(wanted.folderName() + ".log");
    Files.deleteIfExists(output);
    try {
      Files.createDirectories(building);
      switch (wanted) {
        case PinnedPackage.Python python -> installPython(python, building, output);
        case PinnedPackage.Go go -> installGo(go, building, output);
      }
      Files.writeString(building.resolve(MARKER), marker(wanted));
      Files.move(building, home, StandardCopyOption.ATOMIC_MOVE);
      Files.delete(output);
    } finally {
      delete(building);
    }
    progress.accept("installed " + title(wanted));
  }

  /**
   * A virtual environment's scripts hold its absolute path and break when it is renamed; its
   * interpreter finds its packages relative to itself. So only {@code bin/python} is ever run.
   */
  private void installPython(PinnedPackage.Python wanted, Path building, Path output)
      throws DrillbookException, InterruptedException {
    String failed = title(wanted) + " could not be installed";
    run(
        new ToolRun(
            FailureKind.UNAVAILABLE,
            failed,
            List.of("python3", "-I", "-m", "venv", building.toString()),
            folder,
            Map.of(),
            output,
            PYTHON_TIMEOUT,
            "Install Python 3.9 or newer with its venv module (Debian: apt install python3-venv)."));
    Stream<String> pip =
        Stream.of(
            building.resolve("bin/python").toString(),
            "-I",
            "-m",
            "pip",
            "install",
            "--no-deps",
            "--no-input",
            "--disable-pip-version-check",
            "--quiet");
    run(
        new ToolRun(
            FailureKind.UNAVAILABLE,
            failed,
            Stream.concat(pip, wanted.requirements().stream()).toList(),
            folder,
            Map.of(),
            output,
            PYTHON_TIMEOUT,
            "pip needs the Python Package Index or a mirror of it (pip's index-url), and a wheel"
                + " for this platform; the whole output is in "
                + output
                + "."));
  }

  private void installGo(PinnedPackage.Go wanted, Path building, Path output)
      throws DrillbookException, InterruptedException {
    progress.accept("building " + title(wanted) + " from source takes minutes the first time");
    run(
        new ToolRun(
            FailureKind.UNAVAILABLE,
            title(wanted) + " could not be installed",
            List.of("go", "install", "-ldflags=-s -w", wanted.path() + "@" + wanted.version()),
            folder,
            // Without C, as these projects build their own releases: no compiler is needed for it.
            Map.of(
                "GOBIN",
                building.resolve("bin").toString(),
                "GOOS",
                "",
                "GOARCH",
                "",
                "CGO_ENABLED",
                "0"),
            output,
            GO_TIMEOUT,
            "go must be on the PATH and reach a module proxy (GOPROXY); the whole output is in "
                + output
                + "."));
  }

  private void run(ToolRun tool) throws DrillbookException, InterruptedException {
    tool.run(progress);
  }

  private static boolean isInstalled(Path home, PinnedPackage wanted) {
    try {
      boolean complete = Files.readString(home.resolve(MARKER)).equals(marker(wanted));
      return switch (wanted) {
        // The link leads nowhere once the system's Python was replaced by another one.
        case PinnedPackage.Python python -> complete && Files.exists(home.resolve("bin/python"));
        case PinnedPackage.Go go -> complete;
      };
    } catch (IOException e) {
      return false;
    }
  }

  private static String marker(PinnedPackage wanted) {
    return String.join("\n", wanted.requirements()) + "\n";
  }

  private static String title(PinnedPackage wanted) {
    return wanted.name() + " " + wanted.version();
  }

  /** Deletes a folder with all that it holds, where it exists. */
  static void delete(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(tree)) {
      for (Path path : paths.toList().reversed()) {
        Files.delete(path);
      }
    }
  }
}
