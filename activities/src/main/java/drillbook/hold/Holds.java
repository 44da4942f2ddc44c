package drillbook.hold;

import drillbook.archive.Archive;
import drillbook.archive.Artifacts;
import drillbook.backup.BackupId;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.hold.MarkRequest.Action;
import drillbook.journal.Journal;
import drillbook.journal.JournalRecord;
import drillbook.manifest.CanonicalJson;
import drillbook.manifest.Envelope;
import drillbook.manifest.SigningKey;
import drillbook.manifest.TrustedKeys;
import drillbook.store.ArtifactStore;
import drillbook.store.ArtifactStore.Listed;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What people say of backups: {@code <target>/holds/<backup>.json} and {@code
 * <target>/labels/<backup>.json}, signed. One that no trusted key signed still holds: to delete is
 * what cannot be taken back.
 */
public final class Holds {
  private static final String HOLD = "application/vnd.drillbook.hold+json;version=1";
  private static final String LABELS = "application/vnd.drillbook.labels+json;version=1";
  private static final int PAGE = 1000;
  private static final String SUFFIX = ".json";

  private final ArtifactStore store;
  private final String target;
  private final TrustedKeys trusted;

  /** Looks at the store when asked, not before. */
  public Holds(ArtifactStore store, String target, TrustedKeys trusted) {
    this.store = store;
    this.target = target;
    this.trusted = trusted;
  }

  /** A hold as it is signed; times as text, since it is for people. */
  record HoldFile(String backupId, String who, String words, String at) {}

  /** Labels as they are signed. */
  record LabelsFile(String backupId, List<String> labels, String who, String at) {
    LabelsFile {
      labels = List.copyOf(labels);
    }
  }

  /** Returns why each held backup is held, in words, by id. */
  public SortedMap<String, String> held() throws DrillbookException, InterruptedException {
    SortedMap<String, String> held = new TreeMap<>();
    for (Listed listed : documents("holds")) {
      String id = id(listed);
      try {
        HoldFile hold = open(HOLD, listed, HoldFile.class);
        String words = hold.words().isEmpty() ? "" : ": " + hold.words();
        held.put(
            id,
            hold.backupId().equals(id)
                ? "held by " + hold.who() + words
                : "held by a document of " + hold.backupId());
      } catch (DrillbookException e) {
        if (e.kind() == FailureKind.CORRUPT) {
          held.put(id, "held by a document that is not authentic");
        } else if (e.kind() != FailureKind.NOT_FOUND) {
          throw e;
        }
      }
    }
    return held;
  }

  /** Returns the labels of backups, by id; those that no trusted key signed are left out. */
  public SortedMap<String, List<String>> labels() throws DrillbookException, InterruptedException {
    SortedMap<String, List<String>> labels = new TreeMap<>();
    for (Listed listed : documents("labels")) {
      try {
        LabelsFile file = open(LABELS, listed, LabelsFile.class);
        if (file.backupId().equals(id(listed))) {
          labels.put(file.backupId(), file.labels());
        }
      } catch (DrillbookException e) {
        if (e.kind() != FailureKind.CORRUPT && e.kind() != FailureKind.NOT_FOUND) {
          throw e;
        }
      }
    }
    return labels;
  }

  /**
   * Does what is asked for; once more changes nothing.
   *
   * @throws DrillbookException NOT_FOUND when there is no such backup; what is no backup any more
   *     can still be released
   */
  public MarkReport mark(
      MarkRequest request, String run, Journal journal, SigningKey key, InstantSource clock)
      throws DrillbookException, InterruptedException {
    String id = request.backup();
    boolean exists = new Archive(store, target, trusted).exists(id);
    if (!exists && request.action() != Action.RELEASE) {
      throw new DrillbookException(
          FailureKind.NOT_FOUND,
          "there is no backup '" + id + "' of '" + target + "' in " + store.location(),
          "See: drillbook backups " + target);
    }
    // The journal first: what is said there and not done is done by the next attempt.
    journal.append(JournalRecord.marked(run, request));
    String at = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    switch (request.action()) {
      case HOLD ->
          replace(
              key("holds", id),
              Envelope.seal(
                  HOLD,
                  CanonicalJson.encode(new HoldFile(id, request.who(), request.words(), at)),
                  key));
      case RELEASE -> store.delete(key("holds", id));
      case LABEL -> {
        if (request.labels().isEmpty()) {
          store.delete(key("labels", id));
        } else {
          replace(
              key("labels", id),
              Envelope.seal(
                  LABELS,
                  CanonicalJson.encode(new LabelsFile(id, request.labels(), request.who(), at)),
                  key));
        }
      }
    }
    return new MarkReport(
        target,
        id,
        held().containsKey(id),
        request.who(),
        request.words(),
        Optional.ofNullable(labels().get(id)).orElse(List.of()));
  }

  /** A held backup stays held where its words are changed: the new document comes second. */
  private void replace(String key, byte[] document)
      throws DrillbookException, InterruptedException {
    try {
      store.putNew(key, document);
    } catch (DrillbookException e) {
      if (e.kind() != FailureKind.CONFLICT) {
        throw e;
      }
      store.delete(key);
      store.putNew(key, document);
    }
  }

  private List<Listed> documents(String folder) throws DrillbookException, InterruptedException {
    List<Listed> documents = new ArrayList<>();
    String after = "";
    while (true) {
      List<Listed> page = store.list(target + "/" + folder + "/", after, PAGE);
      for (Listed listed : page) {
        after = listed.key();
        if (BackupId.isId(id(listed))) {
          documents.add(listed);
        }
      }
      if (page.size() < PAGE) {
        return documents;
      }
    }
  }

  private <T> T open(String type, Listed listed, Class<T> file)
      throws DrillbookException, InterruptedException {
    byte[] envelope = Artifacts.read(store, listed.key(), Envelope.MAX_BYTES);
    return CanonicalJson.decode(Envelope.open(type, envelope, trusted), file, listed.key());
  }

  private String key(String folder, String backupId) {
    return target + "/" + folder + "/" + backupId + SUFFIX;
  }

  private static String id(Listed listed) {
    String name = listed.key().substring(listed.key().lastIndexOf('/') + 1);
    return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
  }
}
