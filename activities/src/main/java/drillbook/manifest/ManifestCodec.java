package drillbook.manifest;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;

/** Manifests as bytes: canonical JSON, and the signed envelope that lies in the store. */
public final class ManifestCodec {
  /** The payload type that the envelope of a manifest names. */
  public static final String PAYLOAD_TYPE = "application/vnd.drillbook.manifest+json;version=1";

  /** How long a manifest may be, envelope included, in bytes. */
  public static final int MAX_BYTES = Envelope.MAX_BYTES;

  private ManifestCodec() {}

  /**
   * Returns the canonical JSON of a manifest.
   *
   * @throws DrillbookException UNSUPPORTED when it is longer than {@value #MAX_BYTES} bytes
   */
  public static byte[] encode(Manifest manifest) throws DrillbookException {
    byte[] json = CanonicalJson.encode(manifest);
    if (json.length > MAX_BYTES) {
      throw new DrillbookException(
          FailureKind.UNSUPPORTED,
          "write manifest of " + manifest.backupId() + ": " + json.length + " bytes are too many",
          "Divide the target: a backup holds a few thousand pairs of collection and tenant.");
    }
    return json;
  }

  /**
   * Returns the manifest that canonical JSON holds. Does not ask who wrote it: see {@link #open}.
   *
   * @throws DrillbookException CORRUPT when the bytes are no manifest, too many, or not canonical
   */
  public static Manifest decode(byte[] json) throws DrillbookException {
    if (json.length > MAX_BYTES) {
      throw new DrillbookException(
          FailureKind.CORRUPT, "read manifest: " + json.length + " bytes are too many");
    }
    return CanonicalJson.decode(json, Manifest.class, "manifest");
  }

  /**
   * Returns a manifest's signed envelope, as it lies in the store.
   *
   * @throws DrillbookException UNSUPPORTED when it is longer than {@value #MAX_BYTES} bytes
   */
  public static byte[] seal(Manifest manifest, SigningKey key) throws DrillbookException {
    return Envelope.seal(PAYLOAD_TYPE, encode(manifest), key);
  }

  /**
   * Returns the manifest in an envelope that a trusted key signed.
   *
   * @throws DrillbookException CORRUPT when it is unsigned, signed by another, or changed
   */
  public static Manifest open(byte[] envelope, TrustedKeys keys) throws DrillbookException {
    return decode(Envelope.open(PAYLOAD_TYPE, envelope, keys));
  }
}
