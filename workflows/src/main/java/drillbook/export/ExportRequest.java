package drillbook.export;

import drillbook.restore.BackupChoice;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Asks for an export. Every field but the target may be left out: {@code {"target": "docs"}} writes
 * the newest verified backup as compressed JSON lines beside the target's backups.
 *
 * @param target whose records, as named in the worker's targets
 * @param backup {@code latest}, an id, or a time; latest when left out
 * @param live true: reads the engine as it is now, not a backup
 * @param format {@code jsonl.gz}, {@code parquet} or {@code arrow}; jsonl.gz when left out
 * @param layout {@code drillbook} when left out, or {@code pinecone}: what Pinecone's bulk import
 *     wants, in Parquet only
 * @param to a folder of the worker's machine, or {@code s3://bucket/prefix}, reached as the
 *     target's own store is where that is S3 too; {@code <target>/exports} in the target's store
 *     when left out
 * @param collections names or paths; all when left out
 * @param tenants tenants, or scopes that an engine calls tenants; all when left out
 */
public record ExportRequest(
    String target,
    String backup,
    boolean live,
    String format,
    String layout,
    String to,
    List<String> collections,
    List<String> tenants) {
  /** One JSON object a line, compressed. */
  public static final String LINES = "jsonl.gz";

  /** Apache Parquet. */
  public static final String PARQUET = "parquet";

  /** Arrow's IPC file format. */
  public static final String ARROW = "arrow";

  /** Every format, as people write them. */
  public static final Set<String> FORMATS = Set.of(LINES, PARQUET, ARROW);

  /** Our own layout: all that a record has. */
  public static final String DRILLBOOK = "drillbook";

  /** The layout of Pinecone's bulk import. */
  public static final String PINECONE = "pinecone";

  /** Fills in what was left out. */
  public ExportRequest(
      String target,
      @Nullable String backup,
      boolean live,
      @Nullable String format,
      @Nullable String layout,
      @Nullable String to,
      @Nullable List<String> collections,
      @Nullable List<String> tenants) {
    this.target = Objects.requireNonNullElse(target, "").strip();
    this.backup = backup == null || backup.isBlank() ? BackupChoice.LATEST : backup.strip();
    this.live = live;
    this.layout = layout == null || layout.isBlank() ? DRILLBOOK : layout.strip();
    String usual = this.layout.equals(PINECONE) ? PARQUET : LINES;
    this.format = format == null || format.isBlank() ? usual : format.strip();
    this.to = to == null ? "" : to.strip();
    this.collections = collections == null ? List.of() : List.copyOf(collections);
    this.tenants = tenants == null ? List.of() : List.copyOf(tenants);
    if (this.target.isEmpty()) {
      throw new IllegalArgumentException("target is missing: name one that the worker knows");
    }
    if (!FORMATS.contains(this.format)) {
      throw new IllegalArgumentException(
          "format '" + this.format + "' is unknown: jsonl.gz, parquet or arrow");
    }
    if (!Set.of(DRILLBOOK, PINECONE).contains(this.layout)) {
      throw new IllegalArgumentException(
          "layout '" + this.layout + "' is unknown: drillbook or pinecone");
    }
    if (this.layout.equals(PINECONE) && !this.format.equals(PARQUET)) {
      throw new IllegalArgumentException("layout pinecone is Parquet only, not " + this.format);
    }
    if (live && !this.backup.equals(BackupChoice.LATEST)) {
      throw new IllegalArgumentException(
          "an export is of a backup or of the live engine, not of both: " + this.backup);
    }
  }

  /** Returns a request with every default. */
  public static ExportRequest of(String target) {
    return new ExportRequest(target, null, false, null, null, null, null, null);
  }
}
