package drillbook.export;

import drillbook.engine.CollectionSchema;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.file.FileForm;
import drillbook.file.PineconeFiles;
import drillbook.file.RecordFileWriter;
import drillbook.file.RecordShape;
import drillbook.record.RecordBatch;
import drillbook.record.SparseColumn;
import drillbook.record.VectorColumn;
import drillbook.store.ArtifactStore;
import drillbook.store.ArtifactStore.ArtifactWriter;
import drillbook.store.ArtifactStore.Stored;
import drillbook.store.StreamFailure;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Writes one collection into a folder: files of one tenant each, at most {@value #MAX_RECORDS}
 * records and about {@value #MAX_BYTES} bytes before compression, and {@code export.json} at the
 * end; {@link ExportFolder#UNFINISHED} lies there meanwhile. Streams; closing without {@link
 * #finish()} leaves files behind, but no finished export. Not thread-safe.
 */
public final class CollectionExport implements AutoCloseable {
  /** How many records a file has at most. */
  public static final int MAX_RECORDS = 100_000;

  /** About how many bytes of records a file has at most. */
  public static final long MAX_BYTES = 256L << 20;

  private final ArtifactStore store;
  private final String folder;
  private final FolderContent content;
  private final ExportSource source;
  private final ExportFiles files;
  private final int recordsPerPart;
  private final List<ExportFolder.Part> parts = new ArrayList<>();
  private String tenant = CollectionSchema.NO_TENANT;
  private List<OpenPart> open = List.of();
  private Optional<PineconeFiles> pinecone = Optional.empty();
  private LongConsumer progress = _ -> {};
  private long records;

  /**
   * Creates an export. Does no I/O until the first record.
   *
   * @param folder its key, see {@link ExportFolder#key}
   */
  public CollectionExport(
      ArtifactStore store, String folder, ExportSource source, ExportFiles files) {
    this(store, folder, source, files, MAX_RECORDS);
  }

  CollectionExport(
      ArtifactStore store,
      String folder,
      ExportSource source,
      ExportFiles files,
      int recordsPerPart) {
    this.store = store;
    this.folder = folder;
    this.content = new FolderContent(store, folder);
    this.source = source;
    this.files = files;
    this.recordsPerPart = recordsPerPart;
  }

  /** Tells every thousandth record, from now on, how many there were. */
  public CollectionExport telling(LongConsumer listener) {
    progress = listener;
    return this;
  }

  /** Says whose records follow; none, unless it was said. */
  public void tenant(String name) throws DrillbookException, InterruptedException {
    endPart();
    tenant = name;
  }

  /** Writes all records of a batch. */
  public void write(RecordBatch batch) throws DrillbookException, InterruptedException {
    for (int record = 0; record < batch.size(); record++) {
      write(batch, record);
    }
  }

  /** Writes one record of a batch. */
  public void write(RecordBatch batch, int record) throws DrillbookException, InterruptedException {
    if (open.isEmpty()) {
      open = List.of(beginPart());
    }
    OpenPart part = open.getFirst();
    try {
      part.file.write(batch, record);
    } catch (IOException e) {
      throw StreamFailure.of("write " + folder + part.name, e);
    }
    part.records++;
    part.bytes += bytes(batch, record);
    records++;
    if (records % 1000 == 0) {
      progress.accept(records);
    }
    if (part.records == recordsPerPart || part.bytes >= MAX_BYTES) {
      endPart();
    }
  }

  /**
   * Ends the last file and writes export.json, which makes the export a finished one. Files that
   * attempts before this one left are deleted before.
   *
   * @throws DrillbookException CORRUPT when a later attempt deleted files of this one
   */
  public ExportFolder finish() throws DrillbookException, InterruptedException {
    endPart();
    content.begin();
    content.deleteBefore(files.attempt());
    files.describe(store, folder);
    ExportFolder export =
        new ExportFolder(
            ExportFolder.FORMAT,
            ExportFolder.COMPLETED,
            files.form().word(),
            files.layout(),
            source.engine(),
            source.schema(),
            source.backupId(),
            source.asOf(),
            records,
            parts);
    content.require(parts);
    content.put(export, files.attempt());
    content.end();
    return export;
  }

  @Override
  public void close() {
    open.forEach(OpenPart::close);
    open = List.of();
  }

  private OpenPart beginPart() throws DrillbookException, InterruptedException {
    String name = files.name(tenant, parts.size());
    if (parts.isEmpty()) {
      content.begin();
    }
    ArtifactWriter artifact = store.write(folder + name);
    boolean begun = false;
    try {
      OpenPart part = new OpenPart(name, artifact, file(artifact));
      begun = true;
      return part;
    } catch (IOException e) {
      throw StreamFailure.of("write " + folder + name, e);
    } finally {
      if (!begun) {
        artifact.close();
      }
    }
  }

  private RecordFileWriter file(OutputStream out) throws IOException, DrillbookException {
    CollectionSchema schema = source.schema();
    if (!files.isPinecone()) {
      return files.form().open(new RecordShape(schema.layout(), schema.idType(), tenant), out);
    }
    if (pinecone.isEmpty()) {
      pinecone = Optional.of(PineconeFiles.of(schema.layout()));
    }
    return pinecone.get().open(out);
  }

  private void endPart() throws DrillbookException, InterruptedException {
    if (open.isEmpty()) {
      return;
    }
    OpenPart part = open.getFirst();
    try {
      part.file.finish();
      Stored stored = part.artifact.commit();
      parts.add(
          new ExportFolder.Part(part.name, tenant, part.records, stored.bytes(), stored.sha256()));
    } catch (IOException e) {
      throw StreamFailure.of("write " + folder + part.name, e);
    } finally {
      part.close();
      open = List.of();
    }
  }

  private static long bytes(RecordBatch batch, int record) {
    long bytes = (long) batch.ids().length(record) + batch.payloads().length(record);
    bytes += batch.documents().length(record) + batch.uris().length(record);
    for (VectorColumn column : batch.vectors()) {
      bytes += column.bits().length(record);
    }
    for (SparseColumn column : batch.sparse()) {
      bytes += column.positions().length(record) + column.values().length(record);
    }
    return bytes;
  }

  private static final class OpenPart {
    private final String name;
    private final ArtifactWriter artifact;
    private final RecordFileWriter file;
    private long records;
    private long bytes;

    OpenPart(String name, ArtifactWriter artifact, RecordFileWriter file) {
      this.name = name;
      this.artifact = artifact;
      this.file = file;
    }

    void close() {
      file.close();
      artifact.close();
    }
  }

  /**
   * Which files an export has.
   *
   * @param form their format
   * @param layout their layout: a word of {@link ExportRequest}
   * @param attempt 1, or more where an earlier attempt may still be writing: its files have other
   *     names
   */
  public record ExportFiles(FileForm form, String layout, int attempt) {
    /** Where the folders of namespaces are; Pinecone's bulk import is given this folder. */
    static final String NAMESPACES = "import/";

    /** What Pinecone calls the namespace without a name. */
    static final String UNNAMED = "__default__";

    /** Returns the usual files of a format. */
    public static ExportFiles of(FileForm form) {
      return new ExportFiles(form, ExportRequest.DRILLBOOK, 1);
    }

    boolean isPinecone() {
      return layout.equals(ExportRequest.PINECONE);
    }

    /**
     * Returns the name of a file; for Pinecone it begins with a folder for its namespace.
     *
     * @throws DrillbookException UNSUPPORTED when a key cannot hold the namespace
     */
    String name(String tenant, int number) throws DrillbookException {
      return isPinecone() ? NAMESPACES + namespace(tenant) + "/" + file(number) : file(number);
    }

    private static String namespace(String tenant) throws DrillbookException {
      String name = tenant.isEmpty() ? UNNAMED : tenant;
      if (!name.matches("[a-z0-9_][a-z0-9._-]*")) {
        throw new DrillbookException(
            FailureKind.UNSUPPORTED,
            "namespace '" + tenant + "' cannot be the name of a folder here",
            "Folders are lower-case letters, digits, dots, dashes and underscores: leave it out"
                + " (--tenants), or export in layout drillbook.");
      }
      return name;
    }

    private String file(int number) {
      return String.format(
          Locale.ROOT, "part-%05d%s.%s", number, attempt == 1 ? "" : "-a" + attempt, form.word());
    }

    /** Puts beside the files what describes them. */
    void describe(ArtifactStore store, String folder)
        throws DrillbookException, InterruptedException {
      if (form == FileForm.LINES) {
        store.putNew(folder + RecordSchema.NAME, RecordSchema.bytes());
      }
    }
  }
}
