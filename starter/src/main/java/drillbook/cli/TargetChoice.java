package drillbook.cli;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.target.Target;
import drillbook.target.Targets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The target that a command line means.
 *
 * @param name its name
 * @param described the target itself, where the command line describes it
 * @param known the targets that have files
 */
record TargetChoice(String name, Optional<Target> described, Targets known) {
  /** Returns the known targets with the described one before them. */
  Targets targets() {
    if (described.isEmpty()) {
      return known;
    }
    Target own = described.get();
    return new Targets() {
      @Override
      public Target named(String wanted) throws DrillbookException {
        return wanted.equals(own.name()) ? own : known.named(wanted);
      }

      @Override
      public List<String> names() throws DrillbookException {
        return Stream.concat(Stream.of(own.name()), known.names().stream())
            .distinct()
            .sorted()
            .toList();
      }
    };
  }

  /** Returns the target. */
  Target target() throws DrillbookException {
    return targets().named(name);
  }

  /** Refuses a description that workers elsewhere would not see. */
  void requireKnownElsewhere() throws DrillbookException {
    if (described.isPresent()) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          "target '" + name + "' is described on the command line, which workers do not see",
          "Connect it where the worker runs and name it, or use --temporal none.");
    }
  }
}
