package drillbook.capture;

import drillbook.archive.Artifacts;
import drillbook.manifest.Manifest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HexFormat;

/**
 * One digest for a whole backup: SHA-256 over the Merkle roots of its parts that hold records,
 * sorted, with their counts. Names and numbers are left out, so that equal content in another
 * engine has an equal digest.
 */
public final class ContentDigest {
  private ContentDigest() {}

  /** Returns the digest of a backup's parts, lower-case hex. */
  public static String of(Manifest manifest) {
    MessageDigest digest = Artifacts.digest();
    manifest.parts().stream()
        .filter(part -> part.count() > 0)
        .sorted(Comparator.comparing(Manifest.Part::root))
        .forEach(part ->
            digest.update(
                (part.root() + ":" + part.count() + "\n").getBytes(StandardCharsets.US_ASCII)));
    return HexFormat.of().formatHex(digest.digest());
  }
}
