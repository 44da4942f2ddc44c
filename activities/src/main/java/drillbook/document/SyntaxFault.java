package drillbook.document;

import java.util.Objects;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * Why a text is no YAML: in the parser's own words, unless they quote the text, which may hold a
 * secret.
 *
 * @param wrong what is wrong
 * @param expected what is expected instead
 */
public record SyntaxFault(String wrong, String expected) {
  /** Returns what a parser found. */
  public static SyntaxFault of(MarkedYAMLException e) {
    String problem = Objects.requireNonNullElse(e.getProblem(), "malformed");
    String context = Objects.requireNonNullElse(e.getContext(), "");
    if (problem.contains("alias") || context.contains("alias")) {
      return new SyntaxFault(
          "an alias without its anchor", "quotes around text that begins with *");
    }
    if (problem.contains("tag") || context.contains("tag") || context.contains("directive")) {
      return new SyntaxFault("a tag or directive", "quotes around text that begins with ! or %");
    }
    if (problem.contains("another document")) {
      return new SyntaxFault("a second document begins here", "one document a file");
    }
    return new SyntaxFault(problem, "YAML");
  }
}
