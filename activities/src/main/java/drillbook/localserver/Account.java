package drillbook.localserver;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.List;
import java.util.stream.Stream;

/**
 * The operating system's account that a server runs as. PostgreSQL refuses to run as root: then it
 * gets {@code postgres}, or {@code nobody} where there is no such account.
 *
 * @param name the account to change to, or empty to stay who we are
 */
record Account(String name) {
  /**
   * Becomes another user and runs a command in place of the shell, so that the process id stays
   * that of the command: a signal to it reaches the server itself.
   */
  private static final String BECOME =
      "exec setpriv --reuid=\"$0\" --regid=\"$(id -g \"$0\")\" --clear-groups -- \"$@\"";

  /** Tells whether this process runs as root. */
  static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  /** Returns an account that PostgreSQL accepts. */
  static Account unprivileged() throws DrillbookException {
    if (!isRoot()) {
      return new Account("");
    }
    IOException missing = new IOException("no account was looked up");
    for (String name : List.of("postgres", "nobody")) {
      try {
        principal(name);
        return new Account(name);
      } catch (UserPrincipalNotFoundException e) {
        missing = e;
      } catch (IOException e) {
        throw failure("account " + name + " could not be looked up: " + e.getMessage(), e);
      }
    }
    throw failure("no account to run PostgreSQL as: neither postgres nor nobody exists", missing);
  }

  /** Returns the command that runs another one as this account. */
  List<String> command(List<String> command) {
    return name.isEmpty()
        ? command
        : Stream.concat(Stream.of("sh", "-c", BECOME, name), command.stream()).toList();
  }

  /** Makes a file or folder this account's own. */
  void own(Path path) throws IOException {
    if (!name.isEmpty()) {
      Files.setOwner(path, principal(name));
    }
  }

  private static UserPrincipal principal(String name) throws IOException {
    return FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(name);
  }

  private static DrillbookException failure(String message, IOException cause) {
    return new DrillbookException(
        FailureKind.CONFIGURATION,
        message,
        "Run as a user other than root, or create the account postgres.",
        cause);
  }
}
