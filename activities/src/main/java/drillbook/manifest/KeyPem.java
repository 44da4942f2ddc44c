package drillbook.manifest;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/** Ed25519 keys as PEM text (RFC 7468). Messages never quote the text. */
final class KeyPem {
  private static final String PRIVATE = "PRIVATE KEY";
  private static final String PUBLIC = "PUBLIC KEY";

  private KeyPem() {}

  static String of(PrivateKey key) {
    return pem(PRIVATE, key);
  }

  static String of(PublicKey key) {
    return pem(PUBLIC, key);
  }

  static PrivateKey privateKey(String pem) throws GeneralSecurityException {
    return factory().generatePrivate(new PKCS8EncodedKeySpec(der(PRIVATE, pem)));
  }

  static PublicKey publicKey(String pem) throws GeneralSecurityException {
    return factory().generatePublic(new X509EncodedKeySpec(der(PUBLIC, pem)));
  }

  private static KeyFactory factory() throws GeneralSecurityException {
    return KeyFactory.getInstance(SigningKey.ALGORITHM);
  }

  private static String pem(String label, Key key) {
    byte[] newline = {'\n'};
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(64, newline).encodeToString(key.getEncoded())
        + "\n-----END "
        + label
        + "-----\n";
  }

  private static byte[] der(String label, String pem) throws InvalidKeySpecException {
    String begin = "-----BEGIN " + label + "-----";
    String end = "-----END " + label + "-----";
    String text = pem.strip();
    if (!text.startsWith(begin) || !text.endsWith(end) || text.length() < begin.length() * 2) {
      throw new InvalidKeySpecException("no PEM block '" + label + "'");
    }
    String base64 = text.substring(begin.length(), text.length() - end.length());
    try {
      return Base64.getMimeDecoder().decode(base64.getBytes(StandardCharsets.US_ASCII));
    } catch (IllegalArgumentException e) {
      throw new InvalidKeySpecException("PEM block '" + label + "' is no base64", e);
    }
  }
}
