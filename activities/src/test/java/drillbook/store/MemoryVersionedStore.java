package drillbook.store;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A store in memory with storage classes and locks, and one version of each artifact. */
public final class MemoryVersionedStore extends MemoryArtifactStore implements VersionedStore {
  /** The classes of artifacts that are not in the usual one, by key. */
  public final Map<String, String> classes = new HashMap<>();

  /** The keys of artifacts that are locked for ever. */
  public final Set<String> locked = new HashSet<>();

  /** Whether the store has no class but the usual one. */
  public boolean oneClassOnly;

  @Override
  public Versioning versioning() {
    return Versioning.ON;
  }

  @Override
  public List<Version> versions(String prefix) throws DrillbookException, InterruptedException {
    List<Version> versions = new ArrayList<>();
    for (Listed listed : list(prefix, "", Integer.MAX_VALUE)) {
      String key = listed.key();
      versions.add(
          new Version(key, "1", listed.bytes(), true, false, classes.getOrDefault(key, "")));
    }
    return versions;
  }

  @Override
  public boolean delete(Version version) throws DrillbookException, InterruptedException {
    return !locked.contains(version.key()) && delete(version.key());
  }

  @Override
  public void moveToInfrequentAccess(Version version) throws DrillbookException {
    if (oneClassOnly) {
      throw new DrillbookException(FailureKind.UNSUPPORTED, "there is one class only", "Leave it.");
    }
    classes.put(version.key(), "STANDARD_IA");
  }

  @Override
  public Optional<Lock> lock(Version version) {
    return locked.contains(version.key())
        ? Optional.of(new Lock("under legal hold", Instant.MAX))
        : Optional.empty();
  }
}
