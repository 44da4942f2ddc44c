package drillbook.prune;

import drillbook.archive.Artifacts;
import drillbook.archive.Keys;
import drillbook.failure.DrillbookException;
import drillbook.manifest.Manifest;
import drillbook.manifest.SegmentList;
import drillbook.store.ArtifactStore;
import drillbook.store.ArtifactStore.Stored;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which artifacts backups need, as their manifests name them; reads each segment list once. */
final class Needs {
  private final ArtifactStore store;
  private final Map<Stored, List<String>> lists = new HashMap<>();

  Needs(ArtifactStore store) {
    this.store = store;
  }

  /**
   * Returns the keys of all that a restore of a backup reads, and of the runs that the next backup
   * reads.
   *
   * @throws DrillbookException CORRUPT or NOT_FOUND when a list is not what the manifest names
   */
  Set<String> of(Manifest manifest) throws DrillbookException, InterruptedException {
    Set<String> needed = new HashSet<>();
    needed.add(Keys.manifest(manifest.target(), manifest.backupId()));
    manifest.artifacts().forEach(artifact -> needed.add(artifact.key()));
    for (Stored list : manifest.segmentLists()) {
      needed.addAll(named(list));
    }
    return needed;
  }

  private List<String> named(Stored list) throws DrillbookException, InterruptedException {
    List<String> known = lists.get(list);
    if (known != null) {
      return known;
    }
    List<String> keys = new ArrayList<>();
    for (SegmentList.PartSegments part :
        SegmentList.decode(Artifacts.read(store, list), list.key()).parts()) {
      part.segments()
          .forEach(segment -> {
            keys.add(segment.key());
            keys.add(segment.runKey());
          });
      part.runs().forEach(run -> keys.add(run.key()));
    }
    lists.put(list, keys);
    return keys;
  }
}
