package drillbook.demo.calendar;

import drillbook.check.Verdict;
import drillbook.demo.calendar.SimulatedStore.Sealed;
import drillbook.prune.BackupFacts;
import drillbook.prune.BackupFacts.Proof;
import drillbook.prune.Fate;
import drillbook.prune.PruneActivities;
import drillbook.prune.PrunePlan;
import drillbook.prune.PruneResult;
import drillbook.prune.PruneRun;
import drillbook.prune.RetentionRule;
import drillbook.watch.WatchEvidence;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Prunes a store that holds no bytes, by the product's rule; its backups rest on no others. */
final class SimulatedRetention implements PruneActivities {
  private static final int OBJECTS = 4;
  private static final long BYTES = 2_560_000;

  private final SimulatedStore store;

  SimulatedRetention(SimulatedStore store) {
    this.store = store;
  }

  @Override
  public PrunePlan plan(PruneRun run) {
    List<Fate> fates = fates(run);
    int doomed = doomed(fates).size();
    return new PrunePlan(
        run.request().target(),
        "simulated",
        fates.size() - doomed,
        doomed,
        (long) doomed * OBJECTS,
        doomed * BYTES,
        List.of(),
        List.of(),
        List.of());
  }

  @Override
  public PruneResult delete(PruneRun run) {
    Set<String> doomed = doomed(fates(run));
    store.drop(doomed);
    return new PruneResult(
        doomed.size(),
        (long) doomed.size() * OBJECTS,
        doomed.size() * BYTES,
        List.of(),
        List.of(),
        List.of());
  }

  private List<Fate> fates(PruneRun run) {
    Map<String, Proof> proofs = new HashMap<>();
    for (WatchEvidence.Entry entry : store.journal("verify")) {
      proofs.put(
          entry.record().backupId(),
          entry.record().verdict() == Verdict.PASSED ? Proof.PASSED : Proof.FAILED);
    }
    return RetentionRule.decide(
        store.backups().stream().map(backup -> facts(backup, proofs)).toList(),
        run.request().retention(),
        run.at());
  }

  private static BackupFacts facts(Sealed backup, Map<String, Proof> proofs) {
    return new BackupFacts(
        backup.id(),
        backup.asOf(),
        true,
        proofs.getOrDefault(backup.id(), Proof.NONE),
        Set.of(),
        List.of());
  }

  private static Set<String> doomed(List<Fate> fates) {
    return fates.stream()
        .filter(fate -> !fate.kept())
        .map(Fate::backupId)
        .collect(Collectors.toUnmodifiableSet());
  }
}
