package drillbook.memory;

import drillbook.engine.EngineAddress;
import drillbook.localserver.LocalPostgres;
import drillbook.localserver.PackageCache;
import drillbook.store.StoreAddress;
import drillbook.target.Target;
import drillbook.target.TargetFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Backs up and drills a small and a large PostgreSQL table by the packaged program, and compares
 * the peak resident memory of the processes: it must not depend on how many records there are.
 *
 * <p>Both processes get the same options and nothing is touched in advance. The heap is small, so
 * that both have filled it and collected garbage many times over before they end: with a large one
 * the short run would end before the heap was ever full, and the comparison would measure its
 * duration. What grows with the data then shows beside the heap or as an end for lack of memory.
 * The peak is the kernel's own, {@code VmHWM}, which only ever rises, so a coarse poll misses at
 * most the last moments.
 */
public final class PeakMemory {
  private static final int DIMENSION = 64;
  private static final int REPETITIONS = 3;
  private static final double MOST = 1.1;
  private static final List<String> COMMANDS = List.of("backup", "drill");

  private final Path jar;
  private final String heap;
  private final Path folder;

  private PeakMemory(Path jar, String heap, Path folder) {
    this.jar = jar;
    this.heap = heap;
    this.folder = folder;
  }

  /**
   * Prints the peaks and their ratios; ends with 1 when one is above 1.1.
   *
   * @param arguments the program's jar, the heap ({@code 64m}), the smaller and the larger number
   *     of records
   */
  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory("drillbook-memory");
    // PostgreSQL's account has to pass through.
    folder.toFile().setExecutable(true, false);
    PackageCache cache = PackageCache.standard(System.err::println);
    double worst = 0;
    try (LocalPostgres server =
        LocalPostgres.start(cache, LocalPostgres.Version.PG18, folder.resolve("postgres"))) {
      PeakMemory measured = new PeakMemory(Path.of(arguments[0]), arguments[1], folder);
      long[] small = measured.peaks(server, Long.parseLong(arguments[2]));
      long[] large = measured.peaks(server, Long.parseLong(arguments[3]));
      for (int i = 0; i < COMMANDS.size(); i++) {
        double ratio = (double) large[i] / small[i];
        System.out.printf(
            Locale.ROOT, "%s: ratio %.3f, at most %.1f is allowed%n", COMMANDS.get(i), ratio, MOST);
        worst = Math.max(worst, ratio);
      }
    } finally {
      delete(folder);
    }
    System.exit(worst > MOST ? 1 : 0);
  }

  /** Returns the median peak of a few runs of each command, in KiB. */
  private long[] peaks(LocalPostgres server, long records) throws Exception {
    String table = "items_" + records;
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE %s (id bigint PRIMARY KEY, embedding vector(%d))"
              .formatted(table, DIMENSION));
      statement.execute(
          """
          INSERT INTO %s
          SELECT i, (SELECT array_agg(sin(i * d)) FROM generate_series(1, %d) d)::vector
          FROM generate_series(1, %d) i\
          """
              .formatted(table, DIMENSION, records));
    }
    long[][] peaks = new long[COMMANDS.size()][REPETITIONS];
    for (int i = 0; i < REPETITIONS; i++) {
      Path store = folder.resolve("store");
      Path home = home(server, table, store, i);
      for (int command = 0; command < COMMANDS.size(); command++) {
        peaks[command][i] = run(home, COMMANDS.get(command));
      }
      delete(store);
    }
    long[] medians = new long[COMMANDS.size()];
    for (int command = 0; command < COMMANDS.size(); command++) {
      Arrays.sort(peaks[command]);
      medians[command] = peaks[command][REPETITIONS / 2];
      System.out.printf(
          Locale.ROOT,
          "%s of %,d records of %d dimensions: peak %,d KiB (of %d runs: %,d to %,d)%n",
          COMMANDS.get(command),
          records,
          DIMENSION,
          medians[command],
          REPETITIONS,
          peaks[command][0],
          peaks[command][REPETITIONS - 1]);
    }
    return medians;
  }

  private Path home(LocalPostgres server, String table, Path store, int repetition)
      throws IOException {
    Path home = folder.resolve("home-" + table + "-" + repetition);
    Files.createDirectories(home.resolve("targets"));
    Files.writeString(home.resolve("drillbook.yaml"), "scratch: " + home.resolve("scratch"));
    Files.writeString(
        home.resolve("targets/docs.yaml"),
        TargetFile.write(
            new Target(
                "docs",
                new EngineAddress(
                    "pgvector", URI.create(server.url()), server.credential(), Map.of()),
                List.of("public/" + table),
                List.of(),
                StoreAddress.folder(store))));
    return home;
  }

  /** Returns the peak of one process, in KiB. */
  private long run(Path home, String command) throws IOException, InterruptedException {
    Path said = home.resolve(command + ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx" + heap,
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-jar",
                jar.toString(),
                command,
                "docs",
                "--temporal",
                "none")
            .redirectErrorStream(true)
            .redirectOutput(said.toFile());
    builder.environment().put("DRILLBOOK_HOME", home.toString());
    Process process = builder.start();
    long peak = 0;
    do {
      peak = Math.max(peak, highWater(process.pid()));
    } while (!process.waitFor(20, TimeUnit.MILLISECONDS));
    if (process.exitValue() != 0) {
      throw new IOException("the " + command + " failed:\n" + Files.readString(said));
    }
    return peak;
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static long highWater(long pid) throws IOException {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
        if (line.startsWith("VmHWM:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
      }
      return 0; // It has ended, and nobody has asked for its exit code yet.
    } catch (NoSuchFileException e) {
      return 0; // It has ended.
    }
  }
}
