package drillbook.engine;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Capture notes in memory: a note exists once its stream was closed. */
public final class MemoryNotes implements CaptureNotes {
  private final Map<String, byte[]> notes = new ConcurrentHashMap<>();

  @Override
  public OutputStream write(String name) {
    if (!name.matches("[a-z0-9-]+")) {
      throw new IllegalArgumentException("a note's name is lower case, digits, dashes: " + name);
    }
    return new ByteArrayOutputStream() {
      @Override
      public void close() {
        notes.put(name, toByteArray());
      }
    };
  }

  @Override
  public InputStream read(String name, long offset) throws DrillbookException {
    byte[] note = notes.get(name);
    if (note == null) {
      throw new DrillbookException(
          FailureKind.NOT_FOUND, "note " + name + " could not be read: there is none");
    }
    int start = Math.toIntExact(Math.min(offset, note.length));
    return new ByteArrayInputStream(Arrays.copyOfRange(note, start, note.length));
  }
}
