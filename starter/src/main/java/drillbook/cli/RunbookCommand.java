package drillbook.cli;

import picocli.CommandLine.Command;

/** Commands on runbooks; each is a class of its own. */
@Command(name = "runbook", description = "Check, plan, apply and run what is done on the calendar.")
final class RunbookCommand {}
