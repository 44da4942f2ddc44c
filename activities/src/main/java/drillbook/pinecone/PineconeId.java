package drillbook.pinecone;

import drillbook.record.RecordId;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Ids as Pinecone holds them: ASCII texts of 1 to 512 characters without NUL. Numbers, uuids, bytes
 * and composites are printed, as long as that is such a text and of no other composite; ids of
 * which there is none get a name made from their bytes. Whatever is not the id itself, the record's
 * metadata carries.
 *
 * <p>Source: Pinecone's refusals, "Vector ID must be ASCII" and "must not contain null character";
 * API 2025-10 for the length.
 */
public final class PineconeId {
  private static final String MADE = "drillbook:";
  private static final int LONGEST = 512;

  private PineconeId() {}

  /** Returns the text by which a record is known in Pinecone. */
  public static String text(byte[] id) {
    String printed = RecordId.print(id);
    boolean held =
        !printed.isEmpty()
            && printed.length() <= LONGEST
            && !printed.startsWith(MADE)
            && printed.chars().allMatch(c -> c > 0 && c < 0x80)
            && isUnambiguous(RecordId.parts(id));
    return held ? printed : MADE + name(id);
  }

  /** The parts of a composite are printed with slashes between them, and must have none inside. */
  private static boolean isUnambiguous(List<Object> parts) {
    return parts.size() == 1
        || parts.stream().noneMatch(part -> part instanceof String text && text.contains("/"));
  }

  /** Tells whether a text is the whole of an id. */
  static boolean isWhole(byte[] id, String text) {
    return RecordId.parts(id).equals(List.of(text));
  }

  /** Tells whether a text stands for an id that only the metadata has. */
  public static boolean isMade(String text) {
    return text.startsWith(MADE);
  }

  private static String name(byte[] id) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(id);
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
