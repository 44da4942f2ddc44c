package drillbook.capture;

import drillbook.check.Finding;
import drillbook.check.FindingCode;
import drillbook.engine.CollectionName;
import drillbook.engine.Engine;
import drillbook.engine.EngineAddress;
import drillbook.engine.EngineProfile;
import drillbook.engine.NameTerms;
import drillbook.failure.DrillbookException;
import drillbook.target.Target;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Finds collections of an instance that no target means: they come without anybody saying so, and
 * are missed on the day when they are needed. Asks the engine for names only.
 */
public final class Coverage {
  /** How many names a finding has. */
  private static final int NAMED = 10;

  private static final String RUN = "[0-9]{8}t[0-9]{6}";

  private final Engine engine;
  private final List<Target> targets;
  private final Pattern own;

  /**
   * Prepares the question.
   *
   * @param known all targets; those of other instances are left out
   */
  public Coverage(Target target, Engine engine, List<Target> known) {
    this.engine = engine;
    this.targets = known.stream().filter(other -> same(target.address(), other.address())).toList();
    NameTerms names = engine.profile().names();
    String scratch =
        Pattern.quote(names.scratchPrefix()) + names.joined(RUN + "_[0-9a-z]{6}_") + ".*";
    this.own = Pattern.compile(scratch + "|.*" + names.joined("_restored_" + RUN + "_old"));
  }

  /** Returns a finding where there are such collections; of drills' own nothing is said. */
  public List<Finding> findings() throws DrillbookException, InterruptedException {
    List<String> uncovered =
        engine.control().collections().stream()
            .filter(name -> targets.stream().noneMatch(target -> means(target, name)))
            .filter(name -> !own.matcher(name.name()).matches())
            .map(CollectionName::path)
            .sorted()
            .toList();
    if (uncovered.isEmpty()) {
      return List.of();
    }
    int more = uncovered.size() - NAMED;
    return List.of(
        new Finding(
            FindingCode.NOT_COVERED,
            (uncovered.size() == 1
                    ? "1 collection of the instance belongs"
                    : uncovered.size() + " collections of the instance belong")
                + " to no target: "
                + String.join(", ", uncovered.subList(0, Math.min(NAMED, uncovered.size())))
                + (more > 0 ? ", and " + more + " more" : ""),
            "No backup holds them. Add them to a target, or to one of their own with its runbook;"
                + " drop what nobody needs."));
  }

  private boolean means(Target target, CollectionName name) {
    boolean collection =
        target.collections().isEmpty() || target.collections().stream().anyMatch(name::isMeantBy);
    EngineProfile profile = engine.profile();
    int level = profile.scopeLevels().indexOf("tenant");
    boolean scoped = level >= 0 && level < name.scope().size() && !target.tenants().isEmpty();
    return collection && (!scoped || target.tenants().contains(name.scope().get(level)));
  }

  private static boolean same(EngineAddress left, EngineAddress right) {
    return left.engine().equals(right.engine()) && place(left.url()).equals(place(right.url()));
  }

  /** Returns a url without who speaks to it: another user sees the same instance. */
  private static String place(URI url) {
    String host = url.getHost() == null ? "" : url.getHost().toLowerCase(Locale.ROOT);
    String path = url.getPath() == null ? "" : url.getPath().replaceAll("/+$", "");
    return (host.equals("localhost") ? "127.0.0.1" : host) + ":" + url.getPort() + path;
  }
}
