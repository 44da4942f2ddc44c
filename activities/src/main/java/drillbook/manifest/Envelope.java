package drillbook.manifest;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * A signed document: the JSON form of the Dead Simple Signing Envelope (DSSE 1.0.2) with exactly
 * one Ed25519 signature. The envelope itself has one spelling only, so that each of its bits is
 * either signed or checked.
 */
public final class Envelope {
  /** How long an envelope may be, in bytes. */
  public static final int MAX_BYTES = 1 << 20;

  private Envelope() {}

  /**
   * Returns the envelope around a payload.
   *
   * @param payloadType says what the payload is, and is signed with it
   * @throws DrillbookException UNSUPPORTED when it is longer than {@value #MAX_BYTES} bytes
   */
  public static byte[] seal(String payloadType, byte[] payload, SigningKey key)
      throws DrillbookException {
    Base64.Encoder base64 = Base64.getEncoder();
    byte[] signature = key.sign(signedBytes(payloadType, payload));
    byte[] envelope =
        CanonicalJson.encode(
            new Document(
                base64.encodeToString(payload),
                payloadType,
                List.of(new Signature(key.keyId(), base64.encodeToString(signature)))));
    if (envelope.length > MAX_BYTES) {
      throw new DrillbookException(
          FailureKind.UNSUPPORTED,
          "sign " + payloadType + ": " + envelope.length + " bytes are too many");
    }
    return envelope;
  }

  /**
   * Returns the payload of an envelope.
   *
   * @param payloadType what the payload has to be
   * @throws DrillbookException CORRUPT when the envelope is unsigned, of another type, signed by an
   *     unknown key, or not bit for bit what was signed
   */
  public static byte[] open(String payloadType, byte[] envelope, TrustedKeys keys)
      throws DrillbookException {
    String what = "open signed " + payloadType;
    if (envelope.length > MAX_BYTES) {
      throw new DrillbookException(
          FailureKind.CORRUPT, what + ": " + envelope.length + " bytes are too many");
    }
    Document document = CanonicalJson.decode(envelope, Document.class, what);
    if (!document.payloadType().equals(payloadType)) {
      throw new DrillbookException(
          FailureKind.CORRUPT, what + ": it is " + document.payloadType() + " instead");
    }
    if (document.signatures().size() != 1) {
      throw new DrillbookException(
          FailureKind.CORRUPT, what + ": it has " + document.signatures().size() + " signatures");
    }
    Signature signature = document.signatures().getFirst();
    byte[] payload = decode(document.payload(), what);
    keys.verify(
        signature.keyid(), signedBytes(payloadType, payload), decode(signature.sig(), what), what);
    return payload;
  }

  /** Returns what is signed: the pre-authentication encoding of DSSE. */
  static byte[] signedBytes(String payloadType, byte[] payload) {
    byte[] type = payloadType.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(payload.length + 128);
    bytes.writeBytes(("DSSEv1 " + type.length + " ").getBytes(StandardCharsets.US_ASCII));
    bytes.writeBytes(type);
    bytes.writeBytes((" " + payload.length + " ").getBytes(StandardCharsets.US_ASCII));
    bytes.writeBytes(payload);
    return bytes.toByteArray();
  }

  private static byte[] decode(String base64, String what) throws DrillbookException {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new DrillbookException(FailureKind.CORRUPT, what + ": " + e.getMessage(), "", e);
    }
    // A decoder accepts several spellings of one value; only one of them is signed.
    if (!Base64.getEncoder().encodeToString(bytes).equals(base64)) {
      throw new DrillbookException(FailureKind.CORRUPT, what + ": its base64 is not canonical");
    }
    return bytes;
  }

  private record Document(String payload, String payloadType, List<Signature> signatures) {}

  private record Signature(String keyid, String sig) {}
}
