package drillbook.store;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.util.Locale;

/** Who has to act when a file operation fails. */
final class LocalFailures {
  private LocalFailures() {}

  /** Returns the failure; the operating system's words tell a full disk from a broken one. */
  static DrillbookException of(String what, IOException thrown) {
    String words =
        thrown instanceof FileSystemException system && system.getReason() != null
            ? system.getReason()
            : thrown.toString();
    String message = what + ": " + words;
    String lower = words.toLowerCase(Locale.ROOT);
    if (lower.contains("no space left") || lower.contains("quota exceeded")) {
      return new DrillbookException(
          FailureKind.EXHAUSTED,
          message,
          "Make room on the store's disk, raise its quota, or prune old backups.",
          thrown);
    }
    if (thrown instanceof AccessDeniedException || lower.contains("permission denied")) {
      return new DrillbookException(
          FailureKind.DENIED,
          what + ": permission denied",
          "Let the account that runs the activities, the worker, read and write this folder.",
          thrown);
    }
    if (thrown instanceof FileAlreadyExistsException) {
      return new DrillbookException(
          FailureKind.CONFLICT,
          what + ": something else has this name or one above it",
          "",
          thrown);
    }
    if (lower.contains("read-only file system") || lower.contains("not a directory")) {
      return new DrillbookException(
          FailureKind.CONFIGURATION,
          message,
          "Name a folder that can be written, or mount it so.",
          thrown);
    }
    return new DrillbookException(FailureKind.UNAVAILABLE, message, "", thrown);
  }
}
