package drillbook.file;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.flatbuf.CompressionType;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flatbuf.Schema;

/**
 * Reads an Arrow IPC file or stream from its start to its end, one record batch in memory at a
 * time. A file or stream without its end is refused.
 */
final class ArrowReader {
  private static final int MAX_METADATA = 16 << 20;
  private static final int MAX_BODY = 256 << 20;

  private final DataInputStream in;
  private final String what;
  private final List<ArrowView> columns = new ArrayList<>();
  private boolean file;

  ArrowReader(InputStream in, String what) {
    this.in = new DataInputStream(in);
    this.what = what;
  }

  /** Takes the columns of a batch, which are filled again for the next one. */
  @FunctionalInterface
  interface Batches {
    void accept(List<ArrowView> columns, int rows)
        throws IOException, DrillbookException, InterruptedException;
  }

  /** Reads all batches. */
  void read(Batches batches) throws DrillbookException, IOException, InterruptedException {
    try {
      int first = begin();
      if (!message(first, batches)) {
        throw new IllegalArgumentException("it has no schema");
      }
      while (message(in.readInt(), batches)) {
        // Each call reads one.
      }
      if (file) {
        end();
      }
    } catch (EOFException e) {
      throw corrupt("it is cut off", e);
    } catch (IllegalArgumentException
        | IndexOutOfBoundsException
        | ClassCastException
        | ArithmeticException
        | AssertionError e) {
      throw corrupt(String.valueOf(e.getMessage()), e);
    }
  }

  /** Returns the first word of the first message, behind the magic where there is one. */
  private int begin() throws IOException {
    byte[] start = new byte[4];
    in.readFully(start);
    if (!Arrays.equals(start, Arrays.copyOf(ArrowFile.MAGIC, 4))) {
      return ByteBuffer.wrap(start).getInt();
    }
    byte[] rest = new byte[4];
    in.readFully(rest);
    file = true;
    return in.readInt();
  }

  /** What follows the last batch of a file: a footer, its length, and the magic again. */
  private void end() throws IOException {
    byte[] rest = in.readNBytes(MAX_METADATA);
    byte[] magic = ArrowFile.MAGIC;
    int at = rest.length - magic.length;
    if (at < 4 || !Arrays.equals(Arrays.copyOfRange(rest, at, rest.length), magic)) {
      throw new EOFException();
    }
    int footer = ByteBuffer.wrap(rest).order(ByteOrder.LITTLE_ENDIAN).getInt(at - 4);
    if (footer != at - 4) {
      throw new IllegalArgumentException("its footer is not where it should be");
    }
  }

  /** Reads one message; returns false at the end. */
  private boolean message(int word, Batches batches)
      throws IOException, DrillbookException, InterruptedException {
    int length = word == -1 ? Integer.reverseBytes(in.readInt()) : Integer.reverseBytes(word);
    if (length == 0) {
      return false;
    }
    Message message = Message.getRootAsMessage(bytes(length, MAX_METADATA, "metadata"));
    ByteBuffer body = bytes(message.bodyLength(), MAX_BODY, "a record batch");
    switch (message.headerType()) {
      case MessageHeader.Schema -> schema(message);
      case MessageHeader.RecordBatch -> batch(message, body, batches);
      default ->
          throw new IllegalArgumentException(
              "it has a message of an unknown kind: " + message.headerType());
    }
    return true;
  }

  private ByteBuffer bytes(long length, int most, String of) throws IOException {
    if (length < 0 || length > most) {
      throw new IllegalArgumentException(
          of + " has " + length + " bytes, and " + most + " are read at most");
    }
    byte[] bytes = in.readNBytes((int) length);
    if (bytes.length < length) {
      throw new EOFException();
    }
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void schema(Message message) {
    Schema schema = (Schema) message.header(new Schema());
    if (!columns.isEmpty() || schema == null || schema.fieldsLength() == 0) {
      throw new IllegalArgumentException("it has no schema, or two");
    }
    if (schema.endianness() != Endianness.Little) {
      throw new IllegalArgumentException("it is big-endian");
    }
    for (int i = 0; i < schema.fieldsLength(); i++) {
      columns.add(new ArrowView(schema.fields(i), 0));
    }
  }

  private void batch(Message message, ByteBuffer body, Batches batches)
      throws IOException, DrillbookException, InterruptedException {
    RecordBatch batch = (RecordBatch) message.header(new RecordBatch());
    if (columns.isEmpty() || batch == null) {
      throw new IllegalArgumentException("a record batch stands before the schema");
    }
    Parts parts = new Parts(batch, body);
    for (ArrowView column : columns) {
      column.fill(parts);
      if (column.length() != batch.length()) {
        throw new IllegalArgumentException(
            "column '" + column.name() + "' has " + column.length() + " of " + batch.length());
      }
    }
    batches.accept(columns, (int) batch.length());
  }

  /** The lengths and buffers of a batch, one after the other. */
  private static final class Parts implements ArrowView.Source {
    private final RecordBatch batch;
    private final ByteBuffer body;
    private final boolean compressed;
    private int node;
    private int buffer;
    private long decompressed;

    Parts(RecordBatch batch, ByteBuffer body) {
      this.batch = batch;
      this.body = body;
      compressed = batch.compression() != null;
      if (compressed && batch.compression().codec() != CompressionType.ZSTD) {
        throw new IllegalArgumentException(
            "it is compressed by LZ4; write it with compression zstd or none");
      }
    }

    @Override
    public long node() {
      if (node == batch.nodesLength()) {
        throw new IllegalArgumentException("a record batch lacks columns");
      }
      return batch.nodes(node++).length();
    }

    @Override
    public ByteBuffer buffer() {
      if (buffer == batch.buffersLength()) {
        throw new IllegalArgumentException("a record batch lacks buffers");
      }
      long offset = batch.buffers(buffer).offset();
      long length = batch.buffers(buffer).length();
      buffer++;
      if (offset < 0 || length < 0 || offset > body.capacity() - length) {
        throw new IllegalArgumentException("a buffer lies outside of its record batch");
      }
      ByteBuffer raw = body.slice((int) offset, (int) length).order(ByteOrder.LITTLE_ENDIAN);
      return compressed && length > 0 ? decompress(raw) : raw;
    }

    private ByteBuffer decompress(ByteBuffer raw) {
      long length = raw.getLong();
      if (length == -1) {
        return raw.slice().order(ByteOrder.LITTLE_ENDIAN);
      }
      decompressed += length;
      if (length < 0 || decompressed > MAX_BODY) {
        throw new IllegalArgumentException("a record batch is too large: " + length + " bytes");
      }
      byte[] source = new byte[raw.remaining()];
      raw.get(source);
      try {
        byte[] bytes = Zstd.decompress(source, (int) length);
        if (bytes.length != length) {
          throw new IllegalArgumentException("a buffer is shorter than it says");
        }
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      } catch (ZstdException e) {
        throw new IllegalArgumentException("a buffer cannot be decompressed", e);
      }
    }
  }

  private DrillbookException corrupt(String why, Throwable cause) {
    return new DrillbookException(FailureKind.CORRUPT, "read " + what + ": " + why, "", cause);
  }
}
