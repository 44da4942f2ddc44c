package drillbook.demo;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Texts with their embeddings, in the order of their file.
 *
 * @param rows the texts; their ids are unique
 * @param vectors the embeddings one after another, {@link #DIMENSION} floats for each text, each of
 *     length 1; shared, so not to be changed
 */
public record DemoPassages(List<DemoPassage> rows, float[] vectors) {
  /** The number of elements of each embedding. */
  public static final int DIMENSION = 384;

  private static final double NORM_TOLERANCE = 1e-3;

  // Integers become Long and floats Double, as Payload decodes them.
  private static final ObjectReader LINES =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_LONG_FOR_INTS)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readerFor(Line.class);

  /** Checks that ids are unique and that each text has one embedding of length 1. */
  public DemoPassages {
    rows = List.copyOf(rows);
    if (vectors.length != rows.size() * DIMENSION) {
      throw new IllegalArgumentException(
          rows.size()
              + " passages of dimension "
              + DIMENSION
              + " have "
              + vectors.length
              + " floats");
    }
    Set<String> ids = new HashSet<>();
    for (int row = 0; row < rows.size(); row++) {
      String id = rows.get(row).id();
      if (!ids.add(id)) {
        throw new IllegalArgumentException("id stands twice: '" + id + "'");
      }
      double norm = norm(vectors, row);
      if (!(Math.abs(norm - 1) <= NORM_TOLERANCE)) {
        throw new IllegalArgumentException("embedding of '" + id + "' has length " + norm);
      }
    }
  }

  /** Returns the number of texts. */
  public int size() {
    return rows.size();
  }

  /** Returns the ids, in order. */
  public List<String> ids() {
    return rows.stream().map(DemoPassage::id).toList();
  }

  /** Returns the texts, in order. */
  public List<String> texts() {
    return rows.stream().map(DemoPassage::text).toList();
  }

  /** Returns a copy of the embedding of one text. */
  public float[] vector(int row) {
    if (row < 0 || row >= rows.size()) {
      throw new IndexOutOfBoundsException("row " + row + " of " + rows.size());
    }
    return Arrays.copyOfRange(vectors, row * DIMENSION, (row + 1) * DIMENSION);
  }

  /**
   * Reads a set from the class path, beside this class.
   *
   * @param texts name of a file with one JSON object per line: id, text, metadata, uri
   * @param embeddings name of a file of little-endian float32, {@link #DIMENSION} per line
   * @param size the number of texts that the set must have
   * @throws DrillbookException of kind CORRUPT when a file is missing, malformed or of another size
   */
  static DemoPassages read(String texts, String embeddings, int size) throws DrillbookException {
    try {
      DemoPassages passages = new DemoPassages(readRows(texts), readVectors(embeddings));
      if (passages.size() != size) {
        throw new IOException(passages.size() + " passages instead of " + size);
      }
      return passages;
    } catch (IOException | IllegalArgumentException e) {
      throw new DrillbookException(
          FailureKind.CORRUPT,
          "demo texts could not be read: "
              + e.getMessage()
              + " ["
              + texts
              + ", "
              + embeddings
              + "]",
          "Install Drillbook again: these files are a part of it.",
          e);
    }
  }

  private static List<DemoPassage> readRows(String name) throws IOException {
    List<DemoPassage> rows = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(open(name), StandardCharsets.UTF_8))) {
      for (String json = reader.readLine(); json != null; json = reader.readLine()) {
        Line line = LINES.readValue(json);
        if (line.id() == null || line.text() == null) {
          throw new IOException("line " + (rows.size() + 1) + " has no id or no text");
        }
        rows.add(
            new DemoPassage(
                line.id(),
                line.text(),
                Optional.ofNullable(line.metadata()),
                Optional.ofNullable(line.uri())));
      }
    }
    return rows;
  }

  private static float[] readVectors(String name) throws IOException {
    try (InputStream stream = open(name)) {
      byte[] bytes = stream.readAllBytes();
      if (bytes.length % Float.BYTES != 0) {
        throw new IOException(bytes.length + " bytes are no whole number of floats");
      }
      float[] vectors = new float[bytes.length / Float.BYTES];
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vectors);
      return vectors;
    }
  }

  private static InputStream open(String name) throws IOException {
    InputStream stream = DemoPassages.class.getResourceAsStream(name);
    if (stream == null) {
      throw new FileNotFoundException("no resource " + name);
    }
    return stream;
  }

  private static double norm(float[] vectors, int row) {
    double squares = 0;
    for (int i = row * DIMENSION; i < (row + 1) * DIMENSION; i++) {
      squares += (double) vectors[i] * vectors[i];
    }
    return Math.sqrt(squares);
  }

  /** A line of a file, as it is read. */
  private record Line(
      @Nullable String id,
      @Nullable String text,
      @Nullable Map<String, Object> metadata,
      @Nullable String uri) {}
}
