package drillbook.store;

import drillbook.failure.DrillbookException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A store that can keep what was deleted or replaced as older versions, and lock them. Whether it
 * does so, {@link #versioning} says. Failures are those of {@link ArtifactStore}.
 */
public interface VersionedStore extends ArtifactStore {
  /** Returns this face of a store, if it has it. */
  static Optional<VersionedStore> of(ArtifactStore store) {
    return store instanceof VersionedStore versioned ? Optional.of(versioned) : Optional.empty();
  }

  /** Whether a store keeps versions. */
  enum Versioning {
    /** It never did: what is deleted is gone. */
    OFF,
    /** It did, and keeps those that it has. */
    SUSPENDED,
    /** It does. */
    ON
  }

  /**
   * One version of an artifact.
   *
   * @param key of the artifact
   * @param id of the version
   * @param bytes its length; 0 for a marker
   * @param current whether it is what a reader of the key meets
   * @param marker whether it only says that the artifact was deleted
   * @param storageClass the class that the store keeps it in; empty for the usual one
   */
  record Version(
      String key, String id, long bytes, boolean current, boolean marker, String storageClass) {}

  /**
   * What keeps a version from being deleted.
   *
   * @param words for people, with the time
   * @param until when it ends; {@link Instant#MAX} where somebody has to end it
   */
  record Lock(String words, Instant until) {}

  /** Tells whether versions are kept. */
  Versioning versioning() throws DrillbookException, InterruptedException;

  /**
   * Returns all versions of all artifacts below a prefix, sorted by key, the current one of a key
   * first. Of an artifact without versions there is one.
   *
   * @param prefix ends with a slash, or is empty
   */
  List<Version> versions(String prefix) throws DrillbookException, InterruptedException;

  /**
   * Deletes a version for good; returns false where it is locked. A lock is never bypassed.
   *
   * @throws DrillbookException DENIED when it is not locked and may not be deleted all the same
   */
  boolean delete(Version version) throws DrillbookException, InterruptedException;

  /**
   * Moves an artifact to the class for infrequent access, under the same key and with the same
   * bytes. Where versions are kept the one in the usual class goes, so that it is paid for once.
   *
   * @param version the current one of its key
   * @throws DrillbookException UNSUPPORTED when the store has no such class, or does not say
   *     afterwards that the artifact is in it
   */
  void moveToInfrequentAccess(Version version) throws DrillbookException, InterruptedException;

  /** Returns what keeps a version from being deleted, or kept it so up to some time. */
  Optional<Lock> lock(Version version) throws DrillbookException, InterruptedException;
}
