package drillbook.prune;

import drillbook.archive.Archive;
import drillbook.check.Finding;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.hold.Holds;
import drillbook.journal.Journal;
import drillbook.manifest.SigningKey;
import drillbook.manifest.TrustedKeys;
import drillbook.notice.Figures;
import drillbook.prune.Stock.Item;
import drillbook.store.VersionedStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Deletes what no kept backup needs. Each step can be repeated in another process: a backup loses
 * its manifest first, and does not exist any more; what it alone needed goes after, and what a
 * crash leaves in between, the next attempt finds. One object a step; one thread.
 */
public final class Prune {
  private static final int MOST_LOCKED = 10;

  private final Archive archive;
  private final Journal journal;
  private final SigningKey key;
  private final TrustedKeys trusted;
  private final Consumer<String> progress;
  private final List<String> locked = new ArrayList<>();
  private long objects;
  private long bytes;

  /**
   * Looks at the store when asked, not before.
   *
   * @param key signs the plan
   * @param trusted whose documents are believed
   * @param progress told how far it is, without names of records
   */
  public Prune(
      Archive archive,
      Journal journal,
      SigningKey key,
      TrustedKeys trusted,
      Consumer<String> progress) {
    this.archive = archive;
    this.journal = journal;
    this.key = key;
    this.trusted = trusted;
    this.progress = progress;
  }

  /** Decides what stays. Writes the plan into the store unless it is a dry run. */
  public PrunePlan plan(PruneRun run) throws DrillbookException, InterruptedException {
    Survey survey = survey(run, Stock.of(archive.store()));
    List<Fate> fates = survey.decide();
    List<String> notes = new ArrayList<>();
    int more = doomed(fates).size() - PruneFile.MOST_DOOMED;
    if (more > 0) {
      notes.add(
          "one prune deletes "
              + Figures.counted(PruneFile.MOST_DOOMED, "backup")
              + " at most; "
              + Figures.count(more)
              + " more go with the next one");
      List<String> newest = doomed(fates).reversed().subList(0, more);
      newest.forEach(id -> survey.pin(id, "too many for one prune: the next one goes on"));
      fates = survey.decide();
    }
    List<Item> sweep = survey.sweep(fates);
    List<String> doomed = doomed(fates);
    long size = sweep.stream().mapToLong(Item::bytes).sum();
    noteLeftovers(sweep, fates, survey).ifPresent(notes::add);
    if (!run.request().dryRun()) {
      put(run, new PruneFile(run.run(), doomed, size, sweep.size(), kept(fates)));
    }
    return new PrunePlan(
        run.request().target(),
        run.request().dryRun() ? "" : PruneFile.key(run),
        fates.size() - doomed.size(),
        doomed.size(),
        sweep.size(),
        size,
        lines(fates, survey, sweep),
        some(survey.findings()),
        notes);
  }

  /**
   * Deletes what the plan says, and of that only what is still needed by nobody.
   *
   * @param repeated whether an earlier attempt may have deleted some of it
   */
  public PruneResult delete(PruneRun run, boolean repeated)
      throws DrillbookException, InterruptedException {
    PruneFile plan = PruneFile.read(archive.store(), run, trusted);
    Set<String> planned = new HashSet<>(plan.doomed());
    Map<String, String> spared = new TreeMap<>();
    Stock stock = Stock.of(archive.store());

    Survey before = survey(run, stock);
    List<Fate> fates = onlyPlanned(before, planned);
    if (repeated) {
      List<Item> left = before.sweep(fates);
      objects = Math.max(0, plan.objects() - left.size());
      bytes = Math.max(0, plan.bytes() - left.stream().mapToLong(Item::bytes).sum());
    }
    for (Fate fate : fates) {
      if (fate.kept() && planned.contains(fate.backupId())) {
        spared.put(fate.backupId(), String.join("; ", fate.reasons()));
      }
    }
    // The newest first: no increment is ever there without what it rests on.
    for (Fate fate : fates) {
      Optional<Item> manifest = before.manifestItem(fate.backupId());
      if (!fate.kept() && manifest.isPresent()) {
        progress.accept("deleting backups");
        remove(stock, manifest.get()).ifPresent(lock -> spared.put(fate.backupId(), lock));
      }
    }

    Survey after = survey(run, stock);
    spared.forEach(after::pin);
    for (String id : after.running().needed()) {
      if (planned.contains(id) && !spared.containsKey(id)) {
        // A run began to need it while it went. That run fails, for want of the manifest; it does
        // not find half a backup.
        after.spareUpTo(id);
      }
    }
    int done = 0;
    List<Fate> left = onlyPlanned(after, planned);
    List<Item> sweep = after.sweep(left);
    for (Item item : sweep) {
      progress.accept("deleted " + done++ + " of " + sweep.size() + " objects");
      Optional<String> lock = remove(stock, item);
      lock.ifPresent(words -> locked.add(item.key() + " is " + words));
    }
    List<String> notes = new ArrayList<>(lockedWords());
    tier(run, after.wanted(left)).ifPresent(notes::add);
    return new PruneResult(
        plan.doomed().size() - spared.size(),
        objects,
        bytes,
        spared.entrySet().stream()
            .limit(PrunePlan.MOST)
            .map(entry -> new PruneLine(entry.getKey(), true, entry.getValue(), 0))
            .toList(),
        some(after.findings()),
        notes);
  }

  private Optional<String> tier(PruneRun run, Set<String> wanted)
      throws DrillbookException, InterruptedException {
    Duration after = run.request().retention().infrequentAfter();
    if (after.isZero()) {
      return Optional.empty();
    }
    Optional<VersionedStore> store = VersionedStore.of(archive.store());
    if (store.isEmpty()) {
      return Optional.of("the store has no class for infrequent access: nothing was moved");
    }
    Tiering tiering = new Tiering(store.get(), archive.target(), progress);
    return tiering.move(tiering.ageing(wanted, run.at().minus(after)), run.at());
  }

  private Survey survey(PruneRun run, Stock stock) throws DrillbookException, InterruptedException {
    progress.accept("looking at what is stored and what is needed");
    Survey survey = new Survey(archive, stock, journal, run.request().retention(), run.at());
    new Holds(archive.store(), archive.target(), trusted).held().forEach(survey::pin);
    return survey;
  }

  /** What became superfluous since the plan was made, the next prune takes. */
  private static List<Fate> onlyPlanned(Survey survey, Set<String> planned)
      throws DrillbookException, InterruptedException {
    for (String id : doomed(survey.decide())) {
      if (!planned.contains(id)) {
        survey.pin(id, "not in this run's plan");
      }
    }
    return survey.decide();
  }

  private Optional<String> remove(Stock stock, Item item)
      throws DrillbookException, InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("prune of " + archive.target());
    }
    Optional<String> lock = stock.remove(item);
    if (lock.isEmpty()) {
      objects++;
      bytes += item.bytes();
    }
    return lock;
  }

  /**
   * Puts the plan; an earlier attempt's gives way, since nothing is deleted before this returns.
   */
  private void put(PruneRun run, PruneFile file) throws DrillbookException, InterruptedException {
    byte[] envelope = file.seal(key);
    try {
      archive.store().putNew(PruneFile.key(run), envelope);
    } catch (DrillbookException e) {
      if (e.kind() != FailureKind.CONFLICT) {
        throw e;
      }
      archive.store().delete(PruneFile.key(run));
      archive.store().putNew(PruneFile.key(run), envelope);
    }
  }

  /** Returns the ids of backups that go, oldest first. */
  private static List<String> doomed(List<Fate> fates) {
    return fates.reversed().stream().filter(fate -> !fate.kept()).map(Fate::backupId).toList();
  }

  private static List<PruneFile.Kept> kept(List<Fate> fates) {
    return fates.stream()
        .filter(Fate::kept)
        .limit(PruneFile.MOST_KEPT)
        .map(fate -> new PruneFile.Kept(fate.backupId(), fate.reasons()))
        .toList();
  }

  private static List<PruneLine> lines(List<Fate> fates, Survey survey, List<Item> sweep) {
    SortedMap<String, Long> goes = survey.bytesByBackup(sweep);
    SortedMap<String, Long> lies = survey.bytesByBackup();
    List<PruneLine> lines = new ArrayList<>();
    fates.stream()
        .filter(fate -> !fate.kept())
        .limit(PrunePlan.MOST)
        .forEach(fate ->
            lines.add(
                new PruneLine(fate.backupId(), false, "", goes.getOrDefault(fate.backupId(), 0L))));
    fates.stream()
        .filter(Fate::kept)
        .limit(PrunePlan.MOST)
        .forEach(fate ->
            lines.add(
                new PruneLine(
                    fate.backupId(),
                    true,
                    String.join("; ", fate.reasons()),
                    lies.getOrDefault(fate.backupId(), 0L)
                        - goes.getOrDefault(fate.backupId(), 0L))));
    return lines;
  }

  private static Optional<String> noteLeftovers(List<Item> sweep, List<Fate> fates, Survey survey) {
    Set<String> known = new HashSet<>();
    fates.stream().filter(fate -> !fate.kept()).forEach(fate -> known.add(fate.backupId()));
    long count = 0;
    long size = 0;
    for (Item item : sweep) {
      if (!known.contains(survey.backupOf(item))) {
        count++;
        size += item.bytes();
      }
    }
    return count == 0
        ? Optional.empty()
        : Optional.of(
            Figures.counted(count, "object")
                + " ("
                + Figures.bytes(size)
                + ") of earlier prunes and of runs that ended without a backup");
  }

  private static List<Finding> some(List<Finding> findings) {
    return findings.stream().limit(PrunePlan.MOST_WORDS).toList();
  }

  private List<String> lockedWords() {
    List<String> words = new ArrayList<>(locked.stream().limit(MOST_LOCKED).toList());
    if (locked.size() > MOST_LOCKED) {
      words.add("and " + (locked.size() - MOST_LOCKED) + " more objects are locked");
    }
    return words;
  }
}
