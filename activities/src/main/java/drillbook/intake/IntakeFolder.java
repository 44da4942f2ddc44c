package drillbook.intake;

import drillbook.engine.CollectionSchema;
import drillbook.export.ExportFolder;
import drillbook.export.ExportRequest;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.file.FileForm;
import drillbook.store.ArtifactStore;
import drillbook.store.ArtifactStore.Listed;
import drillbook.store.StoreStrangers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
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
  private static final int PAGE = 10_000;

  IntakeFolder {
    files = List.copyOf(files);
  }

  /**
   * Looks what there is for the first time: whether all of it can be imported.
   *
   * @throws DrillbookException NOT_FOUND when there are no files of records; UNSUPPORTED when one
   *     of them would be passed over
   */
  static IntakeFolder look(ArtifactStore store) throws DrillbookException, InterruptedException {
    Optional<ExportFolder> export = export(store);
    if (export.isEmpty()) {
      requireAllSeen(store);
    }
    return open(store, export);
  }

  /**
   * Looks what there is.
   *
   * @throws DrillbookException NOT_FOUND when there are no files of records
   */
  static IntakeFolder open(ArtifactStore store) throws DrillbookException, InterruptedException {
    return open(store, export(store));
  }

  private static IntakeFolder open(ArtifactStore store, Optional<ExportFolder> export)
      throws DrillbookException, InterruptedException {
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
    String last = "";
    List<Listed> page;
    do {
      page = store.list("", last, PAGE);
      for (Listed listed : page) {
        last = listed.key();
        Optional<FileForm> form = form(last);
        if (form.isPresent()) {
          files.add(new IntakeFile(last, form.get(), tenant(last), listed.bytes(), "", -1));
        }
      }
    } while (page.size() == PAGE && files.size() <= MOST);
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

  /** A folder that is imported without some of its files is not what its owner means. */
  private static void requireAllSeen(ArtifactStore store)
      throws DrillbookException, InterruptedException {
    if (!(store instanceof StoreStrangers strangers)) {
      return;
    }
    Optional<String> stranger =
        strangers.stranger(path -> form(path.toLowerCase(Locale.ROOT)).isPresent());
    if (stranger.isPresent()) {
      throw new DrillbookException(
          FailureKind.UNSUPPORTED,
          "'"
              + stranger.get()
              + "' in "
              + store.location()
              + " cannot be imported: its path is none"
              + " of lower-case letters, digits, dots, dashes and underscores, or it is a link",
          "Nothing was written. Rename it, copy it to its place, or move it elsewhere.");
    }
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
