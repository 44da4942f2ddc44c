package drillbook.setting;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.manifest.SigningKey;
import drillbook.manifest.TrustedKeys;
import drillbook.runbook.RunbookFolder;
import drillbook.target.TargetFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The folder of a person's or a worker's settings: {@code drillbook.yaml}, {@code targets/}, {@code
 * runbooks/}, {@code keys/}, {@code trusted/}.
 *
 * @param folder its absolute path
 */
public record Home(Path folder) {
  /** The environment variable that names the folder. */
  public static final String VARIABLE = "DRILLBOOK_HOME";

  /** Makes the path absolute. */
  public Home {
    folder = folder.toAbsolutePath().normalize();
  }

  /**
   * Returns the folder that the environment names, {@code .config/drillbook} in the user's home
   * otherwise.
   */
  public static Home of(Map<String, String> environment, Path userHome) {
    String named = environment.getOrDefault(VARIABLE, "");
    return new Home(named.isBlank() ? userHome.resolve(".config/drillbook") : Path.of(named));
  }

  /** Returns the targets. */
  public TargetFolder targets() {
    return new TargetFolder(folder.resolve("targets"));
  }

  /** Returns the runbooks. */
  public RunbookFolder runbooks() {
    return new RunbookFolder(folder.resolve("runbooks"));
  }

  /** Returns the settings file, which need not exist. */
  public Path settings() {
    return folder.resolve("drillbook.yaml");
  }

  /** Returns the key that signs, made on first use. */
  public SigningKey signingKey() throws DrillbookException {
    return SigningKey.loadOrCreate(keys());
  }

  /**
   * Returns the keys that are believed: our own, and every {@code .pem} file in {@code trusted}.
   */
  public TrustedKeys trustedKeys() throws DrillbookException {
    signingKey();
    List<Path> files = new ArrayList<>();
    files.add(keys().resolve("signing.pub.pem"));
    Path trusted = folder.resolve("trusted");
    try (Stream<Path> listed = Files.list(trusted)) {
      listed.filter(file -> file.toString().endsWith(".pem")).sorted().forEach(files::add);
    } catch (NoSuchFileException e) {
      // Nobody else is trusted.
      return TrustedKeys.of(files);
    } catch (IOException e) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          "the folder of trusted keys could not be read: " + e.getMessage(),
          "Make " + trusted + " readable.",
          e);
    }
    return TrustedKeys.of(files);
  }

  private Path keys() {
    return folder.resolve("keys");
  }
}
