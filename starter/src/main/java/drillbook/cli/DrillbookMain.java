package drillbook.cli;

import drillbook.demo.DemoCommand;
import drillbook.runbook.RunbookFolder;
import drillbook.setting.Home;
import drillbook.temporal.WorkerParts;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.InstantSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line {@code drillbook}. */
@Command(
    name = "drillbook",
    mixinStandardHelpOptions = true,
    description = {
      "Your vector database comes back, and it was proven this week.",
      "Backs up vector databases and proves by restore drills that they come back."
    },
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "First steps:",
      "  drillbook demo",
      "  drillbook connect docs --engine chroma --url http://127.0.0.1:8000 --store /backups",
      "  drillbook backup docs",
      "  drillbook drill docs",
      "",
      "Exit codes: 0 fine, 1 finding, 2 usage or configuration, 3 engine or store unreachable,"
          + " 4 internal."
    })
public final class DrillbookMain {
  private DrillbookMain() {}

  /** Runs a command line and ends the process with its exit code. */
  public static void main(String[] arguments) {
    Path userHome = Path.of(System.getProperty("user.home", "."));
    InstantSource clock = Clock.systemUTC();
    Installation installation =
        new Installation(
            Home.of(System.getenv(), userHome),
            userHome,
            new WorkerParts(clock),
            clock,
            new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8), false),
            new PrintWriter(new OutputStreamWriter(System.err, StandardCharsets.UTF_8), true));
    System.exit(commandLine(installation).execute(arguments));
  }

  /** Returns the command line. */
  static CommandLine commandLine(Installation installation) {
    RunbookFolder folder = installation.home().runbooks();
    return commandLine(installation, new RunbookSource(folder::all, folder.path()));
  }

  /** Returns the command line with runbooks of its own; every command is named here. */
  static CommandLine commandLine(Installation installation, RunbookSource runbooks) {
    CommandLine line = new CommandLine(new DrillbookMain());
    line.addSubcommand(new ConnectCommand(installation));
    line.addSubcommand(new ListCommand(installation));
    line.addSubcommand(new AdviseCommand(installation, runbooks));
    CommandLine engines = new CommandLine(new EnginesCommand());
    engines.addSubcommand(new EnginesCommand.Check(installation));
    line.addSubcommand(engines);
    line.addSubcommand(new BackupCommand(installation));
    CommandLine backups = new CommandLine(new BackupsCommand(installation));
    backups.addSubcommand(new MarkCommands.Hold(installation));
    backups.addSubcommand(new MarkCommands.Release(installation));
    backups.addSubcommand(new MarkCommands.Label(installation));
    line.addSubcommand(backups);
    line.addSubcommand(new DiffCommand(installation));
    line.addSubcommand(new SearchCommand(installation));
    line.addSubcommand(new VerifyCommand(installation));
    line.addSubcommand(new RestoreCommand(installation));
    CommandLine drill = new CommandLine(new DrillCommand(installation));
    drill.addSubcommand(new AcceptDrillCommand(installation));
    line.addSubcommand(drill);
    line.addSubcommand(new ApproveCommand(installation));
    line.addSubcommand(new PruneCommand(installation, runbooks));
    CommandLine export = new CommandLine(new ExportCommand(installation));
    export.addSubcommand(new ExportStatusCommand(installation));
    line.addSubcommand(export);
    line.addSubcommand(new ImportCommand(installation));
    line.addSubcommand(new ReportCommand(installation));
    CommandLine journal = new CommandLine(new JournalCommand());
    journal.addSubcommand(new JournalCommand.Verify(installation));
    line.addSubcommand(journal);
    CommandLine runbook = new CommandLine(new RunbookCommand());
    runbook.addSubcommand(new RunbookValidateCommand(installation));
    runbook.addSubcommand(new RunbookPlanCommand(installation, runbooks));
    runbook.addSubcommand(new RunbookApplyCommand(installation, runbooks));
    runbook.addSubcommand(new RunbookStatusCommand(installation, runbooks));
    runbook.addSubcommand(new RunbookRunCommand(installation, runbooks));
    line.addSubcommand(runbook);
    line.addSubcommand(new WorkerCommand(installation));
    line.addSubcommand(
        new DemoCommand(
            installation.parts(), installation.clock(), installation.out(), installation.err()));
    String version = DrillbookMain.class.getPackage().getImplementationVersion();
    line.getCommandSpec().version("drillbook " + (version == null ? "from source" : version));
    line.setOut(installation.out());
    line.setErr(installation.err());
    line.setUsageHelpAutoWidth(true);
    // An option's value may begin with @; no command takes its arguments from a file.
    line.setExpandAtFiles(false);
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> ExitCodes.failed(failure, parsed, installation));
    line.setParameterExceptionHandler((failure, arguments) -> {
      installation.err().println("drillbook: " + failure.getMessage());
      installation
          .err()
          .println(
              "hint: see " + failure.getCommandLine().getCommandSpec().qualifiedName() + " --help");
      installation.err().flush();
      return CommandLine.ExitCode.USAGE;
    });
    return line;
  }
}
