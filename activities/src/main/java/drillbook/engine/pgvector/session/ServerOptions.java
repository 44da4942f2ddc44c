package drillbook.engine.pgvector.session;

import drillbook.engine.EngineAddress;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.secret.SecretReference;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where the server is and what a runbook sets for it.
 *
 * @param jdbcUrl without user and password
 * @param user who connects
 * @param credential the password, by reference
 * @param schemas schemas whose tables are collections; empty for all that are not the system's
 * @param tenantColumn the column whose values are the tenants; empty for tables without tenants
 * @param documentColumn the text column that is a record's document; empty for none
 * @param uriColumn the text column that is a record's uri; empty for none
 * @param sslmode libpq's word; empty for the driver's default, {@code prefer}
 * @param sslrootcert the certificate file that the server's is checked against; empty for the
 *     driver's default
 * @param maintenanceWorkMem memory for building an index, as the server spells sizes
 * @param parallelWorkers workers beside the leader for building an index
 */
public record ServerOptions(
    String jdbcUrl,
    String user,
    SecretReference credential,
    List<String> schemas,
    String tenantColumn,
    String documentColumn,
    String uriColumn,
    String sslmode,
    String sslrootcert,
    String maintenanceWorkMem,
    int parallelWorkers) {
  // Both decide how long a build takes (4.5 times, when the graph leaves the memory), so that
  // drills compare only where they are the same: fixed here, whatever the server's own setting is.
  private static final String DEFAULT_MAINTENANCE_WORK_MEM = "256MB";
  private static final String DEFAULT_PARALLEL_WORKERS = "2";
  private static final Set<String> SSL_MODES =
      Set.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");
  private static final Set<String> KNOWN =
      Set.of(
          "schemas",
          "tenant-column",
          "document-column",
          "uri-column",
          "sslmode",
          "sslrootcert",
          "maintenance-work-mem",
          "parallel-workers");

  /** Reads an address; CONFIGURATION for anything in it that is not understood. */
  public static ServerOptions of(EngineAddress address) throws DrillbookException {
    Map<String, String> options = address.options();
    Set<String> unknown = new TreeSet<>(options.keySet());
    unknown.removeAll(KNOWN);
    if (!unknown.isEmpty()) {
      throw wrong(
          "options of a pgvector target are not known: " + String.join(", ", unknown),
          "Known are " + String.join(", ", new TreeSet<>(KNOWN)) + ".");
    }
    String sslmode = options.getOrDefault("sslmode", "");
    if (!sslmode.isEmpty() && !SSL_MODES.contains(sslmode)) {
      throw wrong(
          "sslmode is not known: '" + sslmode + "'",
          "Known are " + String.join(", ", new TreeSet<>(SSL_MODES)) + ".");
    }
    String memory = options.getOrDefault("maintenance-work-mem", DEFAULT_MAINTENANCE_WORK_MEM);
    if (!memory.matches("[1-9][0-9]{0,8}(kB|MB|GB)")) {
      throw wrong("maintenance-work-mem is no size: '" + memory + "'", "Write it as 512MB or 2GB.");
    }
    String workers = options.getOrDefault("parallel-workers", DEFAULT_PARALLEL_WORKERS);
    if (!workers.matches("[0-9]{1,3}")) {
      throw wrong("parallel-workers is no count: '" + workers + "'", "Write 0 or more.");
    }
    return new ServerOptions(
        jdbcUrl(address.url()),
        user(address.url()),
        address.credential(),
        Arrays.stream(options.getOrDefault("schemas", "").split(",", -1))
            .map(String::strip)
            .filter(name -> !name.isEmpty())
            .toList(),
        options.getOrDefault("tenant-column", ""),
        options.getOrDefault("document-column", ""),
        options.getOrDefault("uri-column", ""),
        sslmode,
        options.getOrDefault("sslrootcert", ""),
        memory,
        Integer.parseInt(workers));
  }

  /** Returns the driver's properties, the password looked up now. */
  public Properties connectionProperties() throws DrillbookException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    if (credential.isPresent()) {
      properties.setProperty("password", credential.resolve());
    }
    if (!sslmode.isEmpty()) {
      properties.setProperty("sslmode", sslmode);
    }
    if (!sslrootcert.isEmpty()) {
      properties.setProperty("sslrootcert", sslrootcert);
    }
    properties.setProperty("ApplicationName", "drillbook");
    properties.setProperty("connectTimeout", "10");
    // With a login timeout the driver connects in a thread of its own, and an interrupt is seen.
    properties.setProperty("loginTimeout", "20");
    properties.setProperty("cancelSignalTimeout", "3");
    properties.setProperty("tcpKeepAlive", "true");
    // Statements here run once; poolers that share connections do not hold prepared ones.
    properties.setProperty("prepareThreshold", "0");
    return properties;
  }

  private static String jdbcUrl(URI url) throws DrillbookException {
    boolean known = "postgresql".equals(url.getScheme()) || "postgres".equals(url.getScheme());
    String path = url.getPath() == null ? "" : url.getPath();
    if (!known || url.getHost() == null || path.length() < 2 || path.indexOf('/', 1) > 0) {
      throw wrong("no address of a PostgreSQL database: " + url, EXAMPLE);
    }
    if (url.getRawQuery() != null || url.getRawFragment() != null) {
      throw wrong("an address of PostgreSQL takes no parameters: " + url, "Use options instead.");
    }
    int port = url.getPort() < 0 ? 5432 : url.getPort();
    String database = URLEncoder.encode(path.substring(1), StandardCharsets.UTF_8);
    return "jdbc:postgresql://" + url.getHost() + ":" + port + "/" + database;
  }

  private static String user(URI url) throws DrillbookException {
    String user = url.getRawUserInfo();
    if (user == null || user.isEmpty()) {
      throw wrong("could not use the address: it names no user: " + url, EXAMPLE);
    }
    return URLDecoder.decode(user.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static final String EXAMPLE = "Write it as postgresql://user@host:5432/database.";

  private static DrillbookException wrong(String message, String hint) {
    return new DrillbookException(FailureKind.CONFIGURATION, message, hint);
  }
}
