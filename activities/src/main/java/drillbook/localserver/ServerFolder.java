package drillbook.localserver;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.secret.SecretReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;

/** The folder that a server keeps its data, log and secrets in. */
final class ServerFolder {
  private ServerFolder() {}

  /** Makes the folder where it is missing. */
  static Path make(Path folder) throws DrillbookException {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw failure(folder, e);
    }
  }

  /**
   * Returns a reference to a random secret in a file that only we may read; the one from the last
   * start where there is one.
   */
  static SecretReference secret(Path file, int randomBytes) throws DrillbookException {
    try {
      if (!Files.exists(file)) {
        byte[] random = new byte[randomBytes];
        new SecureRandom().nextBytes(random);
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(unfinished);
        Files.createFile(
            unfinished,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(unfinished, HexFormat.of().formatHex(random) + "\n");
        Files.move(unfinished, file);
      }
      return new SecretReference("file:" + file.toAbsolutePath());
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  /** Returns the failure that a file or folder could not be made. */
  static DrillbookException failure(Path path, IOException cause) {
    return new DrillbookException(
        FailureKind.CONFIGURATION,
        path + " could not be made: " + cause,
        "Choose a folder that can be written.",
        cause);
  }
}
