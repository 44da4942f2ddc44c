package drillbook.manifest;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.NamedParameterSpec;
import java.util.HexFormat;

/**
 * The Ed25519 key that signs manifests, journal and reports of one worker. Safe for use by several
 * threads. Its text form never shows the private half.
 */
public final class SigningKey {
  static final String ALGORITHM = "Ed25519";
  private static final String PRIVATE_FILE = "signing.pem";
  private static final String PUBLIC_FILE = "signing.pub.pem";

  private final PrivateKey privateKey;
  private final PublicKey publicKey;
  private final String keyId;

  private SigningKey(PrivateKey privateKey, PublicKey publicKey) {
    this.privateKey = privateKey;
    this.publicKey = publicKey;
    this.keyId = keyId(publicKey);
  }

  /**
   * Reads the key of a folder, or makes one on first use: {@code signing.pem} (PKCS 8, readable by
   * its owner only) and {@code signing.pub.pem}. Of two that make one at the same time, one wins
   * and both use its key.
   *
   * @throws DrillbookException CONFIGURATION when the folder cannot be used, the file holds no
   *     Ed25519 key, or others can read it
   */
  public static SigningKey loadOrCreate(Path folder) throws DrillbookException {
    Path file = folder.resolve(PRIVATE_FILE);
    try {
      if (!Files.exists(file)) {
        create(folder, file);
      }
      refuseOpenFile(file);
      PrivateKey privateKey = KeyPem.privateKey(Files.readString(file));
      SigningKey key = new SigningKey(privateKey, publicKeyOf(privateKey));
      key.publish(folder);
      return key;
    } catch (IOException | GeneralSecurityException e) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          "read signing key " + file + ": " + e.getMessage(),
          "Give the worker a folder of its own that it may write to.",
          e);
    }
  }

  /** Returns the lower-case hex SHA-256 of the public key's SubjectPublicKeyInfo. */
  public String keyId() {
    return keyId;
  }

  /** Returns the half that verifiers pin. */
  public PublicKey publicKey() {
    return publicKey;
  }

  /** Returns the 64 bytes of a message's signature. */
  public byte[] sign(byte[] message) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(privateKey);
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK signs with Ed25519", e);
    }
  }

  @Override
  public String toString() {
    return "SigningKey[" + keyId + "]";
  }

  /** Returns the id of a public key. */
  static String keyId(PublicKey key) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
      return HexFormat.of().formatHex(digest);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static void create(Path folder, Path file) throws IOException, GeneralSecurityException {
    Files.createDirectories(folder);
    KeyPair pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
    Path draft =
        Files.createTempFile(
            folder,
            PRIVATE_FILE,
            ".draft",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      Files.writeString(draft, KeyPem.of(pair.getPrivate()), StandardCharsets.US_ASCII);
      // A link appears whole and fails where the name is taken, which a move would not.
      Files.createLink(file, draft);
    } catch (FileAlreadyExistsException e) {
      // Another process made the key first; its key is read below.
      return;
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private static void refuseOpenFile(Path file) throws IOException, GeneralSecurityException {
    String permissions =
        PosixFilePermissions.toString(
            Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS));
    if (!permissions.endsWith("------")) {
      throw new InvalidKeySpecException("others may use it: " + permissions);
    }
  }

  private void publish(Path folder) throws IOException {
    Path file = folder.resolve(PUBLIC_FILE);
    String pem = KeyPem.of(publicKey);
    try {
      if (Files.readString(file).equals(pem)) {
        return;
      }
    } catch (NoSuchFileException e) {
      // First use, or a crash between the two files: written below.
    }
    Path draft = Files.createTempFile(folder, PUBLIC_FILE, ".draft");
    Files.writeString(draft, pem, StandardCharsets.US_ASCII);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Derives the public half: a generator whose randomness is the private key makes that key. */
  private static PublicKey publicKeyOf(PrivateKey privateKey) throws GeneralSecurityException {
    byte[] seed =
        ((EdECPrivateKey) privateKey)
            .getBytes()
            .orElseThrow(() -> new InvalidKeySpecException("key without bytes"));
    KeyPairGenerator generator = KeyPairGenerator.getInstance(ALGORITHM);
    generator.initialize(NamedParameterSpec.ED25519, new SeedOnly(seed));
    return generator.generateKeyPair().getPublic();
  }

  /** Randomness that is a given seed. */
  private static final class SeedOnly extends SecureRandom {
    private static final long serialVersionUID = 1L;

    private final byte[] seed;

    SeedOnly(byte[] seed) {
      this.seed = seed.clone();
    }

    @Override
    public void nextBytes(byte[] bytes) {
      if (bytes.length != seed.length) {
        throw new IllegalStateException("asked for " + bytes.length + " of " + seed.length);
      }
      System.arraycopy(seed, 0, bytes, 0, seed.length);
    }
  }
}
