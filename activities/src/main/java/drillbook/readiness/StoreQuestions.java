package drillbook.readiness;

import drillbook.engine.Requirement;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.store.ArtifactStore;
import drillbook.store.StoreClock;
import drillbook.store.StreamFailure;
import drillbook.store.VersionedStore;
import drillbook.store.VersionedStore.Versioning;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * Whether a store keeps what backups rest on, proven by doing it with one small artifact below
 * {@code <target>/checks/}: a store that only claims to refuse a second put is found here and not
 * on the day when two runs meet.
 */
final class StoreQuestions {
  /** S3 refuses signatures at 15 minutes; ages and retention are wrong long before. */
  private static final Duration SKEW = Duration.ofMinutes(1);

  private final String target;
  private final ArtifactStore store;
  private final InstantSource clock;

  StoreQuestions(String target, ArtifactStore store, InstantSource clock) {
    this.target = target;
    this.store = store;
    this.clock = clock;
  }

  List<Requirement> requirements() throws InterruptedException {
    List<Requirement> requirements = new ArrayList<>();
    String key = target + "/checks/" + UUID.randomUUID();
    byte[] first = ("first " + key).getBytes(StandardCharsets.UTF_8);
    boolean written = false;
    try {
      store.putNew(key, first);
      written = true;
      requirements.add(Requirement.met("write", store.location()));
    } catch (DrillbookException e) {
      requirements.add(Readiness.failed("write", e));
    }
    if (written) {
      requirements.addAll(Readiness.asked("never overwrites", () -> secondPut(key, first)));
      requirements.addAll(Readiness.asked("read and list", () -> read(key, first)));
      requirements.addAll(Readiness.asked("delete", () -> delete(key)));
    } else {
      String advice = "Nothing was asked further: mend writing first, and ask again.";
      for (String subject : List.of("never overwrites", "read and list", "delete")) {
        requirements.add(Requirement.unknown(subject, "nothing could be written", advice));
      }
    }
    requirements.addAll(Readiness.asked("versions", this::versions));
    requirements.addAll(Readiness.asked("clock", this::clockSkew));
    return requirements;
  }

  /** Other bytes under the same key must be refused, and the first must still be there. */
  private List<Requirement> secondPut(String key, byte[] first)
      throws DrillbookException, InterruptedException {
    try {
      store.putNew(key, ("second " + key).getBytes(StandardCharsets.UTF_8));
    } catch (DrillbookException e) {
      if (e.kind() != FailureKind.CONFLICT) {
        throw e;
      }
      return List.of(
          holds(key, first)
              ? Requirement.met("never overwrites", "a second put was refused")
              : overwritten("a second put was refused, and yet the first bytes are gone"));
    }
    return List.of(overwritten("a second put of other bytes was accepted"));
  }

  private static Requirement overwritten(String found) {
    return Requirement.missing(
        "never overwrites",
        found,
        "This store does not obey conditional puts (If-None-Match): two runs could overwrite each"
            + " other's artifacts. Use another store, or a newer version of this one.");
  }

  private List<Requirement> read(String key, byte[] first)
      throws DrillbookException, InterruptedException {
    boolean listed =
        store.list(target + "/checks/", "", 1000).stream()
            .anyMatch(each -> each.key().equals(key) && each.bytes() == first.length);
    return List.of(
        listed && holds(key, first)
            ? Requirement.met("read and list", "what was put is listed and read at once")
            : Requirement.missing(
                "read and list",
                "what was put is " + (listed ? "read with other bytes" : "not listed"),
                "Backups rest on a store that shows at once what it took: use another one."));
  }

  private boolean holds(String key, byte[] bytes) throws DrillbookException, InterruptedException {
    try (InputStream in = store.read(key, 0, -1)) {
      return Arrays.equals(in.readAllBytes(), bytes);
    } catch (IOException e) {
      throw StreamFailure.of("read " + key, e);
    }
  }

  private List<Requirement> delete(String key) throws DrillbookException, InterruptedException {
    boolean deleted = store.delete(key);
    // Where versions are kept, what the check wrote is not left behind if that can be helped.
    VersionedStore.of(store).ifPresent(face -> forget(face, key));
    return List.of(
        deleted
            ? Requirement.met("delete", "for prunes, and for what failed runs leave")
            : Requirement.missing(
                "delete",
                "what was put could not be found again to be deleted",
                "Let prunes run by who may: drillbook prune --help"));
  }

  private static void forget(VersionedStore face, String key) {
    try {
      for (VersionedStore.Version version :
          face.versions(key.substring(0, key.lastIndexOf('/') + 1))) {
        if (version.key().equals(key)) {
          face.delete(version);
        }
      }
    } catch (DrillbookException e) {
      // Who may not delete versions leaves some bytes; that is what versions are kept for.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<Requirement> versions() throws DrillbookException, InterruptedException {
    if (VersionedStore.of(store).isEmpty()) {
      return List.of(
          Requirement.unknown(
              "versions",
              "a folder keeps none by itself",
              "Whoever may write there can delete a backup for good: take snapshots of the file"
                  + " system, or use a bucket that keeps versions."));
    }
    Versioning versioning = VersionedStore.of(store).get().versioning();
    return List.of(
        versioning == Versioning.ON
            ? Requirement.met("versions", "the bucket keeps them")
            : Requirement.missing(
                "versions",
                "the bucket keeps none (" + versioning + "): what is deleted there is gone",
                "Turn versioning on for the bucket, and let a lifecycle rule end old versions."));
  }

  private List<Requirement> clockSkew() throws DrillbookException, InterruptedException {
    if (!(store instanceof StoreClock face)) {
      return List.of(
          Requirement.unknown(
              "clock", "the store does not tell its time", "Keep this machine's clock by NTP."));
    }
    Duration skew = Duration.between(clock.instant(), face.time());
    String words = skew.abs().toSeconds() + " s " + (skew.isNegative() ? "behind" : "ahead of");
    return List.of(
        skew.abs().compareTo(SKEW) <= 0
            ? Requirement.met("clock", "the store's is " + words + " ours")
            : Requirement.missing(
                "clock",
                "the store's is " + words + " ours",
                "Set both by NTP: recovery points, retention and signed requests rest on them."));
  }
}
