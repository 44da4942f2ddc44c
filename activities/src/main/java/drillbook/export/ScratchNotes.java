package drillbook.export;

import drillbook.engine.CaptureNotes;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Capture notes in a folder of this process: for captures that begin and end in one call. */
final class ScratchNotes implements CaptureNotes, AutoCloseable {
  private final Path folder;

  private ScratchNotes(Path folder) {
    this.folder = folder;
  }

  /** Makes a folder for notes below another. */
  static ScratchNotes in(Path scratch) throws DrillbookException {
    try {
      Files.createDirectories(scratch);
      return new ScratchNotes(Files.createTempDirectory(scratch, "notes-"));
    } catch (IOException e) {
      throw failed(scratch, e);
    }
  }

  @Override
  public OutputStream write(String name) throws DrillbookException {
    try {
      return Files.newOutputStream(folder.resolve(name));
    } catch (IOException e) {
      throw failed(folder, e);
    }
  }

  @Override
  public InputStream read(String name, long offset) throws DrillbookException {
    try {
      InputStream in = Files.newInputStream(folder.resolve(name));
      in.skipNBytes(offset);
      return in;
    } catch (NoSuchFileException e) {
      throw new DrillbookException(
          FailureKind.NOT_FOUND, "note " + name + " could not be read: there is none", "", e);
    } catch (IOException e) {
      throw failed(folder, e);
    }
  }

  @Override
  public void close() {
    try (Stream<Path> notes = Files.list(folder)) {
      for (Path note : notes.toList()) {
        Files.delete(note);
      }
      Files.delete(folder);
    } catch (IOException e) {
      // The scratch folder is emptied when its process ends.
      return;
    }
  }

  private static DrillbookException failed(Path where, IOException e) {
    return new DrillbookException(
        FailureKind.EXHAUSTED,
        "notes in " + where + " could not be kept: " + e.getMessage(),
        "Make room in the scratch folder.",
        e);
  }
}
