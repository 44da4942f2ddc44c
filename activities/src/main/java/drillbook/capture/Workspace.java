package drillbook.capture;

import drillbook.archive.Artifacts;
import drillbook.archive.Keys;
import drillbook.engine.CaptureNotes;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.manifest.CanonicalJson;
import drillbook.store.ArtifactStore;
import drillbook.store.ArtifactStore.ArtifactWriter;
import drillbook.store.ArtifactStore.Listed;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What one run keeps in the store until it is sealed: its intent, tokens, notes and checkpoints.
 * Lives in {@code <target>/intents/<backup-id>/}; gone once the backup exists.
 */
public final class Workspace {
  private static final int PAGE = 1000;

  private final ArtifactStore store;
  private final String target;
  private final String backupId;
  private final String folder;

  /** Looks at the store when asked, not before. */
  public Workspace(ArtifactStore store, String target, String backupId) {
    this.store = store;
    this.target = target;
    this.backupId = backupId;
    this.folder = Keys.work(target, backupId);
  }

  /** Writes the intent; once. */
  void declare(Intent intent) throws DrillbookException, InterruptedException {
    store.putNew(Keys.intent(target, backupId), CanonicalJson.encode(intent));
  }

  /** Returns a folder of notes that no other attempt uses. */
  String newNotesFolder(int generation) {
    return generation(generation) + "notes-" + attempt() + "/";
  }

  /** Returns the notes in a folder. */
  CaptureNotes notes(String notesFolder) {
    return new StoreNotes(notesFolder);
  }

  /** Writes a generation's token; the first one counts. */
  void putToken(int generation, TokenFile token) throws DrillbookException, InterruptedException {
    store.putNew(tokenKey(generation), token.encode());
  }

  /** Returns a generation's token, if there is one. */
  Optional<TokenFile> findToken(int generation) throws DrillbookException, InterruptedException {
    String key = tokenKey(generation);
    for (Listed listed : store.list(generation(generation), "", PAGE)) {
      if (listed.key().equals(key)) {
        return Optional.of(TokenFile.decode(Artifacts.read(store, key, listed.bytes()), key));
      }
    }
    return Optional.empty();
  }

  /** Returns a generation's token. */
  TokenFile token(int generation) throws DrillbookException, InterruptedException {
    return findToken(generation)
        .orElseThrow(() ->
            new DrillbookException(
                FailureKind.NOT_FOUND,
                "the run " + backupId + " has no token of generation " + generation,
                "It was sealed or abandoned meanwhile; look for a second run of it."));
  }

  /** Returns a range's newest checkpoint, if it has one. */
  Optional<Checkpoint> newest(int generation, int range)
      throws DrillbookException, InterruptedException {
    List<Listed> checkpoints = listAll(range(generation, range));
    for (Listed listed : checkpoints.reversed()) {
      if (listed.key().endsWith(".json")) {
        return Optional.of(
            Checkpoint.decode(Artifacts.read(store, listed.key(), listed.bytes()), listed.key()));
      }
    }
    return Optional.empty();
  }

  /** Returns each range's newest checkpoint in a generation, by range. */
  Map<Integer, Checkpoint> newest(int generation) throws DrillbookException, InterruptedException {
    Map<Integer, Listed> keys = new TreeMap<>();
    String prefix = generation(generation);
    for (Listed listed : listAll(prefix)) {
      String rest = listed.key().substring(prefix.length());
      if (rest.startsWith("r") && rest.endsWith(".json")) {
        keys.put(Integer.parseInt(rest.substring(1, rest.indexOf('/'))), listed);
      }
    }
    Map<Integer, Checkpoint> checkpoints = new TreeMap<>();
    for (Map.Entry<Integer, Listed> entry : keys.entrySet()) {
      Listed listed = entry.getValue();
      byte[] json = Artifacts.read(store, listed.key(), listed.bytes());
      checkpoints.put(entry.getKey(), Checkpoint.decode(json, listed.key()));
    }
    return checkpoints;
  }

  /**
   * Writes a range's next checkpoint.
   *
   * @throws DrillbookException UNAVAILABLE when another attempt has written it: the next attempt
   *     goes on from there, and this one must not
   */
  ArtifactStore.Stored put(int generation, int range, Checkpoint checkpoint)
      throws DrillbookException, InterruptedException {
    String key = checkpointKey(generation, range, checkpoint.sequence());
    try {
      return store.putNew(key, checkpoint.encode());
    } catch (DrillbookException e) {
      if (e.kind() != FailureKind.CONFLICT) {
        throw e;
      }
      throw new DrillbookException(
          FailureKind.UNAVAILABLE,
          "another attempt at range " + range + " of " + backupId + " is further",
          "",
          e);
    }
  }

  /** Returns where a range's checkpoint lies. */
  String checkpointKey(int generation, int range, int sequence) {
    return range(generation, range) + "%06d.json".formatted(sequence);
  }

  /** Returns a key beside a range's checkpoints that no other attempt uses. */
  String newSeenKey(int generation, int range) {
    return range(generation, range) + "seen-" + attempt();
  }

  /** Removes everything of the run but a sealed backup. */
  void drop() throws DrillbookException, InterruptedException {
    deleteAll(folder);
    store.delete(Keys.intent(target, backupId));
  }

  /** Removes everything of the run, and what it wrote of a backup that was never sealed. */
  void dropUnsealed() throws DrillbookException, InterruptedException {
    deleteAll(Keys.backup(target, backupId));
    drop();
  }

  /** Returns eight characters that no other attempt has. */
  static String attempt() {
    return UUID.randomUUID().toString().substring(0, 8);
  }

  private void deleteAll(String prefix) throws DrillbookException, InterruptedException {
    for (Listed listed : listAll(prefix)) {
      store.delete(listed.key());
    }
  }

  private List<Listed> listAll(String prefix) throws DrillbookException, InterruptedException {
    List<Listed> all = new ArrayList<>();
    String after = "";
    while (true) {
      List<Listed> page = store.list(prefix, after, PAGE);
      all.addAll(page);
      if (page.size() < PAGE) {
        return all;
      }
      after = page.getLast().key();
    }
  }

  private String generation(int generation) {
    return folder + "g" + generation + "/";
  }

  private String range(int generation, int range) {
    return generation(generation) + "r%06d/".formatted(range);
  }

  private String tokenKey(int generation) {
    return generation(generation) + "token.json";
  }

  private final class StoreNotes implements CaptureNotes {
    private final String notesFolder;

    StoreNotes(String notesFolder) {
      this.notesFolder = notesFolder;
    }

    @Override
    public OutputStream write(String name) throws DrillbookException, InterruptedException {
      return new NoteStream(store.write(notesFolder + name));
    }

    @Override
    public InputStream read(String name, long offset)
        throws DrillbookException, InterruptedException {
      return store.read(notesFolder + name, offset, -1);
    }
  }

  /** A note exists once its stream was closed; an artifact once it was committed. */
  private static final class NoteStream extends OutputStream {
    private final ArtifactWriter writer;
    private boolean closed;

    NoteStream(ArtifactWriter writer) {
      this.writer = writer;
    }

    @Override
    public void write(int value) throws IOException {
      writer.write(value);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      writer.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      if (closed) {
        return;
      }
      closed = true;
      try (writer) {
        writer.commit();
      } catch (DrillbookException e) {
        throw new IOException(e.getMessage(), e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while a note was stored");
      }
    }
  }
}
