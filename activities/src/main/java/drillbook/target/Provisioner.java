package drillbook.target;

import java.util.List;

/** Where a target's instance comes from. */
public sealed interface Provisioner {
  /** It is there, at the target's url. */
  record Existing() implements Provisioner {}

  /**
   * A command of the owner brings it up for a drill, and takes it down.
   *
   * @param words the program and its arguments
   */
  record Command(List<String> words) implements Provisioner {
    /** Copies the words. */
    public Command {
      words = List.copyOf(words);
    }
  }

  /** A process on the worker's own machine, for demonstrations and tests. */
  record Local() implements Provisioner {}

  /** Returns the word for reports. */
  default String word() {
    return switch (this) {
      case Existing() -> "existing";
      case Command(var words) -> "command";
      case Local() -> "local";
    };
  }
}
