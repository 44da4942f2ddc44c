package drillbook.setting;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A process's own folder on disk, deleted when it is closed. What killed processes left is deleted
 * by the next one.
 */
public final class ScratchFolder implements AutoCloseable {
  private static final String PREFIX = "process-";

  private final Path folder;

  private ScratchFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Makes this process's folder.
   *
   * @throws DrillbookException CONFIGURATION when it cannot be made
   */
  public static ScratchFolder make(Path parent) throws DrillbookException {
    try {
      Files.createDirectories(parent);
      for (Path other : list(parent)) {
        String name = other.getFileName().toString();
        if (name.matches(PREFIX + "[0-9]+-.*") && !alive(name)) {
          delete(other);
        }
      }
      return new ScratchFolder(
          Files.createTempDirectory(parent, PREFIX + ProcessHandle.current().pid() + "-"));
    } catch (IOException e) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          "the scratch folder cannot be used: " + e.getMessage(),
          "Name another one in drillbook.yaml: scratch: /path",
          e);
    }
  }

  /** Returns where it is. */
  public Path folder() {
    return folder;
  }

  /** Deletes the folder with what is in it; what cannot be deleted stays for the next process. */
  @Override
  public void close() {
    try {
      delete(folder);
    } catch (IOException e) {
      // The next process tries again, once this one is gone.
      return;
    }
  }

  private static boolean alive(String name) {
    String digits = name.substring(PREFIX.length(), name.indexOf('-', PREFIX.length()));
    return ProcessHandle.of(Long.parseLong(digits)).map(ProcessHandle::isAlive).orElse(false);
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  private static void delete(Path folder) throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(folder)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : all) {
      Files.deleteIfExists(file);
    }
  }
}
