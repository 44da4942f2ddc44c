package drillbook.document;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.reader.ReaderException;

/**
 * A YAML document and what is wrong with it. Bounded in size, depth and aliases, so that a hostile
 * one costs nothing. Of no use to several threads at once.
 */
public final class Document {
  /** The longest document, in bytes. */
  public static final int LONGEST = 64 * 1024;

  private static final int DEEPEST = 20;
  private static final int MOST_ALIASES = 10;
  private static final String WHOLE = "document";

  private final String source;
  private final List<Complaint> complaints = new ArrayList<>();

  private Document(String source) {
    this.source = source;
  }

  /**
   * Lets a reader walk a file. What keeps the file from being read is a complaint too.
   *
   * @param reader asked once, unless there is no YAML to walk; returns the value, or nothing where
   *     it complained
   * @return the value, or why there is none
   */
  public static <T> Reading<T> read(Path file, Reader<T> reader) {
    Document document = new Document(file.toString());
    Optional<String> text = document.text(file);
    return document.walked(text, reader);
  }

  /**
   * Lets a reader walk a text.
   *
   * @param source names the document in complaints
   */
  public static <T> Reading<T> parse(String source, String text, Reader<T> reader) {
    Document document = new Document(source);
    return document.walked(document.bounded(text), reader);
  }

  /** Makes a value of a document. */
  @FunctionalInterface
  public interface Reader<T> {
    /** Returns the value; nothing where the document was complained of. */
    Optional<T> read(Place root);
  }

  /** What came of reading a document. */
  public sealed interface Reading<T> {
    /**
     * Nothing is wrong.
     *
     * @param value what the document says
     */
    record Accepted<T>(T value) implements Reading<T> {}

    /**
     * Something is wrong.
     *
     * @param complaints all that is wrong, in the order of the document; never empty
     */
    record Refused<T>(List<Complaint> complaints) implements Reading<T> {
      /** Copies the complaints. */
      public Refused {
        complaints = List.copyOf(complaints);
        if (complaints.isEmpty()) {
          throw new IllegalArgumentException("a refusal needs a complaint");
        }
      }
    }
  }

  private <T> Reading<T> walked(Optional<String> text, Reader<T> reader) {
    Optional<T> value = text.flatMap(this::composed).flatMap(reader::read);
    if (complaints.isEmpty()) {
      return new Reading.Accepted<>(value.orElseThrow());
    }
    complaints.sort(Comparator.comparingInt(Complaint::line).thenComparingInt(Complaint::column));
    return new Reading.Refused<>(complaints);
  }

  private Optional<String> text(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LONGEST + 1);
      if (bytes.length > LONGEST) {
        return tooLong();
      }
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return Optional.of(text.startsWith("\uFEFF") ? text.substring(1) : text);
    } catch (NoSuchFileException e) {
      complain(null, WHOLE, "there is no such file", "a YAML file");
    } catch (CharacterCodingException e) {
      complain(null, WHOLE, "is not encoded in UTF-8", "UTF-8");
    } catch (IOException e) {
      complain(
          null,
          WHOLE,
          "could not be read: " + e.getClass().getSimpleName(),
          "a file that can be read");
    }
    return Optional.empty();
  }

  private Optional<String> bounded(String text) {
    return text.length() > LONGEST ? tooLong() : Optional.of(text);
  }

  private Optional<String> tooLong() {
    complain(null, WHOLE, "is too long", "at most " + LONGEST / 1024 + " KiB");
    return Optional.empty();
  }

  private Optional<Place> composed(String text) {
    LoaderOptions bounds = new LoaderOptions();
    bounds.setNestingDepthLimit(DEEPEST);
    bounds.setMaxAliasesForCollections(MOST_ALIASES);
    bounds.setCodePointLimit(LONGEST);
    try {
      Node node = new Yaml(bounds).compose(new StringReader(text));
      if (node != null) {
        return Optional.of(new Place(this, node, ""));
      }
      complain(null, WHOLE, "is empty", "keys and values");
    } catch (MarkedYAMLException e) {
      SyntaxFault fault = SyntaxFault.of(e);
      complain(e.getProblemMark(), WHOLE, "no YAML: " + fault.wrong(), fault.expected());
    } catch (ReaderException e) {
      complaints.add(at(text, e.getPosition()));
    } catch (YAMLException e) {
      complain(
          null,
          WHOLE,
          "is nested too deeply, or has too many aliases",
          "at most " + DEEPEST + " levels and " + MOST_ALIASES + " aliases");
    }
    return Optional.empty();
  }

  private Complaint at(String text, int position) {
    String before = text.substring(0, text.offsetByCodePoints(0, position));
    int line = (int) before.chars().filter(letter -> letter == '\n').count() + 1;
    int column = before.length() - before.lastIndexOf('\n');
    return new Complaint(
        source, line, column, WHOLE, "no YAML: a character that must not stand there", "text");
  }

  void complain(@Nullable Mark mark, String key, String wrong, String expected) {
    int line = mark == null ? 1 : mark.getLine() + 1;
    int column = mark == null ? 1 : mark.getColumn() + 1;
    complaints.add(
        new Complaint(source, line, column, key.isEmpty() ? WHOLE : key, wrong, expected));
  }

  /** Makes a value, unless something was complained of: then its parts may be fill-ins. */
  <T> Optional<T> made(Supplier<T> maker) {
    return complaints.isEmpty() ? Optional.of(maker.get()) : Optional.empty();
  }
}
