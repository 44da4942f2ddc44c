package drillbook.setting;

import drillbook.failure.DrillbookException;
import drillbook.target.StrictYaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What {@code drillbook.yaml} says.
 *
 * @param temporal which Temporal is used where the command line names none
 * @param scratch the folder for indexes brought to disk; each process makes its own folder in it
 */
public record Settings(TemporalAddress temporal, Path scratch) {
  /** Rejects nulls. */
  public Settings {
    Objects.requireNonNull(temporal, "temporal == null");
    Objects.requireNonNull(scratch, "scratch == null");
  }

  /** Returns what holds where there is no file. */
  public static Settings defaults(Path userHome) {
    return new Settings(TemporalAddress.IN_PROCESS, userHome.resolve(".cache/drillbook/scratch"));
  }

  /**
   * Reads the settings of a home; a missing file means the defaults.
   *
   * @throws DrillbookException CONFIGURATION with file, line, column and what is expected
   */
  public static Settings read(Home home, Path userHome) throws DrillbookException {
    if (!Files.exists(home.settings())) {
      return defaults(userHome);
    }
    StrictYaml.Read<Document> read = StrictYaml.read(home.settings(), Document.class);
    Settings defaults = defaults(userHome);
    String scratch = read.value().scratch();
    if (scratch != null && !Path.of(scratch).isAbsolute()) {
      throw read.yaml().refused("scratch", "a folder must be absolute: '" + scratch + "'");
    }
    try {
      return new Settings(
          temporal(read.value().temporal()),
          scratch == null ? defaults.scratch() : Path.of(scratch));
    } catch (IllegalArgumentException e) {
      throw read.yaml().refused("temporal", String.valueOf(e.getMessage()));
    }
  }

  private static TemporalAddress temporal(@Nullable Temporal temporal) {
    if (temporal == null) {
      return TemporalAddress.IN_PROCESS;
    }
    TlsFiles tls = temporal.tls();
    return new TemporalAddress(
        Objects.requireNonNullElse(temporal.address(), ""),
        Objects.requireNonNullElse(temporal.namespace(), TemporalAddress.NAMESPACE),
        Objects.requireNonNullElse(temporal.taskQueue(), TemporalAddress.TASK_QUEUE),
        tls == null
            ? TemporalAddress.Tls.OFF
            : new TemporalAddress.Tls(
                true,
                Objects.requireNonNullElse(tls.ca(), ""),
                Objects.requireNonNullElse(tls.certificate(), ""),
                Objects.requireNonNullElse(tls.key(), "")),
        Objects.requireNonNullElse(temporal.ui(), ""));
  }

  /** The file's keys; what is left out is null. */
  record Document(@Nullable Temporal temporal, @Nullable String scratch) {}

  /** The keys of {@code temporal}. */
  record Temporal(
      @Nullable String address,
      @Nullable String namespace,
      @Nullable String taskQueue,
      @Nullable TlsFiles tls,
      @Nullable String ui) {}

  /** The keys of {@code temporal.tls}, whose presence turns it on. */
  record TlsFiles(@Nullable String ca, @Nullable String certificate, @Nullable String key) {}
}
