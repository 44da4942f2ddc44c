package drillbook.prune;

import drillbook.archive.Archive;
import drillbook.archive.Keys;
import drillbook.backup.BackupId;
import drillbook.check.Finding;
import drillbook.check.FindingCode;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.journal.Journal;
import drillbook.manifest.Manifest;
import drillbook.prune.Stock.Item;
import drillbook.runbook.Retention;
import drillbook.store.ArtifactStore.Stored;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What of a target stays and what goes at one moment: everything below its backups that no kept
 * backup needs.
 *
 * <p>The order of reading misses nothing: artifacts first, then intents, then manifests. An
 * artifact that was seen was written under an intent, which is there still, or gave way to a
 * manifest.
 */
final class Survey {
  private static final String MANIFEST = "/manifest.json";

  private final Archive archive;
  private final Stock stock;
  private final Needs needs;
  private final Retention retention;
  private final Instant now;
  private final SortedMap<String, Item> items;
  private final Running running;
  private final Proven proven;
  private final SortedMap<String, Manifest> manifests = new TreeMap<>();
  private final SortedMap<String, String> doubts = new TreeMap<>();
  private final Map<String, Set<String>> needed = new HashMap<>();
  private final Map<String, List<String>> pins = new HashMap<>();
  private final Set<String> hidden = new TreeSet<>();
  private String floor = "";

  /** Looks at a target's store. */
  Survey(Archive archive, Stock stock, Journal journal, Retention retention, Instant now)
      throws DrillbookException, InterruptedException {
    this.archive = archive;
    this.stock = stock;
    this.needs = new Needs(archive.store());
    this.retention = retention;
    this.now = now;
    this.items = stock.below(Keys.backups(archive.target()));
    this.running = Running.read(archive.store(), archive.target(), now);
    for (String id : archive.ids()) {
      open(id);
    }
    for (Item item : items.values()) {
      String id = folder(item.key());
      if (item.hidden() && item.key().endsWith(id + MANIFEST) && BackupId.isId(id)) {
        hidden.add(id);
      }
    }
    Instant oldest =
        manifests.keySet().stream().map(this::begun).min(Instant::compareTo).orElse(now);
    this.proven = Proven.read(journal, oldest);
  }

  private void open(String id) throws DrillbookException, InterruptedException {
    try {
      manifests.put(id, archive.manifest(id));
    } catch (DrillbookException e) {
      if (e.kind() == FailureKind.CORRUPT) {
        doubts.put(id, String.valueOf(e.getMessage()));
      } else if (e.kind() != FailureKind.NOT_FOUND) {
        throw e;
      }
    }
  }

  /** Keeps a backup whatever the retention says. */
  void pin(String backupId, String why) {
    pins.computeIfAbsent(backupId, id -> new ArrayList<>()).add(why);
  }

  /** Leaves alone all that lies in the folders of a backup and of older ones. */
  void spareUpTo(String backupId) {
    floor = floor.compareTo(backupId) > 0 ? floor : backupId;
  }

  Running running() {
    return running;
  }

  Optional<Item> manifestItem(String backupId) {
    return Optional.ofNullable(items.get(Keys.manifest(archive.target(), backupId)));
  }

  /**
   * Returns the fate of each backup that can be read, newest first, and reads what kept ones need.
   */
  List<Fate> decide() throws DrillbookException, InterruptedException {
    while (true) {
      List<Fate> fates = RetentionRule.decide(facts(), retention, now);
      int before = doubts.size() + pins.values().stream().mapToInt(List::size).sum();
      for (Fate fate : fates) {
        if (fate.kept()) {
          need(fate.backupId());
        } else {
          askForLock(fate.backupId());
        }
      }
      if (before == doubts.size() + pins.values().stream().mapToInt(List::size).sum()) {
        return fates;
      }
    }
  }

  private void need(String id) throws DrillbookException, InterruptedException {
    Manifest manifest = manifests.get(id);
    if (manifest == null || needed.containsKey(id) || doubts.containsKey(id)) {
      return;
    }
    try {
      needed.put(id, needs.of(manifest));
    } catch (DrillbookException e) {
      if (e.kind() != FailureKind.CORRUPT && e.kind() != FailureKind.NOT_FOUND) {
        throw e;
      }
      doubts.put(id, String.valueOf(e.getMessage()));
    }
  }

  private void askForLock(String id) throws DrillbookException, InterruptedException {
    Optional<Item> item = manifestItem(id);
    if (item.isPresent()) {
      stock.lock(item.get(), now).ifPresent(lock -> pin(id, "its manifest is " + lock));
    }
  }

  private List<BackupFacts> facts() {
    boolean nobodyKnows = !running.unreadable().isEmpty();
    boolean proofKnown =
        proven.broken().isEmpty()
            || manifests.keySet().stream()
                .anyMatch(id -> proven.of(id) == BackupFacts.Proof.PASSED);
    List<BackupFacts> facts = new ArrayList<>();
    Set<String> ids = new TreeSet<>(manifests.keySet());
    ids.addAll(doubts.keySet());
    for (String id : ids) {
      Manifest manifest = manifests.get(id);
      List<String> reasons = new ArrayList<>(pins.getOrDefault(id, List.of()));
      reasons.addAll(running.needing(id));
      if (nobodyKnows) {
        reasons.add("a running backup or restore may need it, whose intent cannot be read");
      }
      if (!proofKnown) {
        reasons.add("the journal cannot be read: it may be the newest verified one");
      }
      facts.add(
          new BackupFacts(
              id,
              begun(id),
              !doubts.containsKey(id),
              proven.of(id),
              manifest == null ? Set.of() : restsOn(manifest),
              reasons));
    }
    return facts;
  }

  /** Returns the earlier backups whose lists an increment folds; a full stands on its own list. */
  private Set<String> restsOn(Manifest manifest) {
    Set<String> below = new HashSet<>();
    if (!manifest.parent().isEmpty() && manifest.kind().equals(Manifest.INCREMENTAL)) {
      below.add(manifest.parent());
      for (Stored list : manifest.segmentLists()) {
        below.add(folder(list.key()));
      }
      below.remove(manifest.backupId());
    }
    return below;
  }

  private Instant begun(String id) {
    try {
      return new BackupId(id).startedAt();
    } catch (DateTimeException e) {
      // No clock of ours made that name; it is as new as can be.
      return now;
    }
  }

  /**
   * Returns what nobody needs.
   *
   * @param fates what {@link #decide} said
   */
  List<Item> sweep(List<Fate> fates) throws DrillbookException, InterruptedException {
    Set<String> wanted = wanted(fates);
    String untouched = floor;
    for (Fate fate : fates) {
      if (doubts.containsKey(fate.backupId())) {
        untouched = untouched.compareTo(fate.backupId()) > 0 ? untouched : fate.backupId();
      }
    }
    Set<String> leftAlone = new HashSet<>(running.captures());
    leftAlone.addAll(hiddenKept());
    List<Item> sweep = new ArrayList<>();
    if (running.unreadable().isEmpty()) {
      for (Item item : items.values()) {
        String id = folder(item.key());
        if (BackupId.isId(id)
            && id.compareTo(untouched) > 0
            && !leftAlone.contains(id)
            && !wanted.contains(item.key())) {
          sweep.add(item);
        }
      }
    }
    sweep.addAll(workOfEndedRuns());
    return sweep;
  }

  /** Returns the keys that kept backups need, as far as they are known. */
  Set<String> wanted(List<Fate> fates) {
    Set<String> wanted = new HashSet<>();
    for (Fate fate : fates) {
      if (fate.kept() && !doubts.containsKey(fate.backupId())) {
        wanted.addAll(needed.getOrDefault(fate.backupId(), Set.of()));
      }
    }
    return wanted;
  }

  /** Returns what captures left that ended long ago, and versions of what runs deleted. */
  private List<Item> workOfEndedRuns() throws DrillbookException, InterruptedException {
    String intents = Keys.intents(archive.target());
    Set<String> stale = new HashSet<>(running.stale());
    List<Item> left = new ArrayList<>();
    for (Item item : stock.below(intents).values()) {
      String name = item.key().substring(intents.length()).split("[./]", 2)[0];
      if (item.hidden() || stale.contains(name)) {
        left.add(item);
      }
    }
    return left;
  }

  /**
   * Returns backups that somebody deleted past us, of which the store keeps versions: they stay for
   * as long as the retention would have kept them, since that is what versions are for.
   */
  Set<String> hiddenKept() {
    if (hidden.isEmpty()) {
      return Set.of();
    }
    List<BackupFacts> facts = new ArrayList<>(facts());
    for (String id : hidden) {
      if (facts.stream().noneMatch(known -> known.id().equals(id))) {
        facts.add(new BackupFacts(id, begun(id), true, proven.of(id), Set.of(), List.of()));
      }
    }
    Set<String> kept = new TreeSet<>();
    for (Fate fate : RetentionRule.decide(facts, retention, now)) {
      if (fate.kept() && hidden.contains(fate.backupId())) {
        kept.add(fate.backupId());
      }
    }
    return kept;
  }

  /** Returns what is wrong and kept things from being deleted. */
  List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    doubts.forEach((id, why) ->
        findings.add(
            new Finding(
                FindingCode.MANIFEST_NOT_AUTHENTIC,
                id + " stays, with all that is older: nobody can tell what it needs: " + why,
                "Verify it: drillbook verify "
                    + archive.target()
                    + " --backup "
                    + id
                    + ". If it is lost, delete its manifest.json by hand.")));
    for (String key : running.unreadable()) {
      findings.add(
          new Finding(
              FindingCode.ARTIFACT_CORRUPT,
              "nothing was deleted: the intent " + key + " cannot be read",
              "If no backup and no restore is running, delete it by hand."));
    }
    proven.broken().ifPresent(findings::add);
    for (String id : hiddenKept()) {
      findings.add(
          new Finding(
              FindingCode.ARTIFACT_MISSING,
              "the manifest of " + id + " was deleted past Drillbook; its versions are kept",
              "Remove the delete markers below "
                  + Keys.backup(archive.target(), id)
                  + " to get it back, or delete its versions by hand."));
    }
    return findings;
  }

  /** Returns the bytes that lie in each backup's folder, of all versions. */
  SortedMap<String, Long> bytesByBackup() {
    return bytesByBackup(items.values());
  }

  /** Returns the bytes of some items by the backup in whose folder they lie. */
  SortedMap<String, Long> bytesByBackup(Collection<Item> some) {
    SortedMap<String, Long> bytes = new TreeMap<>();
    some.forEach(item -> bytes.merge(backupOf(item), item.bytes(), Long::sum));
    return bytes;
  }

  /** Returns the backup in whose folder an item lies; an empty string for another place. */
  String backupOf(Item item) {
    return item.key().startsWith(Keys.backups(archive.target())) ? folder(item.key()) : "";
  }

  /** Returns the backup that an artifact's key names. */
  private String folder(String key) {
    String rest = key.substring(Keys.backups(archive.target()).length());
    int slash = rest.indexOf('/');
    return slash < 0 ? "" : rest.substring(0, slash);
  }
}
