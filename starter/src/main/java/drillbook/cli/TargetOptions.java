package drillbook.cli;

import drillbook.engine.EngineAddress;
import drillbook.engine.Engines;
import drillbook.export.ExportPlace;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.secret.SecretReference;
import drillbook.store.StoreAddress;
import drillbook.target.Target;
import drillbook.target.TargetFile;
import drillbook.target.TargetFolder;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which target a command is about: one that has a file, or one that the command line describes. */
final class TargetOptions {
  private static final Set<String> STORE_OPTIONS = Set.of("endpoint", "region", "path-style");

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "TARGET",
      description = "Name of a target, see 'drillbook list'.")
  String name = "";

  @Option(
      names = "--file",
      paramLabel = "target.yaml",
      description = "Use this target file instead of one in DRILLBOOK_HOME.")
  String file = "";

  @Option(
      names = "--engine",
      paramLabel = "ENGINE",
      completionCandidates = EngineWords.class,
      description = "For a target described here: ${COMPLETION-CANDIDATES}.")
  String engine = "";

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = {
        "http://host:port or https://; pgvector: postgresql://user@host:port/db.",
        "What each engine takes: docs/engines/.",
        "Never with a password: see --credential."
      })
  String url = "";

  @Option(
      names = "--credential",
      paramLabel = "REF",
      description = "Password or token by reference: env:NAME or file:/path.")
  String credential = "";

  @Option(
      names = "--option",
      paramLabel = "KEY=VALUE",
      description = "What this engine alone understands; may be repeated.")
  Map<String, String> options = new LinkedHashMap<>();

  @Option(
      names = "--store",
      paramLabel = "LOCATION",
      description = "Where its backups lie: a folder or s3://bucket/prefix.")
  String store = "";

  @Option(
      names = "--store-option",
      paramLabel = "KEY=VALUE",
      description = "endpoint, region or path-style, for S3; may be repeated.")
  Map<String, String> storeOptions = new LinkedHashMap<>();

  @Option(
      names = "--access-key",
      paramLabel = "REF",
      description = "S3 access key id by reference; left out: the default chain.")
  String accessKey = "";

  @Option(names = "--secret-key", paramLabel = "REF", description = "S3 secret key by reference.")
  String secretKey = "";

  @Option(names = "--asset", hidden = true)
  String asset = "";

  @Option(names = "--provider", hidden = true)
  String provider = "";

  @Option(names = "--type", hidden = true)
  String type = "";

  /** Returns the target that is meant. */
  TargetChoice choose(Installation installation, List<String> collections, List<String> tenants)
      throws DrillbookException {
    checkType(type);
    TargetFolder known = installation.home().targets();
    if (!file.isEmpty()) {
      Target target = TargetFile.read(Path.of(file).toAbsolutePath());
      if (!name().isEmpty() && !name().equals(target.name())) {
        throw usage(
            file + " describes target '" + target.name() + "', not '" + name() + "'",
            "Leave the name out, or correct it.");
      }
      return new TargetChoice(target.name(), Optional.of(target), known);
    }
    if (!url.isEmpty() || !store.isEmpty()) {
      return new TargetChoice(name(), Optional.of(described(collections, tenants)), known);
    }
    if (!collections.isEmpty() || !tenants.isEmpty()) {
      throw usage(
          "a backup holds all that its target names; the target '" + name() + "' has a file",
          "Name collections there, or connect a target of its own: drillbook connect --help");
    }
    return new TargetChoice(name().isEmpty() ? only(known) : name(), Optional.empty(), known);
  }

  /** What {@code --engine} takes. */
  static final class EngineWords implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of(Engines.words().split(", ", -1)).iterator();
    }
  }

  /** Returns the target that the options describe. */
  Target described(List<String> collections, List<String> tenants) throws DrillbookException {
    require(name(), "a target described here needs a name, as first argument");
    require(engine(), "--engine is missing: one of " + Engines.words());
    require(url, "--url is missing: where the engine listens");
    require(store, "--store is missing: a folder or s3://bucket/prefix");
    for (String option : storeOptions.keySet()) {
      if (!STORE_OPTIONS.contains(option)) {
        throw usage(
            "--store-option " + option + " is unknown", "Known: endpoint, region, path-style.");
      }
    }
    try {
      return new Target(
          name(),
          new EngineAddress(engine(), new URI(url), new SecretReference(credential), options),
          collections,
          tenants,
          new StoreAddress(
              location(store),
              storeOptions,
              new SecretReference(accessKey),
              new SecretReference(secretKey)));
    } catch (URISyntaxException e) {
      throw usage("--url is no URL: " + e.getReason(), "");
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()), "See: drillbook connect --help");
    }
  }

  /** Returns the name, by whichever spelling it was given. */
  String name() {
    return name.isEmpty() ? asset : name;
  }

  private String engine() {
    return engine.isEmpty() ? provider : engine;
  }

  /** Refuses a kind of asset that is no vector database. */
  static void checkType(String type) throws DrillbookException {
    if (!type.isEmpty() && !type.equals("ai_vector_db")) {
      throw usage("--type " + type + " is unknown", "Leave it out: all targets are ai_vector_db.");
    }
  }

  /** Returns a folder as an absolute path, since workers may stand elsewhere. */
  static String location(String words) {
    return StoreAddress.namesScheme(words)
        ? words
        : Path.of(words).toAbsolutePath().normalize().toString();
  }

  /**
   * Returns where files come from or go to.
   *
   * @throws DrillbookException CONFIGURATION when it is neither a folder nor a bucket
   */
  static String place(String words) throws DrillbookException {
    String location = location(words);
    ExportPlace.require(location);
    return location;
  }

  static DrillbookException usage(String message, String hint) {
    return new DrillbookException(FailureKind.CONFIGURATION, message, hint);
  }

  /** Returns the one target that there is, of the engine where one was named. */
  private String only(TargetFolder known) throws DrillbookException {
    List<String> matching = new ArrayList<>();
    for (String candidate : known.names()) {
      if (!engine().isEmpty() && known.named(candidate).address().engine().equals(engine())) {
        matching.add(candidate);
      }
    }
    if (matching.size() == 1) {
      return matching.getFirst();
    }
    throw usage(
        "TARGET is missing"
            + (engine().isEmpty() ? "" : ": of " + engine() + " there are " + matching),
        "Name one of " + known.names() + ", or connect one: drillbook connect --help");
  }

  private static void require(String value, String message) throws DrillbookException {
    if (value.isEmpty()) {
      throw usage(message, "See: drillbook connect --help");
    }
  }
}
