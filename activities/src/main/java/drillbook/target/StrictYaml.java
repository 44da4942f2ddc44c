package drillbook.target;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import drillbook.document.SyntaxFault;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.secret.SecretReference;
import java.io.IOException;
import java.io.StringReader;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * Settings files: one YAML document of kebab-case keys, read into a record. A key that the record
 * does not know is an error. Messages name file, line and column, and never repeat a value, which
 * may be a secret typed by mistake.
 */
public final class StrictYaml {
  private static final YAMLMapper MAPPER =
      YAMLMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .addModule(
              new SimpleModule().addDeserializer(SecretReference.class, new SecretReferences()))
          .build();

  private final String source;
  private final String text;
  private final Class<?> type;

  private StrictYaml(String source, String text, Class<?> type) {
    this.source = source;
    this.text = text;
    this.type = type;
  }

  /**
   * A document that was read, and where it can be refused for what it says.
   *
   * @param value what it says
   * @param yaml makes failures that point into it
   */
  public record Read<T>(T value, StrictYaml yaml) {}

  /**
   * Reads a file.
   *
   * @param type a record whose components may be null where a key is left out
   * @throws DrillbookException CONFIGURATION when the file is missing, or is no such document
   */
  public static <T> Read<T> read(Path file, Class<T> type) throws DrillbookException {
    try {
      return parse(file.toString(), Files.readString(file), type);
    } catch (NoSuchFileException e) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION, file + ": there is no such file", "", e);
    } catch (IOException e) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          file + ": could not be read: " + e.getClass().getSimpleName(),
          "",
          e);
    }
  }

  /**
   * Reads a document.
   *
   * @param source names the document in messages
   * @throws DrillbookException CONFIGURATION when it is no such document
   */
  public static <T> Read<T> parse(String source, String text, Class<T> type)
      throws DrillbookException {
    StrictYaml yaml = new StrictYaml(source, text, type);
    try {
      T value = MAPPER.readValue(text, type);
      if (value != null) {
        return new Read<>(value, yaml);
      }
    } catch (JsonProcessingException e) {
      // Not as a cause: a parser's exception quotes the file, secrets typed by mistake included.
      if (e instanceof JsonMappingException mapping && !path(mapping).isEmpty()) {
        throw yaml.refused(path(mapping), words(mapping));
      }
      throw yaml.failed(place(e), words(e));
    }
    throw yaml.failed("", "the document is empty");
  }

  /**
   * Returns a failure that points at a key, or at where a missing one belongs.
   *
   * @param key dots between nested keys
   * @param reason what is wrong and what is expected
   */
  public DrillbookException refused(String key, String reason) {
    String place = "";
    Node node;
    try {
      node = new Yaml().compose(new StringReader(text));
    } catch (MarkedYAMLException e) {
      // An alias without its anchor, which the other parser takes for text. Not as a cause: it
      // quotes the line.
      return failed(place(e.getProblemMark()), "no YAML: " + SyntaxFault.of(e).wrong());
    }
    for (String step : key.split("\\.", -1)) {
      place = place(node.getStartMark());
      if (!(node instanceof MappingNode mapping)) {
        break;
      }
      for (NodeTuple tuple : mapping.getValue()) {
        if (tuple.getKeyNode() instanceof ScalarNode name && name.getValue().equals(step)) {
          node = tuple.getValueNode();
          place = place(node.getStartMark());
        }
      }
    }
    return failed(place, "key '" + key + "': " + reason);
  }

  private DrillbookException failed(String place, String reason) {
    return new DrillbookException(
        FailureKind.CONFIGURATION, source + place + ": " + reason, "Known keys: " + known(type));
  }

  private static String known(Class<?> type) {
    StringBuilder words = new StringBuilder(keys(type).toString());
    for (RecordComponent component : type.getRecordComponents()) {
      if (component.getType().isRecord() && component.getType() != SecretReference.class) {
        words.append(", in ").append(component.getName()).append(": ");
        words.append(known(component.getType()));
      }
    }
    return words.toString();
  }

  /** Returns the keys that a record knows, in their order. */
  static List<String> keys(Class<?> type) {
    return Arrays.stream(type.getRecordComponents())
        .map(component -> component.getName().replaceAll("([A-Z])", "-$1"))
        .map(name -> name.toLowerCase(Locale.ROOT))
        .toList();
  }

  private static String place(JsonProcessingException e) {
    if (e.getCause() instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
      return place(marked.getProblemMark());
    }
    JsonLocation location = e.getLocation();
    return location == null
        ? ""
        : " line " + location.getLineNr() + " column " + location.getColumnNr();
  }

  private static String place(Mark mark) {
    return " line " + (mark.getLine() + 1) + " column " + (mark.getColumn() + 1);
  }

  private static String words(JsonProcessingException e) {
    if (e.getCause() instanceof MarkedYAMLException marked) {
      return "no YAML: " + SyntaxFault.of(marked).wrong();
    }
    if (e instanceof UnrecognizedPropertyException unknown) {
      return "unknown, expected one of " + keys(unknown.getReferringClass());
    }
    if (e instanceof ValueInstantiationException value && value.getCause() != null) {
      return String.valueOf(value.getCause().getMessage());
    }
    if (e instanceof MismatchedInputException mismatch) {
      return "expected " + kind(mismatch.getTargetType());
    }
    if (e instanceof JsonMappingException mapping && mapping.getCause() == null) {
      return mapping.getOriginalMessage();
    }
    String original = e.getOriginalMessage();
    return original.startsWith("Duplicate field") ? original : "malformed";
  }

  private static String path(JsonMappingException e) {
    StringJoiner path = new StringJoiner(".");
    for (JsonMappingException.Reference step : e.getPath()) {
      if (step.getFieldName() != null) {
        path.add(step.getFieldName());
      }
    }
    return path.toString();
  }

  private static String kind(@Nullable Class<?> type) {
    if (type == null) {
      return "another kind of value";
    }
    if (type == Boolean.class || type == boolean.class) {
      return "true or false";
    }
    if (type.isRecord()) {
      return "keys " + keys(type);
    }
    if (List.class.isAssignableFrom(type)) {
      return "a list";
    }
    if (Map.class.isAssignableFrom(type)) {
      return "names and values";
    }
    return type == String.class ? "text" : "a " + type.getSimpleName();
  }

  /** Reads references where they stand, so that a refusal points at the value's line. */
  private static final class SecretReferences extends StdScalarDeserializer<SecretReference> {
    private static final long serialVersionUID = 1L;

    SecretReferences() {
      super(SecretReference.class);
    }

    @Override
    public SecretReference deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      try {
        if (parser.currentToken().isScalarValue()) {
          return new SecretReference(parser.getText());
        }
        return new SecretReference("neither");
      } catch (IllegalArgumentException e) {
        throw new JsonMappingException(parser, e.getMessage(), parser.currentTokenLocation());
      }
    }
  }
}
