package drillbook.index;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file of index entries on scratch disk, gone when it is closed. One thread at a time. */
final class ScratchFile implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;
  private long bytes;

  private ScratchFile(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** Creates a file that does not exist yet. */
  static ScratchFile create(Path file) throws DrillbookException, InterruptedException {
    try {
      return new ScratchFile(
          file,
          FileChannel.open(
              file,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE));
    } catch (IOException e) {
      throw failed("create", file, e);
    }
  }

  long bytes() {
    return bytes;
  }

  void append(byte[] source, int length) throws DrillbookException, InterruptedException {
    ByteBuffer buffer = ByteBuffer.wrap(source, 0, length);
    try {
      while (buffer.hasRemaining()) {
        bytes += channel.write(buffer, bytes);
      }
    } catch (IOException e) {
      throw failed("write", file, e);
    }
  }

  void read(long position, byte[] target, int length)
      throws DrillbookException, InterruptedException {
    ByteBuffer buffer = ByteBuffer.wrap(target, 0, length);
    try {
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, position + buffer.position()) < 0) {
          throw new EOFException("it ends at byte " + (position + buffer.position()));
        }
      }
    } catch (IOException e) {
      throw failed("read", file, e);
    }
  }

  /** Appends all entries of a cursor, which must ascend. */
  void appendAll(IndexCursor source) throws DrillbookException, InterruptedException {
    byte[] block = new byte[IndexRuns.BLOCK_ENTRIES * Entries.BYTES];
    byte[] previous = new byte[Entries.HASH_BYTES];
    int length = 0;
    while (source.next()) {
      IndexRuns.requireOrder(previous, source.idHash());
      System.arraycopy(source.idHash(), 0, previous, 0, Entries.HASH_BYTES);
      Entries.put(block, length, source.idHash(), source.contentHash(), source.address());
      length += Entries.BYTES;
      if (length == block.length) {
        append(block, length);
        length = 0;
      }
    }
    append(block, length);
  }

  /** Walks over the file's entries; closing the cursor leaves the file. */
  IndexCursor cursor() {
    return new BlockCursor(IndexRuns.BLOCK_ENTRIES) {
      private long position;

      @Override
      int fill(byte[] target) throws DrillbookException, InterruptedException {
        int length = (int) Math.min(target.length, bytes - position);
        read(position, target, length);
        position += length;
        return length;
      }

      @Override
      public void close() {}
    };
  }

  /** Deletes the file. Never fails. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // The file is scratch, and its name is never used again.
      return;
    }
  }

  private static DrillbookException failed(String what, Path file, IOException e)
      throws InterruptedException {
    if (e instanceof ClosedByInterruptException) {
      InterruptedException interruption = new InterruptedException(what + " " + file);
      interruption.initCause(e);
      throw interruption;
    }
    return new DrillbookException(
        FailureKind.EXHAUSTED,
        what + " scratch file " + file + ": " + e.getMessage(),
        "Give the worker a scratch folder with room for 72 bytes per record.",
        e);
  }
}
