package drillbook.localserver;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The end of a log file: what a failure shows. */
final class LogTail {
  private static final int BYTES = 4096;
  private static final int LINES = 12;

  private LogTail() {}

  /** Returns the file's length in bytes, 0 where there is none. */
  static long length(Path log) {
    try {
      return Files.size(log);
    } catch (IOException e) {
      return 0;
    }
  }

  /**
   * Returns the last lines, of those behind an offset in bytes. A log that cannot be read is told
   * as such: the failure it belongs to matters more.
   */
  static String lastLines(Path log, long from) {
    try (SeekableByteChannel channel = Files.newByteChannel(log)) {
      channel.position(Math.max(from, channel.size() - BYTES));
      ByteBuffer bytes = ByteBuffer.allocate(BYTES);
      while (bytes.hasRemaining() && channel.read(bytes) > 0) {
        // Reads until the end or until the buffer is full.
      }
      String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
      List<String> lines = text.strip().lines().toList();
      String last =
          String.join("\n", lines.subList(Math.max(0, lines.size() - LINES), lines.size()));
      return last.isEmpty() ? "(nothing was printed)" : last;
    } catch (IOException e) {
      return "(" + log + " cannot be read: " + e.getMessage() + ")";
    }
  }
}
