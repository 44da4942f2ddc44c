package drillbook.document;

/**
 * How a value is written.
 *
 * @param number whether it is a number; text otherwise
 * @param expected what a person is told to write
 * @param parser reads it
 */
public record Form<T>(boolean number, String expected, Parser<T> parser) {
  /** Reads a value. */
  @FunctionalInterface
  public interface Parser<T> {
    /**
     * Returns the value.
     *
     * @throws IllegalArgumentException when it is not written so; its message says what is wrong
     *     without repeating the text, as in {@code is no duration}
     */
    T parse(String text);
  }

  /** Returns a form of text. */
  public static <T> Form<T> text(String expected, Parser<T> parser) {
    return new Form<>(false, expected, parser);
  }

  /** Returns the same form with words of the place where it is used. */
  public Form<T> meaning(String words) {
    return new Form<>(number, words, parser);
  }
}
