package drillbook.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * A small disk: a file system in memory, which only root may mount. Without that right the test is
 * aborted; where {@code drillbook.require} is {@code all}, it fails.
 */
public final class TestingDisk implements AutoCloseable {
  private final Path folder;

  private TestingDisk(Path folder) {
    this.folder = folder;
  }

  /**
   * Mounts a disk.
   *
   * @param folder where; made where it is missing
   * @param size in the words of mount: {@code 3m}
   */
  public static TestingDisk mounted(Path folder, String size) throws IOException {
    Files.createDirectories(folder);
    if (!run("mount", "-t", "tmpfs", "-o", "size=" + size, "none", folder.toString())) {
      String message = "no right to mount a file system";
      if (Arrays.asList(System.getProperty("drillbook.require", "").split(",", -1))
          .contains("all")) {
        Assertions.fail(message);
      }
      Assumptions.abort(message);
    }
    return new TestingDisk(folder);
  }

  /** Returns where the disk is. */
  public Path folder() {
    return folder;
  }

  /** Writes a file of its own, so that only so many bytes are free. */
  public void fillBut(long free) throws IOException {
    long filling = Files.getFileStore(folder).getUsableSpace() - free;
    Files.write(folder.resolve("filling"), new byte[Math.toIntExact(filling)]);
  }

  /** Removes that file. */
  public void makeRoom() throws IOException {
    Files.delete(folder.resolve("filling"));
  }

  /** Lets nobody write any more. */
  public void makeReadOnly() throws IOException {
    Assertions.assertTrue(run("mount", "-o", "remount,ro", folder.toString()));
  }

  /** Unmounts the disk, with all that is on it. */
  @Override
  public void close() throws IOException {
    Assertions.assertTrue(run("umount", folder.toString()));
  }

  private static boolean run(String... command) throws IOException {
    return new ProcessBuilder(List.of(command))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .onExit()
            .join()
            .exitValue()
        == 0;
  }
}
