package drillbook.demo.proof;

import drillbook.check.Check;
import drillbook.check.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What must be so, and what is not. One thread. */
public final class Expectations {
  private static final int DIGITS = 12;

  private final List<String> problems = new ArrayList<>();

  /** Notes a problem unless two values are equal. */
  public void equal(String what, Object expected, Object found) {
    if (!expected.toString().equals(found.toString())) {
      problems.add(what + ": expected " + expected + ", found " + found);
    }
  }

  /** Notes a problem if a figure is too small. */
  public void atLeast(String what, double least, double found) {
    if (!(found >= least)) {
      problems.add(what + ": expected at least " + least + ", found " + found);
    }
  }

  /** Notes a problem unless a verdict is green. */
  public void passed(String what, Verdict verdict, List<Check> checks) {
    if (verdict == Verdict.PASSED) {
      return;
    }
    problems.add(what + ": " + verdict.words());
    for (Check check : checks) {
      switch (check.result()) {
        case FAILED ->
            check
                .findings()
                .forEach(finding -> problems.add(check.subject() + ": " + finding.message()));
        case COULD_NOT_RUN -> problems.add(check.subject() + ": " + check.detail());
        case PASSED, NOT_APPLICABLE -> {}
      }
    }
  }

  /** Returns what is not as it must be. */
  public List<String> problems() {
    return List.copyOf(problems);
  }

  /** Returns the first digits of a digest. */
  public static String brief(String digest) {
    return digest.length() > DIGITS ? digest.substring(0, DIGITS) : digest;
  }

  /** Returns a verdict with how many checks stand behind it. */
  public static String words(Verdict verdict, List<Check> checks) {
    long passed = checks.stream().filter(check -> check.result() == Check.Result.PASSED).count();
    long failed = checks.stream().filter(check -> check.result() == Check.Result.FAILED).count();
    return verdict.words()
        + ": "
        + passed
        + " checks passed"
        + (failed == 0 ? "" : ", " + failed + " failed");
  }

  /**
   * Returns a line for each kind of check that passed, with one example of what it compared.
   *
   * @param subject a word of the subjects that examples are taken from where they have them
   */
  public static List<String> lines(List<Check> checks, String subject) {
    Map<String, String> lines = new LinkedHashMap<>();
    for (Check check : checks) {
      if (check.result() == Check.Result.PASSED
          && (check.subject().contains(subject) || !lines.containsKey(check.name()))) {
        lines.put(check.name(), String.format("        %-18s%s", check.name(), check.detail()));
      }
    }
    return List.copyOf(lines.values());
  }
}
