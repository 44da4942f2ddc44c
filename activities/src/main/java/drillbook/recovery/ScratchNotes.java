package drillbook.recovery;

import drillbook.engine.CaptureNotes;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Notes of a capture that begins and ends in one process: files in a folder of their own. */
public final class ScratchNotes implements CaptureNotes, AutoCloseable {
  private final Path folder;
  private final Queue<Path> files = new ConcurrentLinkedQueue<>();

  /**
   * Makes the folder.
   *
   * @param scratch where; made where it is missing
   */
  public ScratchNotes(Path scratch) throws DrillbookException {
    try {
      Files.createDirectories(scratch);
      this.folder = Files.createTempDirectory(scratch, "notes-");
    } catch (IOException e) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          "scratch folder " + scratch + " cannot be used: " + e.getMessage(),
          "Name one with the setting 'scratch' that the worker may write to.",
          e);
    }
  }

  @Override
  public OutputStream write(String name) throws DrillbookException {
    try {
      Path file = folder.resolve(name);
      files.add(file);
      return new NoteStream(name, Files.newOutputStream(file));
    } catch (IOException e) {
      throw failed(name, e);
    }
  }

  @Override
  public InputStream read(String name, long offset) throws DrillbookException {
    try {
      InputStream in = Files.newInputStream(folder.resolve(name));
      in.skipNBytes(offset);
      return in;
    } catch (IOException e) {
      throw failed(name, e);
    }
  }

  @Override
  public void close() throws DrillbookException {
    try {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw failed(folder.toString(), e);
    }
  }

  private static DrillbookException failed(String name, IOException e) {
    return new DrillbookException(
        FailureKind.EXHAUSTED,
        "scratch note " + name + " failed: " + e.getMessage(),
        "Make room in the scratch folder, or name another one with the setting 'scratch'.",
        e);
  }

  /** Says with each failure what it means to people. */
  private static final class NoteStream extends FilterOutputStream {
    private final String name;

    NoteStream(String name, OutputStream out) {
      super(out);
      this.name = name;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        throw new IOException(failed(name, e));
      }
    }
  }
}
