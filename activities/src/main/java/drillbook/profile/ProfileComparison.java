package drillbook.profile;

import drillbook.archive.Archive;
import drillbook.archive.Artifacts;
import drillbook.archive.PartId;
import drillbook.check.Finding;
import drillbook.drift.DriftFindings;
import drillbook.drift.DriftRule;
import drillbook.drift.DriftRule.Move;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.manifest.Catalog;
import drillbook.manifest.Manifest;
import drillbook.store.ArtifactStore.Stored;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Compares what a backup says of its records with what the newest backup before it said, tenant by
 * tenant, and each collection as a whole: many small tenants say something together that none says
 * alone. Parts are matched by name, since a collection whose columns changed has another number.
 */
public final class ProfileComparison {
  private final Archive archive;
  private final DriftRule rule;

  /** Looks at the store when asked, not before. */
  public ProfileComparison(Archive archive, DriftRule rule) {
    this.archive = archive;
    this.rule = rule;
  }

  /** A tenant by its names. */
  private record Name(String collection, String tenant) implements Comparable<Name> {
    private static final Comparator<Name> ORDER =
        Comparator.comparing(Name::collection).thenComparing(Name::tenant);

    @Override
    public int compareTo(Name other) {
      return ORDER.compare(this, other);
    }

    String words() {
      return tenant.isEmpty() ? collection : collection + " tenant " + tenant;
    }
  }

  /** What a backup says of one tenant: its records, and its vectors by name. */
  private record Figures(long records, SortedMap<String, VectorFigures> vectors) {}

  /** Returns what moved too far since the backup before; nothing where there is none. */
  public List<Finding> against(String backupId) throws DrillbookException, InterruptedException {
    Manifest manifest = archive.manifest(backupId);
    Optional<Manifest> earlier = earlier(manifest);
    if (earlier.isEmpty()) {
      return List.of();
    }
    SortedMap<Name, Figures> before = figures(earlier.get());
    SortedMap<Name, Figures> now = figures(manifest);
    DriftFindings findings = new DriftFindings(earlier.get().backupId());
    Set<String> several = withSeveralTenants(before.keySet());
    judgeVectors(collections(before, several), collections(now, several), findings);
    judgeVectors(before, now, findings);
    before.forEach((name, figures) -> {
      long records = now.containsKey(name) ? find(now, name).records() : 0;
      findings.add(name.words(), rule.judge("records", figures.records(), records));
    });
    return findings.findings();
  }

  private static Figures find(SortedMap<Name, Figures> figures, Name name) {
    return figures.getOrDefault(name, new Figures(0, new TreeMap<>()));
  }

  /** Returns the newest backup before this one that has a profile. */
  private Optional<Manifest> earlier(Manifest manifest)
      throws DrillbookException, InterruptedException {
    try {
      return Optional.of(
          archive.newest(
              candidate ->
                  !candidate.profile().isEmpty()
                      && candidate.startedAt().isBefore(manifest.startedAt()),
              "an earlier one with a profile"));
    } catch (DrillbookException e) {
      if (e.kind() == FailureKind.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private void judgeVectors(
      SortedMap<Name, Figures> before, SortedMap<Name, Figures> now, DriftFindings findings) {
    before.forEach((name, figures) -> {
      Figures others = find(now, name);
      figures
          .vectors()
          .forEach((vector, old) -> {
            if (!others.vectors().containsKey(vector)) {
              return;
            }
            VectorFigures fresh = others.vectors().getOrDefault(vector, old);
            String place = name.words() + (vector.isEmpty() ? "" : " vector '" + vector + "'");
            findings.add(place, judge(figures.records(), others.records(), old, fresh));
          });
    });
  }

  private List<Move> judge(
      long recordsBefore, long recordsNow, VectorFigures before, VectorFigures now) {
    List<Move> moves = rule.judge(before.summary(), now.summary(), before.cosineDistance(now));
    boolean recordsStay = rule.judge("records", recordsBefore, recordsNow).isEmpty();
    if (moves.isEmpty() && recordsStay) {
      // Records without their vectors are counted as before, and found by no search.
      return rule.judge("vectors", before.summary().count(), now.summary().count());
    }
    return moves;
  }

  private static Set<String> withSeveralTenants(Set<Name> names) {
    Set<String> seen = new HashSet<>();
    Set<String> several = new HashSet<>();
    for (Name name : names) {
      if (!seen.add(name.collection())) {
        several.add(name.collection());
      }
    }
    return several;
  }

  /** Returns some collections as a whole. */
  private static SortedMap<Name, Figures> collections(
      SortedMap<Name, Figures> figures, Set<String> meant) {
    SortedMap<Name, Figures> collections = new TreeMap<>();
    figures.forEach((name, tenant) -> {
      if (meant.contains(name.collection())) {
        collections.merge(new Name(name.collection(), ""), tenant, ProfileComparison::plus);
      }
    });
    return collections;
  }

  private static Figures plus(Figures left, Figures right) {
    SortedMap<String, VectorFigures> vectors = new TreeMap<>(left.vectors());
    right.vectors().forEach((name, figures) -> vectors.merge(name, figures, VectorFigures::plus));
    return new Figures(left.records() + right.records(), vectors);
  }

  private SortedMap<Name, Figures> figures(Manifest manifest)
      throws DrillbookException, InterruptedException {
    Stored catalogFile = manifest.catalog();
    Catalog catalog =
        Catalog.decode(Artifacts.read(archive.store(), catalogFile), catalogFile.key());
    Map<PartId, SortedMap<String, VectorFigures>> vectors = new TreeMap<>();
    for (Stored file : manifest.profile()) {
      BackupProfile profile =
          BackupProfile.decode(Artifacts.read(archive.store(), file), file.key());
      for (BackupProfile.Part part : profile.parts()) {
        SortedMap<String, VectorFigures> byName = new TreeMap<>();
        part.vectors().forEach(vector -> byName.put(vector.name(), VectorFigures.of(vector)));
        vectors.put(new PartId(part.collection(), part.tenant()), byName);
      }
    }
    SortedMap<Name, Figures> figures = new TreeMap<>();
    for (Manifest.Part part : manifest.parts()) {
      PartId id = new PartId(part.collection(), part.tenant());
      name(catalog, id)
          .ifPresent(name ->
              figures.put(
                  name, new Figures(part.count(), vectors.getOrDefault(id, new TreeMap<>()))));
    }
    return figures;
  }

  private static Optional<Name> name(Catalog catalog, PartId part) {
    return catalog.collections().stream()
        .filter(entry -> entry.number() == part.collection())
        .filter(entry -> part.tenant() < entry.tenants().size())
        .map(entry -> new Name(entry.schema().name().path(), entry.tenants().get(part.tenant())))
        .findFirst();
  }
}
