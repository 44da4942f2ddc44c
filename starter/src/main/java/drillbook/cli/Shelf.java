package drillbook.cli;

import drillbook.archive.Archive;
import drillbook.check.Verdict;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.hold.Holds;
import drillbook.journal.JournalRecord;
import drillbook.manifest.Manifest;
import drillbook.store.ArtifactStore;
import drillbook.target.Target;
import drillbook.worker.Surroundings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The backups of a target, with what the journal says of each; reads manifests only. */
final class Shelf {
  private static final int JOURNAL = 200;
  private static final Set<String> PROOFS = Set.of("verify", "drill", "probe");

  private Shelf() {}

  /**
   * One backup.
   *
   * @param asOf its recovery point; absent where its manifest is not authentic
   * @param verified the newest verdict of a verification or drill of it; empty where there is none
   * @param finding why its manifest cannot be believed, or an empty string
   * @param held who holds it and why, or an empty string
   * @param labels what people call it
   */
  record Entry(
      String id,
      String kind,
      String parent,
      long records,
      long storedBytes,
      @Nullable Instant asOf,
      String verified,
      String finding,
      String held,
      List<String> labels) {
    private Entry with(String words, List<String> said) {
      return new Entry(
          id, kind, parent, records, storedBytes, asOf, verified, finding, words, said);
    }
  }

  /** Returns the backups, newest first. */
  static List<Entry> entries(Installation installation, TargetChoice choice)
      throws DrillbookException, InterruptedException {
    return entries(installation, choice, Integer.MAX_VALUE);
  }

  /** Returns at most so many backups, newest first. */
  static List<Entry> entries(Installation installation, TargetChoice choice, int most)
      throws DrillbookException, InterruptedException {
    Target target = choice.target();
    Surroundings believed =
        installation.surroundings(choice.targets(), installation.settings().scratch());
    List<Entry> entries = new ArrayList<>();
    try (ArtifactStore store = installation.parts().store(target.store())) {
      Map<String, Verdict> verdicts = new HashMap<>();
      for (JournalRecord record :
          installation.parts().journal(store, target.name(), JOURNAL, believed)) {
        if (PROOFS.contains(record.kind())) {
          verdicts.putIfAbsent(record.backupId(), record.verdict());
        }
      }
      Archive archive = new Archive(store, target.name(), believed.trustedKeys());
      Holds holds = new Holds(store, target.name(), believed.trustedKeys());
      Map<String, String> held = holds.held();
      Map<String, List<String>> labels = holds.labels();
      List<String> ids = archive.ids().reversed();
      for (String id : ids.subList(0, Math.min(most, ids.size()))) {
        Verdict verdict = verdicts.get(id);
        entries.add(
            entry(archive, id, verdict == null ? "" : verdict.name())
                .with(held.getOrDefault(id, ""), labels.getOrDefault(id, List.of())));
      }
    }
    return entries;
  }

  private static Entry entry(Archive archive, String id, String verified)
      throws DrillbookException, InterruptedException {
    try {
      Manifest manifest = archive.manifest(id);
      return new Entry(
          id,
          manifest.kind(),
          manifest.parent(),
          manifest.records(),
          manifest.storedBytes(),
          manifest.asOf(),
          verified,
          "",
          "",
          List.of());
    } catch (DrillbookException e) {
      if (e.kind() == FailureKind.CORRUPT) {
        return new Entry(
            id, "", "", 0, 0, null, verified, String.valueOf(e.getMessage()), "", List.of());
      }
      throw e;
    }
  }
}
