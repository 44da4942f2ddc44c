package drillbook.export;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** The JSON Schema of a line, which stands beside exported lines. */
public final class RecordSchema {
  /** Its name in an export's folder. */
  public static final String NAME = "record.schema.json";

  private RecordSchema() {}

  /** Returns its text, UTF-8. */
  public static byte[] bytes() {
    try (InputStream in = Objects.requireNonNull(RecordSchema.class.getResourceAsStream(NAME))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
