package drillbook.export;

import drillbook.backup.BackupId;
import drillbook.engine.CollectionSchema;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.manifest.CanonicalJson;
import drillbook.store.ArtifactStore;
import drillbook.store.ArtifactStore.Stored;
import drillbook.store.StreamFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * What an export folder's {@code export.json} says; written last: a folder without one is no
 * finished export.
 *
 * @param version of this form, {@value #FORMAT}
 * @param status {@value #COMPLETED}, always: who polls for the file need not know more
 * @param format of the files: {@code jsonl.gz} and so on
 * @param layout of the files: {@code drillbook} or {@code pinecone}
 * @param engine the word of the engine that the records are or were in
 * @param schema what the collection is
 * @param backupId the backup that the records come from; empty where they come from a live engine
 * @param asOf the time whose state the records show
 * @param records how many records all parts hold
 * @param parts the files of records, in order
 */
public record ExportFolder(
    int version,
    String status,
    String format,
    String layout,
    String engine,
    CollectionSchema schema,
    String backupId,
    Instant asOf,
    long records,
    List<Part> parts) {
  /** The version of the form that this code writes and reads. */
  public static final int FORMAT = 1;

  /** What a finished export says of itself. */
  public static final String COMPLETED = "COMPLETED";

  /** The file's name within its folder. */
  public static final String NAME = "export.json";

  /**
   * Lies in a folder as long as an export writes or deletes there: from before its first file until
   * after export.json. Whoever finds it must read nothing else.
   */
  public static final String UNFINISHED = "unfinished.json";

  static final int MAX_BYTES = 64 << 20;
  private static final int MAX_NAME = 80;

  /** Copies the parts; rejects another format. */
  public ExportFolder {
    Objects.requireNonNull(schema, "schema == null");
    Objects.requireNonNull(backupId, "backupId == null");
    Objects.requireNonNull(asOf, "asOf == null");
    parts = List.copyOf(parts);
    Objects.requireNonNull(format, "format == null");
    Objects.requireNonNull(layout, "layout == null");
    Objects.requireNonNull(engine, "engine == null");
    if (version != FORMAT) {
      throw new IllegalArgumentException("version must be " + FORMAT + ": " + version);
    }
    if (!status.equals(COMPLETED)) {
      throw new IllegalArgumentException("status must be " + COMPLETED + ": " + status);
    }
  }

  /** Returns the names of all files of a finished export within its folder, export.json last. */
  public List<String> files() {
    List<String> names = new ArrayList<>();
    parts.forEach(part -> names.add(part.name()));
    if (format.equals(ExportRequest.LINES)) {
      names.add(RecordSchema.NAME);
    }
    names.add(NAME);
    return names;
  }

  /**
   * One file of records.
   *
   * @param name within the folder
   * @param tenant whose records it holds; empty where the collection has no tenants
   * @param records how many
   * @param bytes the file's length
   * @param sha256 of the file
   */
  public record Part(String name, String tenant, long records, long bytes, String sha256) {
    /** Rejects a name that could lead out of the folder. */
    public Part {
      Objects.requireNonNull(tenant, "tenant == null");
      Objects.requireNonNull(sha256, "sha256 == null");
      if (!name.matches("([a-z0-9_][a-z0-9._-]*/)*[a-z0-9][a-z0-9._-]*")) {
        throw new IllegalArgumentException("no part's name: '" + name + "'");
      }
    }

    Stored stored(String folder) {
      return new Stored(folder + name, bytes, sha256);
    }
  }

  /**
   * Returns the folder's key, which ends with a slash. A collection whose name a key cannot hold
   * gets a few digits of the name's hash, so that two such names stay apart.
   *
   * @param parent a folder's key without slash at the end, or empty
   */
  public static String key(String parent, CollectionSchema schema, Instant time) {
    String name = schema.name().path();
    String plain =
        name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9._-]+", "-").replaceAll("^[._-]+", "");
    if (!plain.equals(name) || plain.length() > MAX_NAME) {
      plain = plain.substring(0, Math.min(plain.length(), MAX_NAME)) + "-" + mark(name);
    }
    return (parent.isEmpty() ? "" : parent + "/") + plain + "-" + BackupId.timeMark(time) + "/";
  }

  /**
   * Reads what an export folder holds.
   *
   * @param folder its key, with a slash at the end
   * @throws DrillbookException NOT_FOUND when it is no finished export, CORRUPT when its schema
   *     cannot be understood
   */
  public static ExportFolder open(ArtifactStore store, String folder)
      throws DrillbookException, InterruptedException {
    String key = folder + NAME;
    try (InputStream in = store.read(key, 0, MAX_BYTES + 1L)) {
      byte[] json = in.readNBytes(MAX_BYTES + 1);
      if (json.length > MAX_BYTES) {
        throw new DrillbookException(
            FailureKind.CORRUPT, "read " + key + ": it is longer than " + MAX_BYTES + " bytes");
      }
      return CanonicalJson.decode(json, ExportFolder.class, key);
    } catch (IOException e) {
      throw StreamFailure.of("read " + key, e);
    }
  }

  private static String mark(String name) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 4);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
