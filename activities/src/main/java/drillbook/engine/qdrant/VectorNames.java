package drillbook.engine.qdrant;

import drillbook.engine.CollectionSchema;
import drillbook.record.SparseField;
import drillbook.record.VectorField;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Names of vectors, which are names of folders on the server.
 *
 * <p>Source: Qdrant 1.18, validation of new vectors' names: at most 200 bytes, without these
 * characters. Older servers take all names, and a newer one keeps those that it finds.
 */
final class VectorNames {
  /** Since when a server refuses names. */
  static final ServerVersion CHECKED = new ServerVersion(1, 18);

  private static final int MOST_BYTES = 200;
  private static final String REFUSED = "<>:\"/\\\\|?*\\x00\\x1F";

  /**
   * What a vector is named that comes from elsewhere. An expression cannot count bytes: it takes as
   * many characters as fit if all are as wide as the widest one.
   */
  static final String GRAMMAR =
      Stream.of("\\x7F:200", "\\x{7FF}:100", "\\x{FFFF}:66", "\\x{10FFFF}:50")
          .map(each -> each.split(":", 2))
          .map(each -> "[\\x00-" + each[0] + "&&[^" + REFUSED + "]]{1," + each[1] + "}")
          .reduce((one, other) -> one + "|" + other)
          .orElseThrow();

  private static final Pattern REFUSED_CHARACTER = Pattern.compile("[" + REFUSED + "]");

  private VectorNames() {}

  /** Tells whether a server of today makes a vector of this name; an unnamed one has no name. */
  static boolean isTaken(String name) {
    return name.getBytes(StandardCharsets.UTF_8).length <= MOST_BYTES
        && !REFUSED_CHARACTER.matcher(name).find();
  }

  /** Returns a vector's name that a server of today refuses, where a schema has one. */
  static Optional<String> refused(CollectionSchema schema) {
    return Stream.concat(
            schema.layout().vectors().stream().map(VectorField::name),
            schema.layout().sparse().stream().map(SparseField::name))
        .filter(name -> !isTaken(name))
        .findFirst();
  }
}
