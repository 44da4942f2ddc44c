package drillbook.report;

import drillbook.drill.DrillReport;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.manifest.CanonicalJson;
import drillbook.manifest.Envelope;
import drillbook.manifest.SigningKey;
import drillbook.manifest.TrustedKeys;
import drillbook.store.ArtifactStore;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Drill reports in the store, below {@code <target>/drills/<run>/}: {@code report.json} canonical,
 * {@code report.dsse.json} the same bytes signed, {@code report.txt} and {@code report.html} for
 * people. Only the signed one is evidence; the others are renderings of it.
 */
public final class DrillReports {
  /** The payload type that the envelope of a report names. */
  public static final String PAYLOAD_TYPE = "application/vnd.drillbook.drill-report+json;version=1";

  private DrillReports() {}

  /** Returns the folder of a drill's report. */
  public static String folder(String target, String run) {
    return target + "/drills/" + run + "/";
  }

  /** Returns a report as canonical JSON. */
  public static byte[] json(DrillReport report) {
    return CanonicalJson.encode(report);
  }

  /** Returns a report as plain text for a terminal of 100 columns, with line feeds. */
  public static String text(DrillReport report) {
    return new TextReport(report, sha256(json(report))).render();
  }

  /** Returns a report as one HTML page that needs nothing else: no scripts, no other files. */
  public static String html(DrillReport report, String keyId) {
    return new HtmlReport(report, sha256(json(report)), keyId).render();
  }

  /**
   * Writes a report into the store. Repeating it with the same report changes nothing.
   *
   * @throws DrillbookException CONFLICT when the store holds another report of the same run
   */
  public static void publish(
      ArtifactStore store, DrillReport report, SigningKey key, TrustedKeys trusted)
      throws DrillbookException, InterruptedException {
    String folder = folder(report.target(), report.run());
    new ReportFolder(store, folder, PAYLOAD_TYPE)
        .publish(json(report), text(report), html(report, key.keyId()), key, trusted);
  }

  /**
   * Returns the report that a signed envelope holds.
   *
   * @throws DrillbookException CORRUPT when no trusted key signed it, or it was changed
   */
  public static DrillReport open(byte[] envelope, TrustedKeys trusted) throws DrillbookException {
    return CanonicalJson.decode(
        Envelope.open(PAYLOAD_TYPE, envelope, trusted), DrillReport.class, "drill report");
  }

  /**
   * Reads a drill's signed report.
   *
   * @throws DrillbookException NOT_FOUND when there is none, CORRUPT when it is not authentic or is
   *     another drill's
   */
  public static DrillReport read(
      ArtifactStore store, String target, String run, TrustedKeys trusted)
      throws DrillbookException, InterruptedException {
    DrillReport report =
        open(new ReportFolder(store, folder(target, run), PAYLOAD_TYPE).envelope(), trusted);
    if (!report.target().equals(target) || !report.run().equals(run)) {
      throw new DrillbookException(
          FailureKind.CORRUPT,
          "the report of drill " + run + " is that of " + report.target() + "/" + report.run());
    }
    return report;
  }

  /** Returns the lower-case hex SHA-256 of bytes. */
  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
