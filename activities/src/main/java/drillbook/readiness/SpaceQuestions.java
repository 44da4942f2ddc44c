package drillbook.readiness;

import drillbook.engine.Requirement;
import drillbook.failure.DrillbookException;
import drillbook.notice.Figures;
import drillbook.store.ArtifactStore;
import drillbook.store.ArtifactStore.Listed;
import drillbook.store.FreeSpace;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Whether disks have room for what the next backup or restore writes. */
final class SpaceQuestions {
  /** Below this a disk is full, whatever is to be written. */
  static final long LEAST = 1L << 30;

  private static final int PAGE = 1000;

  private final String target;

  SpaceQuestions(String target) {
    this.target = target;
  }

  /** Asks a store; buckets have no end, and nothing is said of them. */
  List<Requirement> ofStore(ArtifactStore store) throws DrillbookException, InterruptedException {
    if (!(store instanceof FreeSpace face)) {
      return List.of();
    }
    long largest = largestBackup(store);
    String found =
        largest == 0
            ? "no backup of this target tells how much one needs"
            : "the largest backup of this target has " + Figures.bytes(largest);
    return List.of(
        room(
            "free space",
            face.freeBytes(),
            Math.max(LEAST, largest),
            found,
            "Make room, or use another store: a full backup needs about what the largest one has."));
  }

  /** Asks for the folder where indexes and files lie while a procedure runs. */
  static List<Requirement> ofScratch(FreeSpace scratch)
      throws DrillbookException, InterruptedException {
    return List.of(
        room(
            "free scratch space",
            scratch.freeBytes(),
            LEAST,
            "on this machine, for indexes and files while a procedure runs",
            "Make room, or name another folder in drillbook.yaml: scratch: /path"));
  }

  private static Requirement room(
      String subject, long free, long needed, String found, String advice) {
    String words = Figures.bytes(free) + " free; " + found;
    return free >= needed
        ? Requirement.met(subject, words)
        : Requirement.missing(subject, words, advice);
  }

  /** Sums up what lies there, also of backups that were not sealed: they took that much room. */
  private long largestBackup(ArtifactStore store) throws DrillbookException, InterruptedException {
    String prefix = target + "/backups/";
    Map<String, Long> sizes = new HashMap<>();
    String after = "";
    List<Listed> page;
    do {
      page = store.list(prefix, after, PAGE);
      for (Listed listed : page) {
        String rest = listed.key().substring(prefix.length());
        sizes.merge(rest.split("/", 2)[0], listed.bytes(), Long::sum);
        after = listed.key();
      }
    } while (page.size() == PAGE);
    return sizes.values().stream().mapToLong(Long::longValue).max().orElse(0);
  }
}
