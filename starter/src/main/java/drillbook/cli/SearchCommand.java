package drillbook.cli;

import drillbook.archive.Archive;
import drillbook.console.Console;
import drillbook.console.SearchText;
import drillbook.engine.VectorIndex.Metric;
import drillbook.failure.DrillbookException;
import drillbook.recovery.BackupChooser;
import drillbook.search.BackupSearch;
import drillbook.search.SearchAnswer;
import drillbook.search.SearchQuestion;
import drillbook.search.SearchQuestion.Near;
import drillbook.store.ArtifactStore;
import drillbook.target.Target;
import drillbook.worker.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Searches a backup. Runs in its own process: it reads, changes nothing, and an answer that a
 * person waits for is asked again rather than gone on with by another worker.
 */
@Command(
    name = "search",
    description = {
      "Find the nearest records of a backup without restoring it and without asking the engine.",
      "Every live record is compared exactly; what is read is checked as a restore checks it."
    },
    footer = {
      "",
      "Examples:",
      "  drillbook search docs --like doc-17 -k 10",
      "  drillbook search docs --backup 2026-11-20 --vector '[0.1, 0.2, 0.3]' --with-payload",
      "  drillbook search shop --collection items --tenant acme --vector @query.json --json"
    })
final class SearchCommand implements Callable<Integer> {
  private static final long LONGEST = 16 << 20;

  private final Installation installation;

  /** Near to what. */
  static final class Wanted {
    @Option(
        names = "--vector",
        paramLabel = "JSON|@FILE",
        description = {
          "Near to this: [0.1, 0.2], for bits \"0110\", for sparse vectors",
          "{\"indices\": [3, 7], \"values\": [0.5, 1]}; or a file that holds it."
        })
    Optional<String> vector = Optional.empty();

    @Option(
        names = "--like",
        paramLabel = "ID",
        description = "Near to a record of the backup, itself included.")
    Optional<String> like = Optional.empty();
  }

  @ArgGroup(multiplicity = "1")
  Wanted wanted = new Wanted();

  @Option(
      names = "--collection",
      paramLabel = "NAME",
      description = "Name or path as in the backup; may be left out where it holds one only.")
  String collection = "";

  @Option(
      names = {"--tenant", "--tenants"},
      paramLabel = "NAME",
      split = ",",
      description = "Tenants within it, separated by commas; all when left out.")
  List<String> tenants = List.of();

  @Option(
      names = "--vector-name",
      paramLabel = "NAME",
      description = "Which vector is compared; may be left out where records have one only.")
  Optional<String> vectorName = Optional.empty();

  @Option(
      names = {"-k", "--k"},
      paramLabel = "NUMBER",
      defaultValue = "10",
      description = "How many; 10 when left out.")
  int k = 10;

  @Option(
      names = "--metric",
      paramLabel = "METRIC",
      description = {
        "cosine, euclidean, inner-product, manhattan, hamming or jaccard;",
        "as the captured index measures when left out."
      })
  String metric = "";

  @Option(
      names = "--with-payload",
      description = "Show payloads, documents and uris of the hits, too.")
  boolean withPayload;

  @Mixin TargetOptions target = new TargetOptions();
  @Mixin BackupOptions backup = new BackupOptions();
  @Mixin CommonOptions common = new CommonOptions();

  SearchCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws DrillbookException, InterruptedException {
    SearchQuestion question =
        new SearchQuestion(collection, tenants, vectorName, near(), k, metric(), withPayload);
    Console console = common.console(installation);
    TargetChoice choice = target.choose(installation, List.of(), List.of());
    Target source = choice.target();
    Surroundings believed =
        installation.surroundings(choice.targets(), installation.settings().scratch());
    try (ArtifactStore store = installation.parts().store(source.store())) {
      Archive archive = new Archive(store, source.name(), believed.trustedKeys());
      String id = BackupChooser.newest(archive).choose(backup.words()).manifest().backupId();
      SearchAnswer answer = new BackupSearch(archive.open(id), console::progress).search(question);
      common.print(console, answer, SearchText.of(answer, withPayload));
      return 0;
    }
  }

  private Near near() throws DrillbookException {
    if (wanted.like.isPresent()) {
      return new Near.ToRecord(wanted.like.get());
    }
    String words = wanted.vector.orElse("");
    return new Near.ToVector(words.startsWith("@") ? read(words.substring(1)) : words);
  }

  private static String read(String file) throws DrillbookException {
    Path path = Path.of(file);
    try {
      if (Files.size(path) > LONGEST) {
        throw TargetOptions.usage(file + " is no vector: it is longer than 16 MiB", "");
      }
      return Files.readString(path);
    } catch (IOException e) {
      throw TargetOptions.usage(
          "--vector @" + file + " cannot be read: " + e, "The file holds the vector as JSON.");
    }
  }

  private Optional<Metric> metric() throws DrillbookException {
    if (metric.isEmpty()) {
      return Optional.empty();
    }
    for (Metric known : Metric.values()) {
      if (word(known).equals(metric)) {
        return Optional.of(known);
      }
    }
    throw TargetOptions.usage(
        "--metric " + metric + " is unknown",
        "Known: " + Arrays.stream(Metric.values()).map(SearchCommand::word).toList());
  }

  private static String word(Metric known) {
    return known.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
