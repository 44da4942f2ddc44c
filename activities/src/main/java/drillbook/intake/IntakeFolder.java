package drillbook.intake;

import drillbook.engine.CollectionSchema;
import drillbook.export.ExportFolder;
import drillbook.export.ExportRequest;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.file.FileForm;
import drillbook.store.ArtifactStore;
import drillbook.store.ArtifactStore.Listed;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A folder that is imported: an export with its {@code export.json}, or files of records that
 * somebody else wrote, those of a tenant in a folder of its name, as Pinecone's bulk import has
 * them.
 *
 * @param export what an export says of itself; empty for others' files
 * @param files in the order of their keys
 */
record IntakeFolder(Optional<ExportFolder> export, List<IntakeFile> files) {
  /** The folder of Pinecone's namespace without a name. */
  static final String UNNAMED = "__default__";

  private static final int MOST = 10_000;

  IntakeFolder {
    files = List.copyOf(files);
  }

  /**
   * Looks what there is.
   *
   * @throws DrillbookException NOT_FOUND when there are no files of records
   */
  static IntakeFolder open(ArtifactStore store) throws DrillbookException, InterruptedException {
    Optional<ExportFolder> export = export(store);
    List<IntakeFile> files = new ArrayList<>();
    if (export.isPresent()) {
      FileForm form = FileForm.ofWord(export.get().format());
      for (ExportFolder.Part part : export.get().parts()) {
        files.add(
            new IntakeFile(
                part.name(), form, part.tenant(), part.bytes(), part.sha256(), part.records()));
      }
      return new IntakeFolder(export, files);
    }
    for (Listed listed : store.list("", "", MOST + 1)) {
      Optional<FileForm> form = form(listed.key());
      if (form.isPresent()) {
        files.add(
            new IntakeFile(listed.key(), form.get(), tenant(listed.key()), listed.bytes(), "", -1));
      }
    }
    if (files.isEmpty()) {
      throw new DrillbookException(
          FailureKind.NOT_FOUND,
          "nothing to import in "
              + store.location()
              + ": no export.json, and no file that ends with .jsonl.gz, .parquet or .arrow",
          "Names of files and folders are lower-case letters, digits, dots, dashes and"
              + " underscores.");
    }
    if (files.size() > MOST) {
      throw new DrillbookException(
          FailureKind.UNSUPPORTED,
          store.location() + " holds more than " + MOST + " files",
          "Import it folder by folder.");
    }
    return new IntakeFolder(export, files);
  }

  private static Optional<ExportFolder> export(ArtifactStore store)
      throws DrillbookException, InterruptedException {
    try {
      return Optional.of(ExportFolder.open(store, ""));
    } catch (DrillbookException e) {
      if (e.kind() == FailureKind.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static Optional<FileForm> form(String key) {
    for (FileForm form : FileForm.values()) {
      if (key.endsWith("." + form.word())) {
        return Optional.of(form);
      }
    }
    return Optional.empty();
  }

  private static String tenant(String key) {
    int slash = key.indexOf('/');
    String folder = slash < 0 ? "" : key.substring(0, slash);
    return folder.equals(UNNAMED) ? CollectionSchema.NO_TENANT : folder;
  }

  /** Tells whether the records are in Pinecone's form, with what it cannot hold carried along. */
  boolean isPinecone() {
    return export.isEmpty() || export.get().layout().equals(ExportRequest.PINECONE);
  }

  /** Returns the tenants, sorted. */
  List<String> tenants() {
    return files.stream().map(IntakeFile::tenant).distinct().sorted().toList();
  }

  /** Returns a digest of which files there are and how long they are. */
  String digest() {
    StringBuilder words = new StringBuilder();
    for (IntakeFile file : files) {
      words.append(file.key()).append('\n').append(file.bytes()).append('\n').append(file.sha256());
    }
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(words.toString().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
