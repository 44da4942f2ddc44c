package drillbook.export;

import drillbook.engine.CollectionSchema;
import drillbook.failure.DrillbookException;
import drillbook.manifest.CanonicalJson;
import drillbook.record.RecordBatch;
import drillbook.store.ArtifactStore;
import drillbook.store.ArtifactStore.ArtifactWriter;
import drillbook.store.ArtifactStore.Stored;
import drillbook.store.StreamFailure;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Exports one collection as compressed JSON lines: {@code part-00000.jsonl.gz} and so on, each of
 * one tenant and at most {@value #MAX_LINES} lines, and {@code schema.json} at the end. Streams;
 * closing without {@link #finish()} leaves parts behind, but no finished export. Not thread-safe.
 */
public final class LinesExport implements AutoCloseable {
  /** How many lines a file has at most. */
  public static final int MAX_LINES = 100_000;

  private final ArtifactStore store;
  private final String folder;
  private final CollectionSchema schema;
  private final String backupId;
  private final Instant asOf;
  private final int linesPerPart;
  private final List<ExportFolder.Part> parts = new ArrayList<>();
  private String tenant = CollectionSchema.NO_TENANT;
  private List<OpenPart> open = List.of();
  private long records;

  /**
   * Creates an export. Does no I/O until the first record.
   *
   * @param folder its key, see {@link ExportFolder#key}
   * @param backupId where the records come from; empty for a live engine
   * @param asOf the time whose state they show
   */
  public LinesExport(
      ArtifactStore store, String folder, CollectionSchema schema, String backupId, Instant asOf) {
    this(store, folder, schema, backupId, asOf, MAX_LINES);
  }

  LinesExport(
      ArtifactStore store,
      String folder,
      CollectionSchema schema,
      String backupId,
      Instant asOf,
      int linesPerPart) {
    this.store = store;
    this.folder = folder;
    this.schema = schema;
    this.backupId = backupId;
    this.asOf = asOf;
    this.linesPerPart = linesPerPart;
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
      part.lines.write(batch, record);
    } catch (IOException e) {
      throw StreamFailure.of("write " + folder + part.name, e);
    }
    part.records++;
    records++;
    if (part.records == linesPerPart) {
      endPart();
    }
  }

  /** Ends the last part and writes schema.json, which makes the export a finished one. */
  public ExportFolder finish() throws DrillbookException, InterruptedException {
    endPart();
    ExportFolder export =
        new ExportFolder(ExportFolder.FORMAT, schema, backupId, asOf, records, parts);
    store.putNew(folder + ExportFolder.SCHEMA, CanonicalJson.encode(export));
    return export;
  }

  @Override
  public void close() {
    open.forEach(part -> part.artifact.close());
    open = List.of();
  }

  private OpenPart beginPart() throws DrillbookException, InterruptedException {
    String name = String.format(Locale.ROOT, "part-%05d.jsonl.gz", parts.size());
    ArtifactWriter artifact = store.write(folder + name);
    try {
      return new OpenPart(
          name, artifact, new RecordLinesWriter(schema.layout(), tenant, new FastGzip(artifact)));
    } catch (IOException e) {
      artifact.close();
      throw StreamFailure.of("write " + folder + name, e);
    }
  }

  private void endPart() throws DrillbookException, InterruptedException {
    if (open.isEmpty()) {
      return;
    }
    OpenPart part = open.getFirst();
    try (ArtifactWriter artifact = part.artifact) {
      part.lines.close();
      Stored stored = artifact.commit();
      parts.add(
          new ExportFolder.Part(part.name, tenant, part.records, stored.bytes(), stored.sha256()));
    } catch (IOException e) {
      throw StreamFailure.of("write " + folder + part.name, e);
    } finally {
      open = List.of();
    }
  }

  private static final class OpenPart {
    private final String name;
    private final ArtifactWriter artifact;
    private final RecordLinesWriter lines;
    private long records;

    OpenPart(String name, ArtifactWriter artifact, RecordLinesWriter lines) {
      this.name = name;
      this.artifact = artifact;
      this.lines = lines;
    }
  }

  /**
   * Compresses at the fastest level, since digits compress badly at any; ends its stream without
   * closing the artifact, which its owner commits.
   */
  private static final class FastGzip extends GZIPOutputStream {
    FastGzip(OutputStream out) throws IOException {
      super(out, 1 << 16);
      def.setLevel(Deflater.BEST_SPEED);
    }

    @Override
    public void close() throws IOException {
      finish();
      def.end();
    }
  }
}
