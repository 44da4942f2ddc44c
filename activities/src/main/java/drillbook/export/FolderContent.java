package drillbook.export;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.manifest.CanonicalJson;
import drillbook.store.ArtifactStore;
import drillbook.store.ArtifactStore.Listed;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What lies in the folder of one collection while attempts write there. An attempt that stalled may
 * wake up beside its successor: each deletes what attempts before it left, and nothing of later
 * ones.
 */
final class FolderContent {
  private static final Pattern PART = Pattern.compile("(?:.*/)?part-[0-9]{5,}(?:-a([0-9]+))?\\..*");
  private static final byte[] MARK = "{\"status\":\"RUNNING\"}\n".getBytes(StandardCharsets.UTF_8);

  private final ArtifactStore store;
  private final String folder;

  /** Does no I/O. */
  FolderContent(ArtifactStore store, String folder) {
    this.store = store;
    this.folder = folder;
  }

  /** Marks the folder as one that nobody may read from yet; a second time changes nothing. */
  void begin() throws DrillbookException, InterruptedException {
    store.putNew(folder + ExportFolder.UNFINISHED, MARK);
  }

  /** Takes the mark away. */
  void end() throws DrillbookException, InterruptedException {
    store.delete(folder + ExportFolder.UNFINISHED);
  }

  /** Deletes the files of records that attempts before this one wrote. */
  void deleteBefore(int attempt) throws DrillbookException, InterruptedException {
    for (Listed listed : store.list(folder, "", Integer.MAX_VALUE)) {
      int writer = attempt(listed.key().substring(folder.length()));
      if (writer > 0 && writer < attempt) {
        store.delete(listed.key());
      }
    }
  }

  /** Deletes everything, the mark last: what is half deleted must not be read as an export. */
  void deleteAll() throws DrillbookException, InterruptedException {
    List<Listed> all = store.list(folder, "", Integer.MAX_VALUE);
    if (all.isEmpty()) {
      return;
    }
    begin();
    store.delete(folder + ExportFolder.NAME);
    for (Listed listed : all) {
      if (!listed.key().equals(folder + ExportFolder.UNFINISHED)) {
        store.delete(listed.key());
      }
    }
    end();
  }

  /** Puts an attempt's export.json; one that an attempt before it left last moment gives way. */
  void put(ExportFolder export, int attempt) throws DrillbookException, InterruptedException {
    byte[] json = CanonicalJson.encode(export);
    if (json.length > ExportFolder.MAX_BYTES) {
      throw new DrillbookException(
          FailureKind.UNSUPPORTED,
          "export.json of " + folder + " would have " + json.length + " bytes",
          "Export fewer tenants at a time.");
    }
    try {
      store.putNew(folder + ExportFolder.NAME, json);
    } catch (DrillbookException e) {
      if (e.kind() != FailureKind.CONFLICT
          || attempt(ExportFolder.open(store, folder)) >= attempt) {
        throw e;
      }
      store.delete(folder + ExportFolder.NAME);
      store.putNew(folder + ExportFolder.NAME, json);
    }
  }

  /**
   * Holds an export to what lies there.
   *
   * @throws DrillbookException CORRUPT when a file of it is missing or has another size
   */
  void require(List<ExportFolder.Part> parts) throws DrillbookException, InterruptedException {
    Map<String, Long> sizes = new HashMap<>();
    for (Listed listed : store.list(folder, "", Integer.MAX_VALUE)) {
      sizes.put(listed.key().substring(folder.length()), listed.bytes());
    }
    for (ExportFolder.Part part : parts) {
      Long bytes = sizes.get(part.name());
      if (bytes == null || bytes != part.bytes()) {
        throw new DrillbookException(
            FailureKind.CORRUPT,
            "export to "
                + folder
                + ": "
                + part.name()
                + (bytes == null
                    ? " is gone"
                    : " has " + bytes + " bytes instead of " + part.bytes()),
            "Somebody else writes or deletes there: export again, or to another place.");
      }
    }
  }

  private static int attempt(ExportFolder export) {
    return export.parts().stream().mapToInt(part -> attempt(part.name())).max().orElse(0);
  }

  /** Returns which attempt wrote a file; 0 for what is no file of records. */
  private static int attempt(String name) {
    Matcher words = PART.matcher(name);
    if (!words.matches()) {
      return 0;
    }
    return words.group(1) == null ? 1 : Integer.parseInt(words.group(1));
  }
}
