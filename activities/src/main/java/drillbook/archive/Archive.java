package drillbook.archive;

import drillbook.backup.BackupId;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.manifest.Manifest;
import drillbook.manifest.ManifestCodec;
import drillbook.manifest.TrustedKeys;
import drillbook.store.ArtifactStore;
import drillbook.store.ArtifactStore.Listed;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The backups of a target, as the store holds them. A backup exists exactly if its manifest does; a
 * manifest counts only if a trusted key signed it. Safe for several threads.
 */
public final class Archive {
  private static final int PAGE = 1000;

  private final ArtifactStore store;
  private final String target;
  private final TrustedKeys trusted;

  /** Looks at the store when asked, not before. */
  public Archive(ArtifactStore store, String target, TrustedKeys trusted) {
    this.store = store;
    this.target = target;
    this.trusted = trusted;
  }

  /** Returns the store. */
  public ArtifactStore store() {
    return store;
  }

  /** Returns the target's name. */
  public String target() {
    return target;
  }

  /**
   * Returns the ids of all backups, oldest first. Folders without a manifest are no backups.
   *
   * <p>Reads keys only: whether a manifest is authentic shows when it is opened.
   */
  public List<String> ids() throws DrillbookException, InterruptedException {
    List<String> ids = new ArrayList<>();
    String prefix = Keys.backups(target);
    String after = "";
    while (true) {
      List<Listed> page = store.list(prefix, after, PAGE);
      for (Listed listed : page) {
        String rest = listed.key().substring(prefix.length());
        int slash = rest.indexOf('/');
        if (slash > 0 && rest.substring(slash).equals("/manifest.json")) {
          String id = rest.substring(0, slash);
          if (BackupId.isId(id)) {
            ids.add(id);
          }
        }
        after = listed.key();
      }
      if (page.size() < PAGE) {
        ids.sort(String::compareTo);
        return List.copyOf(ids);
      }
    }
  }

  /** Tells whether a backup exists. */
  public boolean exists(String backupId) throws DrillbookException, InterruptedException {
    return isThere(Keys.manifest(target, backupId));
  }

  /**
   * Returns a backup's manifest.
   *
   * @throws DrillbookException NOT_FOUND when there is no such backup, CORRUPT when its manifest is
   *     not one that a trusted key signed, or is another backup's
   */
  public Manifest manifest(String backupId) throws DrillbookException, InterruptedException {
    byte[] envelope = bytes(Keys.manifest(target, backupId), ManifestCodec.MAX_BYTES, backupId);
    Manifest manifest = ManifestCodec.open(envelope, trusted);
    if (!manifest.backupId().equals(backupId) || !manifest.target().equals(target)) {
      throw new DrillbookException(
          FailureKind.CORRUPT,
          "the manifest of "
              + backupId
              + " is that of "
              + manifest.target()
              + "/"
              + manifest.backupId(),
          "Somebody moved artifacts in the store; use another backup.");
    }
    return manifest;
  }

  /** Returns a whole backup, its catalog and segment lists read and compared with the manifest. */
  public ArchivedBackup open(String backupId) throws DrillbookException, InterruptedException {
    return ArchivedBackup.open(store, manifest(backupId));
  }

  /**
   * Returns the newest backup that satisfies a condition, unauthentic manifests being passed over.
   *
   * @throws DrillbookException NOT_FOUND when there is none
   */
  public Manifest newest(Predicate<Manifest> condition, String wanted)
      throws DrillbookException, InterruptedException {
    List<String> ids = ids();
    int unauthentic = 0;
    for (String id : ids.reversed()) {
      try {
        Manifest manifest = manifest(id);
        if (condition.test(manifest)) {
          return manifest;
        }
      } catch (DrillbookException e) {
        if (e.kind() != FailureKind.CORRUPT) {
          throw e;
        }
        unauthentic++;
      }
    }
    throw new DrillbookException(
        FailureKind.NOT_FOUND,
        "no backup of '"
            + target
            + "' is "
            + wanted
            + ": "
            + ids.size()
            + " in "
            + store.location()
            + (unauthentic == 0
                ? ""
                : ", " + unauthentic + " with a manifest that is not authentic"),
        ids.isEmpty()
            ? "Make one: drillbook backup " + target
            : "See: drillbook backups " + target);
  }

  private boolean isThere(String key) throws DrillbookException, InterruptedException {
    try (InputStream in = store.read(key, 0, 1)) {
      return in.read() >= 0;
    } catch (DrillbookException e) {
      if (e.kind() == FailureKind.NOT_FOUND) {
        return false;
      }
      throw e;
    } catch (IOException e) {
      throw unreadable(key, e);
    }
  }

  private byte[] bytes(String key, int most, String backupId)
      throws DrillbookException, InterruptedException {
    try (InputStream in = store.read(key, 0, most + 1L)) {
      byte[] bytes = in.readNBytes(most + 1);
      if (bytes.length > most) {
        throw new DrillbookException(
            FailureKind.CORRUPT,
            "the manifest of " + backupId + " is larger than " + most + " bytes");
      }
      return bytes;
    } catch (DrillbookException e) {
      if (e.kind() == FailureKind.NOT_FOUND) {
        boolean unsealed = !store.list(Keys.backup(target, backupId), "", 1).isEmpty();
        throw new DrillbookException(
            FailureKind.NOT_FOUND,
            unsealed
                ? "backup '"
                    + backupId
                    + "' of '"
                    + target
                    + "' has no manifest in "
                    + store.location()
                    + ": it was not finished, or its manifest was removed"
                : "there is no backup '"
                    + backupId
                    + "' of '"
                    + target
                    + "' in "
                    + store.location(),
            unsealed
                ? "It cannot be used: nothing tells what belongs to it. Choose another one: drillbook"
                    + " backups "
                    + target
                : "See: drillbook backups " + target,
            e);
      }
      throw e;
    } catch (IOException e) {
      throw unreadable(key, e);
    }
  }

  private static DrillbookException unreadable(String key, IOException e) {
    return new DrillbookException(
        FailureKind.UNAVAILABLE, "could not read " + key + ": " + e.getMessage(), "", e);
  }
}
