package drillbook.store;

import drillbook.failure.DrillbookException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A place on a disk that tells how much of it is left. */
@FunctionalInterface
public interface FreeSpace {
  /**
   * Returns how many bytes this process may still write there, as the file system tells; quotas
   * that it does not tell may be smaller.
   *
   * @throws DrillbookException DENIED or UNAVAILABLE when it cannot be asked
   */
  long freeBytes() throws DrillbookException, InterruptedException;

  /** Returns the space of a folder; where it is yet to be made, that of the folder around it. */
  static FreeSpace of(Path folder) {
    return () -> {
      Path there = folder.toAbsolutePath().normalize();
      for (Path parent = there; parent != null; parent = parent.getParent()) {
        there = parent;
        if (Files.exists(parent)) {
          break;
        }
      }
      try {
        return Files.getFileStore(there).getUsableSpace();
      } catch (IOException e) {
        throw ArtifactStore.failureOf("the free space of " + folder + " could not be asked for", e);
      }
    };
  }
}
