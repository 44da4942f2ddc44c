package drillbook.cli;

import java.util.List;
import picocli.CommandLine.Option;

/** What of a backup is restored, and where. */
final class SelectionOptions {
  @Option(
      names = "--target-instance",
      paramLabel = "NAME",
      description = "The target whose instance is written to; the source itself when left out.")
  String into = "";

  @Option(
      names = "--collections",
      paramLabel = "NAME",
      split = ",",
      description = "Names or paths as in the backup, separated by commas; all when left out.")
  List<String> collections = List.of();

  @Option(
      names = {"--tenant", "--tenants"},
      paramLabel = "NAME",
      split = ",",
      description = "Tenants within them, separated by commas; all when left out.")
  List<String> tenants = List.of();
}
