package drillbook.journal;

import drillbook.archive.Keys;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.manifest.CanonicalJson;
import drillbook.manifest.Envelope;
import drillbook.manifest.SigningKey;
import drillbook.manifest.TrustedKeys;
import drillbook.store.ArtifactStore;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How one entry lies in the store: its key, its bytes, its signed content. */
final class JournalFile {
  static final String PAYLOAD_TYPE = "application/vnd.drillbook.journal+json;version=1";

  private static final Pattern NAME = Pattern.compile("([0-9]{20})\\.json");

  private JournalFile() {}

  /**
   * What is signed.
   *
   * @param number the entry's number
   * @param at when it was written
   * @param previous the SHA-256 of the previous entry's bytes; empty in the first one
   * @param latest by kind, the number of the newest earlier entry: readers that look for one kind
   *     jump from one to the next
   * @param record what happened
   */
  record Content(
      long number,
      Instant at,
      String previous,
      SortedMap<String, Long> latest,
      JournalRecord record) {
    Content {
      Objects.requireNonNull(at, "at == null");
      Objects.requireNonNull(previous, "previous == null");
      Objects.requireNonNull(record, "record == null");
      latest = new TreeMap<>(latest);
    }
  }

  /** Returns the folder of a target's journal. */
  static String folder(String target) {
    return Keys.journal(target);
  }

  static String key(String target, long number) {
    return folder(target) + String.format(Locale.ROOT, "%020d.json", number);
  }

  /** Returns the number that a key stands for; none for what is no entry. */
  static OptionalLong number(String target, String key) {
    Matcher matcher = NAME.matcher(key.substring(folder(target).length()));
    if (!matcher.matches()) {
      return OptionalLong.empty();
    }
    try {
      long number = Long.parseLong(matcher.group(1));
      return number > 0 ? OptionalLong.of(number) : OptionalLong.empty();
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  static byte[] seal(Content content, SigningKey key) throws DrillbookException {
    return Envelope.seal(PAYLOAD_TYPE, CanonicalJson.encode(content), key);
  }

  /**
   * Returns what an entry says.
   *
   * @throws DrillbookException CORRUPT when no trusted key signed it, or it is another entry's or
   *     another target's
   */
  static Content open(String target, long number, byte[] envelope, TrustedKeys trusted)
      throws DrillbookException {
    String key = key(target, number);
    byte[] json = Envelope.open(PAYLOAD_TYPE, envelope, trusted);
    Content content = CanonicalJson.decode(json, Content.class, key);
    if (content.number() != number || !content.record().target().equals(target)) {
      throw new DrillbookException(
          FailureKind.CORRUPT,
          "read " + key + ": it is entry " + content.number() + " of " + content.record().target());
    }
    return content;
  }

  /**
   * Returns an entry's bytes.
   *
   * @throws DrillbookException NOT_FOUND when it does not exist, CORRUPT when it is too long
   */
  static byte[] read(ArtifactStore store, String target, long number)
      throws DrillbookException, InterruptedException {
    String key = key(target, number);
    try (InputStream in = store.read(key, 0, Envelope.MAX_BYTES + 1L)) {
      byte[] bytes = in.readNBytes(Envelope.MAX_BYTES + 1);
      if (bytes.length > Envelope.MAX_BYTES) {
        throw new DrillbookException(
            FailureKind.CORRUPT, "read " + key + ": it is longer than " + Envelope.MAX_BYTES);
      }
      return bytes;
    } catch (IOException e) {
      throw new DrillbookException(
          FailureKind.UNAVAILABLE, "read " + key + ": " + e.getMessage(), "", e);
    }
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
