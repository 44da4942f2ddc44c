package drillbook.store;

import java.util.Base64;
import java.util.HexFormat;

/** SHA-256 as people and as S3 write it. */
final class Digests {
  private Digests() {}

  /** Returns the digest in lower-case hex. */
  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(HashingWriter.sha256().digest(bytes));
  }

  /** Returns the digest of the first bytes in Base64, as S3 checksum headers have it. */
  static String base64(byte[] bytes, int length) {
    var sha256 = HashingWriter.sha256();
    sha256.update(bytes, 0, length);
    return Base64.getEncoder().encodeToString(sha256.digest());
  }
}
