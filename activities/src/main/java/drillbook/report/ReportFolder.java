package drillbook.report;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.manifest.Envelope;
import drillbook.manifest.SigningKey;
import drillbook.manifest.TrustedKeys;
import drillbook.store.ArtifactStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A report's folder in a store: {@code report.json} canonical, {@code report.dsse.json} the same
 * bytes signed, {@code report.txt} and {@code report.html} for people.
 *
 * @param folder ends with a slash
 * @param payloadType what the envelope names
 */
record ReportFolder(ArtifactStore store, String folder, String payloadType) {
  /**
   * Writes a report. Repeating it with the same report changes nothing.
   *
   * @throws DrillbookException CONFLICT when the folder holds another report
   */
  void publish(byte[] json, String text, String html, SigningKey key, TrustedKeys trusted)
      throws DrillbookException, InterruptedException {
    store.putNew(folder + "report.json", json);
    putSigned(json, key, trusted);
    putRendering("report.txt", text);
    putRendering("report.html", html);
  }

  private void putSigned(byte[] json, SigningKey signingKey, TrustedKeys trusted)
      throws DrillbookException, InterruptedException {
    try {
      store.putNew(folder + "report.dsse.json", Envelope.seal(payloadType, json, signingKey));
    } catch (DrillbookException e) {
      // A worker with another key may have published the report before it was lost.
      if (e.kind() != FailureKind.CONFLICT
          || !Arrays.equals(Envelope.open(payloadType, envelope(), trusted), json)) {
        throw e;
      }
    }
  }

  private void putRendering(String name, String text)
      throws DrillbookException, InterruptedException {
    try {
      store.putNew(folder + name, text.getBytes(StandardCharsets.UTF_8));
    } catch (DrillbookException e) {
      // A worker of another version may have rendered it; the JSON, which agrees, decides.
      if (e.kind() != FailureKind.CONFLICT) {
        throw e;
      }
    }
  }

  /** Returns the signed report as it lies there. */
  byte[] envelope() throws DrillbookException, InterruptedException {
    String key = folder + "report.dsse.json";
    try (InputStream in = store.read(key, 0, Envelope.MAX_BYTES + 1L)) {
      return in.readNBytes(Envelope.MAX_BYTES + 1);
    } catch (IOException e) {
      throw new DrillbookException(
          FailureKind.UNAVAILABLE, "read " + key + ": " + e.getMessage(), "", e);
    }
  }
}
