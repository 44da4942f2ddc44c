package drillbook.region;

import drillbook.archive.Archive;
import drillbook.archive.ArchivedBackup;
import drillbook.archive.Artifacts;
import drillbook.archive.Keys;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.manifest.ManifestCodec;
import drillbook.store.ArtifactReader;
import drillbook.store.ArtifactStore;
import drillbook.store.ArtifactStore.ArtifactWriter;
import drillbook.store.ArtifactStore.Listed;
import drillbook.store.ArtifactStore.Stored;
import drillbook.store.StoreAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Copies a backup with all that it needs into another store, under the same keys, and the journal
 * with it. Each artifact is proven on its way; the manifest comes last, so that a replica exists
 * exactly if it is whole. One object a replication; one thread.
 */
public final class Replication {
  private static final int PAGE = 1000;
  private static final int BLOCK_BYTES = 256 << 10;
  private static final int MOST_ENTRY_BYTES = 1 << 20;

  private final Archive from;
  private final ArtifactStore to;
  private final Consumer<String> progress;
  private long copiedBytes;

  /**
   * Copies nothing yet.
   *
   * @param progress told how far it is, without names of records
   */
  public Replication(Archive from, ArtifactStore to, Consumer<String> progress) {
    this.from = from;
    this.to = to;
    this.progress = progress;
  }

  /**
   * Refuses a region whose store is the source's own. Two servers may have buckets of one name.
   *
   * @throws DrillbookException CONFIGURATION when both stores are one
   */
  public static void requireElsewhere(StoreAddress source, StoreAddress region)
      throws DrillbookException {
    String endpoint = source.options().getOrDefault("endpoint", "");
    if (source.location().equals(region.location())
        && endpoint.equals(region.options().getOrDefault("endpoint", ""))) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          "the region's store is the source's own: " + region.location(),
          "A region needs a bucket of its own: what is lost with the source must not take it along.");
    }
  }

  /**
   * What a replica consists of.
   *
   * @param artifacts how many artifacts
   * @param bytes how many bytes they have
   * @param copiedBytes how many of these had to be copied
   */
  public record Copied(long artifacts, long bytes, long copiedBytes) {}

  /**
   * Replicates a backup.
   *
   * @throws DrillbookException CORRUPT when an artifact is not what the manifest says, on either
   *     side
   */
  public Copied run(String backupId) throws DrillbookException, InterruptedException {
    ArchivedBackup backup = from.open(backupId);
    SortedMap<String, Stored> needed = backup.artifacts();
    Map<String, Long> there = there(needed);
    long bytes = 0;
    int done = 0;
    for (Stored stored : needed.values()) {
      Long size = there.get(stored.key());
      if (size == null) {
        copy(stored);
      } else if (size != stored.bytes()) {
        throw new DrillbookException(
            FailureKind.CORRUPT,
            stored.key()
                + " in "
                + to.location()
                + " has "
                + size
                + " bytes instead of "
                + stored.bytes(),
            "Somebody wrote to the replica; delete that artifact there, and replicate again.");
      }
      bytes += stored.bytes();
      done++;
      progress.accept(done + " of " + needed.size() + " artifacts are in the region");
    }
    copyJournal();
    String key = Keys.manifest(from.target(), backupId);
    to.putNew(key, Artifacts.read(from.store(), key, ManifestCodec.MAX_BYTES));
    return new Copied(needed.size(), bytes, copiedBytes);
  }

  /** Returns the sizes of what the other store holds in the folders that are needed. */
  private Map<String, Long> there(SortedMap<String, Stored> needed)
      throws DrillbookException, InterruptedException {
    TreeSet<String> folders = new TreeSet<>();
    String root = Keys.backups(from.target());
    for (String key : needed.keySet()) {
      folders.add(key.substring(0, key.indexOf('/', root.length()) + 1));
    }
    Map<String, Long> sizes = new HashMap<>();
    for (String folder : folders) {
      for (Listed listed : list(to, folder)) {
        sizes.put(listed.key(), listed.bytes());
      }
    }
    return sizes;
  }

  private void copy(Stored stored) throws DrillbookException, InterruptedException {
    byte[] block = new byte[BLOCK_BYTES];
    try (ArtifactReader reader = ArtifactReader.open(from.store(), stored);
        ArtifactWriter writer = to.write(stored.key())) {
      long left = stored.bytes();
      while (left > 0) {
        int length = (int) Math.min(left, block.length);
        reader.read(block, 0, length);
        writer.write(block, 0, length);
        left -= length;
        progress.accept("copying " + stored.key());
      }
      reader.finish();
      Stored written = writer.commit();
      if (!written.sha256().equals(stored.sha256())) {
        throw new DrillbookException(
            FailureKind.CORRUPT, stored.key() + " changed on its way to " + to.location());
      }
      copiedBytes += stored.bytes();
    } catch (IOException e) {
      throw ArtifactStore.failureOf("copy " + stored.key(), e);
    }
  }

  /** What was proven, and when, must be known where the backup is restored. */
  private void copyJournal() throws DrillbookException, InterruptedException {
    String folder = Keys.journal(from.target());
    TreeSet<String> there = new TreeSet<>();
    list(to, folder).forEach(listed -> there.add(listed.key()));
    for (Listed listed : list(from.store(), folder)) {
      if (!there.contains(listed.key()) && listed.bytes() <= MOST_ENTRY_BYTES) {
        to.putNew(listed.key(), Artifacts.read(from.store(), listed.key(), listed.bytes()));
      }
    }
  }

  private static List<Listed> list(ArtifactStore store, String folder)
      throws DrillbookException, InterruptedException {
    List<Listed> all = new ArrayList<>();
    String after = "";
    while (true) {
      List<Listed> page = store.list(folder, after, PAGE);
      all.addAll(page);
      if (page.size() < PAGE) {
        return all;
      }
      after = page.getLast().key();
    }
  }
}
