package drillbook.capture;

import drillbook.archive.ArchivedBackup;
import drillbook.archive.PartId;
import drillbook.failure.DrillbookException;
import drillbook.format.Segment;
import drillbook.index.IndexFile;
import drillbook.index.RunReceipt;
import drillbook.store.ArtifactStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a run can build on, part by part: its parent, and the segments that earlier generations of
 * the run finished before their snapshot was lost.
 *
 * @param store where everything lies
 * @param parent the backup that the run continues
 * @param earlier by part, segments of earlier generations, oldest generation first
 */
record Chain(
    ArtifactStore store, Optional<ArchivedBackup> parent, Map<PartId, List<Segment>> earlier) {

  /** Gathers what a generation can build on. */
  static Chain of(
      ArtifactStore store, Optional<ArchivedBackup> parent, Workspace workspace, int generation)
      throws DrillbookException, InterruptedException {
    Map<PartId, List<Segment>> earlier = new TreeMap<>();
    for (int before = 0; before < generation; before++) {
      for (Checkpoint checkpoint : workspace.newest(before).values()) {
        earlier
            .computeIfAbsent(checkpoint.part(), part -> new ArrayList<>())
            .addAll(checkpoint.segments());
      }
    }
    return new Chain(store, parent, earlier);
  }

  /** Tells whether anything is stored of a part. */
  boolean knows(PartId part) {
    return !parentRuns(part).isEmpty() || earlier.containsKey(part);
  }

  /** Brings what is stored of a part to a scratch file; empty where nothing is. */
  BaseIndex base(PartId part, Path file) throws DrillbookException, InterruptedException {
    List<Segment> newestFirst = earlier.getOrDefault(part, List.of()).reversed();
    return BaseIndex.open(store, newestFirst, parentRuns(part), file);
  }

  /** Brings the parent's live index of a part to a scratch file, if the parent has the part. */
  Optional<IndexFile> parentIndex(PartId part, Path file)
      throws DrillbookException, InterruptedException {
    if (parentRuns(part).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(parent.orElseThrow().liveIndex(part, file));
  }

  /** Returns every segment known of a part before this generation, by number. */
  SortedMap<Long, Segment> segments(PartId part) {
    SortedMap<Long, Segment> segments = new TreeMap<>();
    parent.ifPresent(backup -> segments.putAll(backup.segments(part)));
    earlier
        .getOrDefault(part, List.of())
        .forEach(segment -> segments.put(segment.number(), segment));
    return segments;
  }

  /** Returns the first number that no segment of the parent has. */
  long nextSegment(PartId part) {
    SortedMap<Long, Segment> segments =
        parent.map(backup -> backup.segments(part)).orElseGet(TreeMap::new);
    return segments.isEmpty() ? 0 : segments.lastKey() + 1;
  }

  private List<RunReceipt> parentRuns(PartId part) {
    return parent.map(backup -> backup.runs(part)).orElse(List.of());
  }
}
