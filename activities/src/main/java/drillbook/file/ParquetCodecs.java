package drillbook.file;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.xerial.snappy.Snappy;

/**
 * Compression of Parquet pages without Hadoop: zstd both ways; snappy and gzip to read what other
 * tools write. No page may become larger than {@value #MAX_PAGE} bytes.
 */
final class ParquetCodecs implements CompressionCodecFactory {
  static final int MAX_PAGE = 64 << 20;
  private static final int LEVEL = 1;

  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName codec) {
    if (codec != CompressionCodecName.ZSTD) {
      throw new IllegalArgumentException("not written: " + codec);
    }
    return new BytesInputCompressor() {
      @Override
      public BytesInput compress(BytesInput bytes) throws IOException {
        return BytesInput.from(Zstd.compress(bytes.toInputStream().readAllBytes(), LEVEL));
      }

      @Override
      public CompressionCodecName getCodecName() {
        return CompressionCodecName.ZSTD;
      }

      @Override
      public void release() {}
    };
  }

  @Override
  public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
    return switch (codec) {
      case ZSTD, SNAPPY, GZIP, UNCOMPRESSED -> new Decompressor(codec);
      default ->
          throw new IllegalArgumentException(
              "compression " + codec + " is not read; write it with zstd, snappy, gzip or none");
    };
  }

  @Override
  public void release() {}

  private static final class Decompressor implements BytesInputDecompressor {
    private final CompressionCodecName codec;

    Decompressor(CompressionCodecName codec) {
      this.codec = codec;
    }

    @Override
    public BytesInput decompress(BytesInput bytes, int size) throws IOException {
      return BytesInput.from(decompress(bytes.toInputStream().readAllBytes(), size));
    }

    @Override
    public void decompress(ByteBuffer input, int compressed, ByteBuffer output, int size)
        throws IOException {
      byte[] source = new byte[compressed];
      input.get(source);
      output.put(decompress(source, size));
    }

    @Override
    public void release() {}

    private byte[] decompress(byte[] source, int size) throws IOException {
      if (size < 0 || size > MAX_PAGE) {
        throw new IOException(
            "a page has " + size + " bytes, and " + MAX_PAGE + " are read at most");
      }
      byte[] bytes =
          switch (codec) {
            case ZSTD -> zstd(source, size);
            case SNAPPY -> {
              if (Snappy.uncompressedLength(source) != size) {
                throw new IOException("a page is not as long as it says");
              }
              yield Snappy.uncompress(source);
            }
            case GZIP -> {
              try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(source))) {
                yield in.readNBytes(size + 1);
              }
            }
            default -> source;
          };
      if (bytes.length != size) {
        throw new IOException("a page is not as long as it says");
      }
      return bytes;
    }

    private static byte[] zstd(byte[] source, int size) throws IOException {
      try {
        return Zstd.decompress(source, size);
      } catch (ZstdException e) {
        throw new IOException("a page cannot be decompressed: " + e.getMessage(), e);
      }
    }
  }
}
