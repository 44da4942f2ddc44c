package drillbook.export;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.file.RecordLines;
import drillbook.record.RecordBatch;
import drillbook.store.ArtifactStore;
import drillbook.store.StreamFailure;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Reads an export back, part by part, and compares each with what export.json says of it. */
public final class LinesImport {
  private LinesImport() {}

  /** Takes records of an export. */
  @FunctionalInterface
  public interface TenantConsumer {
    /** Takes a batch of one tenant, valid during the call only. */
    void accept(String tenant, RecordBatch batch) throws DrillbookException, InterruptedException;
  }

  /**
   * Streams all records of an export. A part's digest is known after its last record was handed
   * over: what a consumer did is proven when this returned.
   *
   * @param folder the export's key, with a slash at the end
   * @throws DrillbookException NOT_FOUND when it is no finished export or lacks a part; CORRUPT
   *     when a part is not what export.json says, or a line is no record
   */
  public static ExportFolder read(ArtifactStore store, String folder, TenantConsumer consumer)
      throws DrillbookException, InterruptedException {
    ExportFolder export = ExportFolder.open(store, folder);
    for (ExportFolder.Part part : export.parts()) {
      readPart(store, folder, export, part, consumer);
    }
    return export;
  }

  private static void readPart(
      ArtifactStore store,
      String folder,
      ExportFolder export,
      ExportFolder.Part part,
      TenantConsumer consumer)
      throws DrillbookException, InterruptedException {
    String key = part.stored(folder).key();
    MessageDigest digest = sha256();
    long records;
    try (InputStream raw = store.read(key, 0, -1);
        DigestInputStream counted = new DigestInputStream(raw, digest);
        GZIPInputStream lines = new GZIPInputStream(counted, 1 << 16)) {
      records =
          RecordLines.read(
              lines,
              export.schema().layout(),
              part.tenant(),
              key,
              (batch, _) -> consumer.accept(part.tenant(), batch));
      counted.transferTo(OutputStream.nullOutputStream());
    } catch (EOFException | ZipException e) {
      throw corrupt(key, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw StreamFailure.of("read " + key, e);
    }
    if (records != part.records()) {
      throw corrupt(key, records + " records instead of " + part.records());
    }
    String found = HexFormat.of().formatHex(digest.digest());
    if (!found.equals(part.sha256())) {
      throw corrupt(key, "its sha256 is " + found + ", not " + part.sha256());
    }
  }

  private static DrillbookException corrupt(String key, String why) {
    return new DrillbookException(
        FailureKind.CORRUPT,
        "read " + key + ": " + why,
        "The export was changed or damaged: export the backup again.");
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
