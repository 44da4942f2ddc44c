package drillbook.intake;

import drillbook.engine.BatchConsumer;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.file.ForeignIds;
import drillbook.file.RecordShape;
import drillbook.pinecone.PineconeMetadata;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.Reserved;
import drillbook.store.ArtifactStore;
import drillbook.store.StreamFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Brings a file to this machine, proves it, and reads its records. No record is handed out of a
 * file whose bytes are not what export.json says.
 */
final class IntakeReader {
  private static final Reserved.Content NOTHING =
      new Reserved.Content(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  private final ArtifactStore store;
  private final Path scratch;
  private final String idType;

  /**
   * Prepares a reader.
   *
   * @param idType what ids of carried records become; an empty string to leave them as they are
   */
  IntakeReader(ArtifactStore store, Path scratch, String idType) {
    this.store = store;
    this.scratch = scratch;
    this.idType = idType;
  }

  /**
   * Reads all records of a file; returns how many.
   *
   * @param carried whether parts of records may be carried under the reserved key of the payload
   */
  long read(IntakeFile file, RecordShape shape, boolean carried, BatchConsumer consumer)
      throws DrillbookException, InterruptedException {
    Path local = fetch(file);
    try {
      BatchConsumer target = carried ? unpacking(file, shape, consumer) : consumer;
      long records = file.form().read(local, shape, file.key(), target);
      if (file.records() >= 0 && records != file.records()) {
        throw corrupt(file, records + " records instead of " + file.records());
      }
      return records;
    } finally {
      delete(local);
    }
  }

  private Path fetch(IntakeFile file) throws DrillbookException, InterruptedException {
    Path local = temporary();
    boolean whole = false;
    MessageDigest digest = sha256();
    try (InputStream in = store.read(file.key(), 0, -1);
        InputStream counted = new DigestInputStream(in, digest);
        OutputStream out = Files.newOutputStream(local)) {
      long bytes = counted.transferTo(out);
      if (bytes != file.bytes()) {
        throw corrupt(file, bytes + " bytes instead of " + file.bytes());
      }
      String found = HexFormat.of().formatHex(digest.digest());
      if (!file.sha256().isEmpty() && !found.equals(file.sha256())) {
        throw corrupt(file, "its sha256 is " + found + ", not " + file.sha256());
      }
      whole = true;
      return local;
    } catch (IOException e) {
      throw StreamFailure.of("read " + file.key(), e);
    } finally {
      if (!whole) {
        delete(local);
      }
    }
  }

  private BatchConsumer unpacking(IntakeFile file, RecordShape shape, BatchConsumer consumer) {
    RecordBatch whole = new RecordBatch(shape.layout());
    return (batch, cursor) -> {
      whole.clear();
      for (int i = 0; i < batch.size(); i++) {
        try {
          unpack(batch, i, whole);
        } catch (IOException e) {
          throw new DrillbookException(
              FailureKind.CORRUPT,
              "read " + row(file, batch, cursor, i) + ": " + e.getMessage(),
              "",
              e);
        } catch (IllegalArgumentException e) {
          throw new DrillbookException(
              FailureKind.INCOMPATIBLE_TARGET,
              "records cannot be merged into the collection: "
                  + row(file, batch, cursor, i)
                  + ": "
                  + e.getMessage(),
              "Nothing was written. Import into another collection: --collection NAME.",
              e);
        }
      }
      consumer.accept(whole, cursor);
    };
  }

  /** Returns the place of a record; the cursor is the number of the batch's last row. */
  private static String row(IntakeFile file, RecordBatch batch, String cursor, int i) {
    return file.key() + ", row " + (Long.parseLong(cursor) - batch.size() + i + 1);
  }

  private void unpack(RecordBatch batch, int i, RecordBatch target) throws IOException {
    Reserved.Content content =
        batch.payloads().isPresent(i)
            ? PineconeMetadata.unpack(Payload.decode(batch.payloads().get(i)))
            : NOTHING;
    byte[] id = content.id().orElse(batch.ids().get(i));
    target.ids().add(idType.isEmpty() ? id : ForeignIds.as(id, idType));
    target.copyVectors(batch, i);
    content.payload().ifPresent(payload -> target.payloads().add(Payload.encode(payload)));
    if (content.document().isPresent()) {
      target.documents().add(content.document().get());
    } else if (batch.documents().isPresent(i)) {
      target.documents().add(batch.documents().get(i));
    }
    if (content.uri().isPresent()) {
      target.uris().add(content.uri().get());
    } else if (batch.uris().isPresent(i)) {
      target.uris().add(batch.uris().get(i));
    }
    target.endRecord();
  }

  private Path temporary() throws DrillbookException {
    try {
      Files.createDirectories(scratch);
      return Files.createTempFile(scratch, "import-", ".part");
    } catch (IOException e) {
      throw new DrillbookException(
          FailureKind.EXHAUSTED,
          "a file could not be brought to " + scratch + ": " + e.getMessage(),
          "Make room in the scratch folder.",
          e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // The scratch folder is emptied when its process ends.
      return;
    }
  }

  private static DrillbookException corrupt(IntakeFile file, String why) {
    return new DrillbookException(
        FailureKind.CORRUPT,
        "read " + file.key() + ": " + why,
        "It was changed or damaged: export it again.");
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
