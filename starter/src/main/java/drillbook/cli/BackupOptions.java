package drillbook.cli;

import drillbook.restore.BackupChoice;
import picocli.CommandLine.Option;

/** Which backup is meant. */
final class BackupOptions {
  @Option(
      names = "--backup",
      paramLabel = "latest|ID|TIME",
      description = "The newest verified one when left out; TIME such as 2026-11-21T02:00Z.")
  String backup = "";

  @Option(names = "--version", hidden = true)
  String version = "";

  /** Returns the words, checked. */
  String words() {
    String words = !backup.isEmpty() ? backup : !version.isEmpty() ? version : BackupChoice.LATEST;
    BackupChoice.parse(words);
    return words;
  }
}
