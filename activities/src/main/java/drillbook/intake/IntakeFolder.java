package drillbook.intake;

import drillbook.archive.Artifacts;
import drillbook.engine.CollectionSchema;
import drillbook.export.ExportFolder;
import drillbook.export.ExportRequest;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.file.FileForm;
import drillbook.store.ArtifactStore;
import drillbook.store.ArtifactStore.Listed;
import drillbook.store.StoreStrangers;
import drillbook.store.StreamFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

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

  private static final Pattern OF_EXPORTS =
      Pattern.compile(
          "(.+)/(?:export|unfinished)\\.json"
              + "|((?:.+/)?status)/[^/]+/(?:running|completed|failed)\\.json");
  private static final int MOST = 10_000;
  private static final int PAGE = 10_000;

  IntakeFolder {
    files = List.copyOf(files);
  }

  /**
   * Looks what there is for the first time: whether all of it can be imported.
   *
   * @throws DrillbookException NOT_FOUND when there are no files of records, or those of an export
   *     that did not finish; UNSUPPORTED when one of them would be passed over; CONFIGURATION when
   *     exports are in folders below
   */
  static IntakeFolder look(ArtifactStore store) throws DrillbookException, InterruptedException {
    requireFinished(store);
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
      requireFew(store, files.size());
      return new IntakeFolder(export, files);
    }
    Set<String> exports = new TreeSet<>();
    String last = "";
    List<Listed> page;
    do {
      page = store.list("", last, PAGE);
      for (Listed listed : page) {
        last = listed.key();
        exportFolder(last).ifPresent(exports::add);
        Optional<FileForm> form = form(last);
        if (form.isPresent()) {
          files.add(new IntakeFile(last, form.get(), tenant(last), listed.bytes(), "", -1));
        }
      }
    } while (page.size() == PAGE && files.size() <= MOST);
    if (!exports.isEmpty()) {
      throw holdsExports(store, exports);
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
    requireFew(store, files.size());
    return new IntakeFolder(export, files);
  }

  private static void requireFew(ArtifactStore store, int files) throws DrillbookException {
    if (files > MOST) {
      throw new DrillbookException(
          FailureKind.UNSUPPORTED,
          store.location() + " holds more than " + MOST + " files",
          "Nothing was written. Import others' files folder by folder; restore the backup that an"
              + " export comes from.");
    }
  }

  private static void requireFinished(ArtifactStore store)
      throws DrillbookException, InterruptedException {
    if (holds(store, ExportFolder.UNFINISHED)) {
      throw new DrillbookException(
          FailureKind.NOT_FOUND,
          "no finished export in "
              + store.location()
              + ": it holds "
              + ExportFolder.UNFINISHED
              + ", so it is being written or was cut off",
          "Nothing was written. Wait until 'drillbook export status' says COMPLETED, or export"
              + " again.");
    }
  }

  private static boolean holds(ArtifactStore store, String key)
      throws DrillbookException, InterruptedException {
    try (InputStream in = store.read(key, 0, 1)) {
      // An empty one is there as well.
      in.transferTo(OutputStream.nullOutputStream());
      return true;
    } catch (IOException e) {
      throw StreamFailure.of("read " + key, e);
    } catch (DrillbookException e) {
      if (e.kind() == FailureKind.NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  /** Returns the folder of an export, or of what exports say of themselves, that holds a file. */
  private static Optional<String> exportFolder(String key) {
    Matcher below = OF_EXPORTS.matcher(key);
    if (!below.matches()) {
      return Optional.empty();
    }
    return Optional.of(below.group(1) == null ? below.group(2) : below.group(1));
  }

  private static DrillbookException holdsExports(ArtifactStore store, Set<String> exports) {
    String named = exports.stream().limit(3).collect(Collectors.joining(", "));
    return new DrillbookException(
        FailureKind.CONFIGURATION,
        store.location()
            + " holds exports in folders of their own: "
            + named
            + (exports.size() > 3 ? " and " + (exports.size() - 3) + " more" : ""),
        "Nothing was written. Import one of them: --from "
            + store.location().replaceFirst("^file:", "")
            + "/FOLDER.");
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
    return Artifacts.sha256(words.toString().getBytes(StandardCharsets.UTF_8));
  }
}
