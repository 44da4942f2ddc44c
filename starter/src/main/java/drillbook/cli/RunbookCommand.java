package drillbook.cli;

import picocli.CommandLine.Command;

/** Commands on runbooks; each is a class of its own. */
@Command(name = "runbook", description = "Check what is to be done on the calendar.")
final class RunbookCommand {}
