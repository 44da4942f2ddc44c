package drillbook.document;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** A value of a document, where it stands. What is asked of it and not so is complained of. */
public final class Place {
  private final Document document;
  private final Node node;
  private final String key;

  Place(Document document, Node node, String key) {
    this.document = document;
    this.node = node;
    this.key = key;
  }

  /** Complains of this value. */
  public void refuse(String wrong, String expected) {
    document.complain(node.getStartMark(), key, wrong, expected);
  }

  /** Makes a value of what was read, unless anything was complained of: parts may be fill-ins. */
  public <T> Optional<T> made(Supplier<T> maker) {
    return document.made(maker);
  }

  /** Tells whether nothing stands behind the key, or only braces. */
  public boolean isEmpty() {
    return isNull() || (node instanceof MappingNode mapping && mapping.getValue().isEmpty());
  }

  private boolean isNull() {
    return node.getTag().equals(Tag.NULL);
  }

  /** Returns the value where it is a text; complains of nothing. */
  public Optional<String> word() {
    return node instanceof ScalarNode scalar && node.getTag().equals(Tag.STR)
        ? Optional.of(scalar.getValue())
        : Optional.empty();
  }

  /** Returns the value of a form. */
  public <T> Optional<T> value(Form<T> form) {
    if (!(node instanceof ScalarNode scalar)) {
      refuse("is " + words(), form.expected());
    } else if (isNull() || scalar.getValue().isBlank()) {
      refuse("is empty", form.expected());
    } else if (form.number() && !node.getTag().equals(Tag.INT)) {
      refuse("is no whole number", form.expected());
    } else if (!form.number() && !node.getTag().equals(Tag.STR)) {
      refuse("is " + words() + ", not text", form.expected() + ", in quotes");
    } else {
      try {
        return Optional.of(form.parser().parse(scalar.getValue().strip()));
      } catch (IllegalArgumentException e) {
        refuse(String.valueOf(e.getMessage()), form.expected());
      }
    }
    return Optional.empty();
  }

  /** Returns the entries of a list that has at least one. */
  public List<Place> list(String expected) {
    List<Place> places = new ArrayList<>();
    if (node instanceof SequenceNode sequence && node.getTag().equals(Tag.SEQ)) {
      for (Node entry : sequence.getValue()) {
        places.add(new Place(document, entry, key + "[" + places.size() + "]"));
      }
      if (places.isEmpty()) {
        refuse("is empty", expected);
      }
    } else {
      refuse("is " + words(), expected);
    }
    return places;
  }

  /** Returns the entries behind keys, of which these are known; each may stand there once. */
  public Optional<Keys> keys(List<String> known) {
    if (!(node instanceof MappingNode mapping) || !node.getTag().equals(Tag.MAP)) {
      refuse("is " + words(), "keys " + known);
      return Optional.empty();
    }
    Map<String, Place> entries = new LinkedHashMap<>();
    Map<String, Integer> lines = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      Node name = tuple.getKeyNode();
      String word = name instanceof ScalarNode scalar ? scalar.getValue() : "";
      if (!known.contains(word)) {
        document.complain(
            name.getStartMark(),
            below(repeated(word, known)),
            "unknown key" + Spelling.suggestion(word, known),
            "one of " + known);
      } else if (entries.containsKey(word)) {
        document.complain(
            name.getStartMark(),
            below(word),
            "stands there twice, first in line " + lines.get(word),
            "every key once");
      } else {
        entries.put(word, new Place(document, tuple.getValueNode(), below(word)));
        lines.put(word, name.getStartMark().getLine() + 1);
      }
    }
    return Optional.of(new Keys(this, entries));
  }

  /** Behind an unknown key may stand a secret that was typed in its place. */
  private static String repeated(String word, List<String> known) {
    return Spelling.isWord(word) || Spelling.near(word, known).isPresent() ? word : "?";
  }

  /** Returns no entries, for where a value may be left out. */
  public Keys noKeys() {
    return new Keys(this, Map.of());
  }

  /** Returns the one entry of a mapping that says by its key what it is. */
  public Optional<Choice> choice(List<String> known) {
    Optional<Keys> keys = keys(known);
    if (keys.isEmpty() || !(node instanceof MappingNode mapping)) {
      return Optional.empty();
    }
    if (mapping.getValue().size() != 1) {
      refuse(
          "holds " + mapping.getValue().size() + " keys",
          "one of " + known + ", each behind a dash of its own");
      return Optional.empty();
    }
    return keys.get().only();
  }

  /**
   * An entry that says by its key what it is.
   *
   * @param name the key
   * @param place its value
   */
  public record Choice(String name, Place place) {}

  /** Complains that a key is missing here. */
  void missing(String word, String expected) {
    document.complain(node.getStartMark(), below(word), "is missing", expected);
  }

  private String below(String word) {
    return key.isEmpty() ? word : key + "." + word;
  }

  private String words() {
    if (isNull()) {
      return "empty";
    }
    Tag tag = node.getTag();
    return switch (node) {
      case MappingNode _ when tag.equals(Tag.MAP) -> "keys and values";
      case SequenceNode _ when tag.equals(Tag.SEQ) -> "a list";
      case ScalarNode _ when tag.equals(Tag.STR) -> "text";
      case ScalarNode _ when tag.equals(Tag.INT) || tag.equals(Tag.FLOAT) -> "a number";
      case ScalarNode _ when tag.equals(Tag.BOOL) -> "true or false";
      case ScalarNode _ when tag.equals(Tag.TIMESTAMP) -> "a date";
      default -> "something with a tag";
    };
  }
}
