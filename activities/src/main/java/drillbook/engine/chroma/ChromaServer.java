package drillbook.engine.chroma;

import drillbook.engine.EngineAddress;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where a target's Chroma is, and which of its tenants and databases are looked at.
 *
 * @param url of the server, http or https
 * @param tenants at least one
 * @param databases empty for all
 * @param isCloud whether it is Chroma Cloud, or a server that says it is bound by its quotas
 */
record ChromaServer(URI url, List<String> tenants, List<String> databases, boolean isCloud) {
  /** Chroma Cloud. Source: its documentation, read 2026-11. */
  static final String CLOUD = "api.trychroma.com";

  /**
   * The most records that Chroma Cloud takes or hands out at once. Source: its quotas and limits,
   * read 2026-11.
   */
  static final int CLOUD_ROWS = 300;

  private static final int PAGE = 1000;
  private static final Set<String> OPTIONS = new TreeSet<>(Set.of("cloud", "databases", "tenants"));

  /**
   * Reads an address.
   *
   * @throws DrillbookException CONFIGURATION for an option or url that is none of Chroma's, and for
   *     Chroma Cloud without token, tenant or database; UNSUPPORTED for a folder
   */
  static ChromaServer of(EngineAddress address) throws DrillbookException {
    Map<String, String> options = address.options();
    for (String option : new TreeSet<>(options.keySet())) {
      if (!OPTIONS.contains(option)) {
        throw new DrillbookException(
            FailureKind.CONFIGURATION,
            "chroma has no option '" + option + "'",
            "The options are " + OPTIONS + ".");
      }
    }
    refuseFolder(address.url());
    String host = host(address.url());
    String cloud = options.getOrDefault("cloud", "" + host.equals(CLOUD));
    if (!cloud.equals("true") && !cloud.equals("false")) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION, "option cloud is true or false: '" + cloud + "'");
    }
    List<String> tenants = words(options.getOrDefault("tenants", ""));
    List<String> databases = words(options.getOrDefault("databases", ""));
    if (cloud.equals("true")) {
      requireCloud(address, tenants, databases);
    }
    return new ChromaServer(
        address.url(),
        tenants.isEmpty() ? List.of(ChromaEngine.DEFAULT_TENANT) : tenants,
        databases,
        cloud.equals("true"));
  }

  /** Returns how many records, collections or databases are asked for at once. */
  int rows() {
    return isCloud ? CLOUD_ROWS : PAGE;
  }

  /** Returns how many records are written at once at most, whatever the server says it takes. */
  int writtenAtOnce() {
    return isCloud ? CLOUD_ROWS : Integer.MAX_VALUE;
  }

  boolean isEncrypted() {
    return "https".equalsIgnoreCase(url.getScheme());
  }

  boolean isLoopback() {
    String host = host(url);
    return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
  }

  private static String host(URI url) {
    return url.getHost() == null ? "" : url.getHost().toLowerCase(Locale.ROOT);
  }

  /** Two processes on one folder damage it, and nobody can see whether another one holds it. */
  private static void refuseFolder(URI url) throws DrillbookException {
    boolean folder = url.getScheme() == null || url.getScheme().equalsIgnoreCase("file");
    if (!folder || url.getPath() == null || url.getPath().isEmpty()) {
      return;
    }
    String path = Path.of(url.getPath()).toAbsolutePath().normalize().toString();
    throw new DrillbookException(
        FailureKind.UNSUPPORTED,
        "chroma folder "
            + path
            + " is not opened: a program that has it open keeps vectors in its memory, and a second"
            + " process on one folder reads them incomplete and damages the index",
        "Let one server have the folder and everybody else speak to it: stop what has it open, start"
            + " 'chroma run --path "
            + path
            + " --host 127.0.0.1 --port 8000', and use --url http://127.0.0.1:8000");
  }

  private static void requireCloud(
      EngineAddress address, List<String> tenants, List<String> databases)
      throws DrillbookException {
    String what = "";
    if (!address.credential().isPresent()) {
      what = "a token: --credential env:CHROMA_API_KEY";
    } else if (tenants.size() != 1) {
      what = "the tenant that the token belongs to: --option tenants=ID";
    } else if (databases.isEmpty()) {
      what = "at least one database: --option databases=NAME";
    }
    if (!what.isEmpty()) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          "Chroma Cloud needs " + what,
          "The dashboard shows tenant, databases and tokens under Settings.");
    }
  }

  private static List<String> words(String list) {
    return Arrays.stream(list.split(",", -1))
        .map(String::strip)
        .filter(word -> !word.isEmpty())
        .toList();
  }
}
