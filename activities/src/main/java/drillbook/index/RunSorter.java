package drillbook.index;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/**
 * Sorts any number of index entries in bounded memory: about 8 MiB of them are kept, the others
 * wait on scratch disk. Entries with the same id hash are all kept, ordered by address: whether an
 * id may stand twice is the caller's question. Not thread-safe.
 */
public final class RunSorter implements AutoCloseable {
  /** How many entries are kept in memory. */
  private static final int USUAL_ENTRIES = (8 << 20) / Entries.BYTES;

  /** How many files are merged at once; each needs a buffer of 36 KiB and a descriptor. */
  private static final int MAX_FILES = 128;

  private static final Random NAMES = new SecureRandom();

  private final Path scratchFolder;
  private final int entriesInMemory;
  private final EntryBuffer buffer = new EntryBuffer();
  private final List<ScratchFile> files = new ArrayList<>();
  private boolean sorted;

  /**
   * Creates a sorter.
   *
   * @param scratchFolder made when it is needed
   */
  public RunSorter(Path scratchFolder) {
    this(scratchFolder, USUAL_ENTRIES);
  }

  /** Creates a sorter that keeps another number of entries in memory. */
  RunSorter(Path scratchFolder, int entriesInMemory) {
    if (entriesInMemory < 1 || entriesInMemory > EntryBuffer.MAX_ENTRIES) {
      throw new IllegalArgumentException("entries in memory: " + entriesInMemory);
    }
    this.scratchFolder = scratchFolder;
    this.entriesInMemory = entriesInMemory;
  }

  /**
   * Adds an entry.
   *
   * @throws DrillbookException EXHAUSTED when the scratch disk is full
   * @throws IllegalStateException when {@link #sorted()} was called
   */
  public void add(byte[] idHash, byte[] contentHash, long address)
      throws DrillbookException, InterruptedException {
    if (sorted) {
      throw new IllegalStateException("entries are being read already");
    }
    if (buffer.size() == entriesInMemory) {
      spill();
    }
    buffer.add(idHash, contentHash, address);
  }

  /**
   * Returns all entries by id hash, then by address. To be called once; the cursor is valid until
   * the sorter is closed.
   */
  public IndexCursor sorted() {
    if (sorted) {
      throw new IllegalStateException("entries are being read already");
    }
    sorted = true;
    List<IndexCursor> cursors = new ArrayList<>();
    files.forEach(file -> cursors.add(file.cursor()));
    cursors.add(buffer.sorted());
    return cursors.size() == 1 ? cursors.getFirst() : new MergedCursor(cursors, true, false);
  }

  /** Deletes the scratch files. Never fails. */
  @Override
  public void close() {
    files.forEach(ScratchFile::close);
    files.clear();
  }

  private void spill() throws DrillbookException, InterruptedException {
    if (files.size() == MAX_FILES) {
      List<ScratchFile> merged = List.copyOf(files);
      List<IndexCursor> cursors = merged.stream().map(ScratchFile::cursor).toList();
      write(new MergedCursor(cursors, true, false));
      merged.forEach(ScratchFile::close);
      files.removeAll(merged);
    }
    write(buffer.sorted());
    buffer.clear();
  }

  private void write(IndexCursor source) throws DrillbookException, InterruptedException {
    byte[] name = new byte[8];
    NAMES.nextBytes(name);
    try {
      Files.createDirectories(scratchFolder);
    } catch (IOException e) {
      throw new DrillbookException(
          FailureKind.EXHAUSTED,
          "create scratch folder " + scratchFolder + ": " + e.getMessage(),
          "Give the worker a scratch folder that it may write to.",
          e);
    }
    ScratchFile file =
        ScratchFile.create(scratchFolder.resolve(HexFormat.of().formatHex(name) + ".run"));
    files.add(file);
    file.appendAll(source);
  }
}
