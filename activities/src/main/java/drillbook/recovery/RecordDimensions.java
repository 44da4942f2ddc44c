package drillbook.recovery;

import drillbook.archive.ArchivedBackup;
import drillbook.archive.Artifacts;
import drillbook.failure.DrillbookException;
import drillbook.profile.BackupProfile;
import drillbook.store.ArtifactStore.Stored;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Dimensions that a collection's schema leaves open, as its backed up records have them. */
final class RecordDimensions {
  private RecordDimensions() {}

  /**
   * Returns the dimensions of a collection's vectors by name; those are missing whose records have
   * several, or none.
   *
   * @param tenants numbers of the tenants that are meant
   */
  static Map<String, Integer> of(ArchivedBackup backup, int collection, Set<Integer> tenants)
      throws DrillbookException, InterruptedException {
    Map<String, Integer> dimensions = new TreeMap<>();
    Set<String> several = new HashSet<>();
    for (Stored file : backup.manifest().profile()) {
      BackupProfile profile =
          BackupProfile.decode(Artifacts.read(backup.store(), file), file.key());
      for (BackupProfile.Part part : profile.parts()) {
        if (part.collection() != collection || !tenants.contains(part.tenant())) {
          continue;
        }
        for (BackupProfile.Vector vector : part.vectors()) {
          Integer known = dimensions.putIfAbsent(vector.name(), vector.dimension());
          if (vector.count() > 0 && known != null && known != vector.dimension()) {
            several.add(vector.name());
          }
        }
      }
    }
    dimensions.keySet().removeAll(several);
    dimensions.values().removeIf(dimension -> dimension == 0);
    return dimensions;
  }
}
