package drillbook.manifest;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The public keys whose signatures count. They come from configuration, never from the store. */
public final class TrustedKeys {
  private final Map<String, PublicKey> keys = new TreeMap<>();

  private TrustedKeys(Collection<PublicKey> publicKeys) {
    publicKeys.forEach(key -> keys.put(SigningKey.keyId(key), key));
  }

  /**
   * Reads public keys from PEM files.
   *
   * @throws DrillbookException CONFIGURATION when a file is missing or holds no Ed25519 public key
   */
  public static TrustedKeys of(List<Path> publicKeyPems) throws DrillbookException {
    List<PublicKey> keys = new java.util.ArrayList<>();
    for (Path file : publicKeyPems) {
      try {
        keys.add(KeyPem.publicKey(Files.readString(file)));
      } catch (IOException | GeneralSecurityException e) {
        throw new DrillbookException(
            FailureKind.CONFIGURATION,
            "read public key " + file + ": " + e.getMessage(),
            "Copy signing.pub.pem of the worker that writes the backups.",
            e);
      }
    }
    return new TrustedKeys(keys);
  }

  /** Trusts keys that the caller holds, its own for instance. */
  public static TrustedKeys ofKeys(Collection<PublicKey> publicKeys) {
    return new TrustedKeys(publicKeys);
  }

  /** Returns the ids of the keys, sorted. */
  public List<String> keyIds() {
    return List.copyOf(keys.keySet());
  }

  /**
   * Checks a signature.
   *
   * @param what names the document in the message
   * @throws DrillbookException CORRUPT when the key is unknown or the signature is not its own
   */
  void verify(String keyId, byte[] message, byte[] signature, String what)
      throws DrillbookException {
    PublicKey key = keys.get(keyId);
    if (key == null) {
      throw new DrillbookException(
          FailureKind.CORRUPT,
          what + ": it is signed by the unknown key " + keyId,
          "If the key is one of yours, add its public key to the trusted keys.");
    }
    try {
      Signature verifier = Signature.getInstance(SigningKey.ALGORITHM);
      verifier.initVerify(key);
      verifier.update(message);
      if (verifier.verify(signature)) {
        return;
      }
    } catch (GeneralSecurityException e) {
      throw new DrillbookException(
          FailureKind.CORRUPT, what + ": its signature is malformed: " + e.getMessage(), "", e);
    }
    throw new DrillbookException(
        FailureKind.CORRUPT, what + ": its signature by " + keyId + " is wrong");
  }
}
