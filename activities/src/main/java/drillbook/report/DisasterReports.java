package drillbook.report;

import drillbook.disaster.DisasterReport;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.manifest.CanonicalJson;
import drillbook.manifest.Envelope;
import drillbook.manifest.SigningKey;
import drillbook.manifest.TrustedKeys;
import drillbook.store.ArtifactStore;

/**
 * Reports of disaster drills in a store, below {@code <target>/disasters/<run>/}, in the same forms
 * as those of drills.
 */
public final class DisasterReports {
  /** The payload type that the envelope of a report names. */
  public static final String PAYLOAD_TYPE =
      "application/vnd.drillbook.disaster-report+json;version=1";

  private DisasterReports() {}

  /** Returns the folder of a drill's report. */
  public static String folder(String target, String run) {
    return target + "/disasters/" + run + "/";
  }

  /** Returns a report as plain text for a terminal of 100 columns, with line feeds. */
  public static String text(DisasterReport report) {
    return new DisasterText(report, DrillReports.sha256(CanonicalJson.encode(report))).render();
  }

  /** Returns a report as one HTML page that needs nothing else: no scripts, no other files. */
  public static String html(DisasterReport report, String keyId) {
    return new DisasterHtml(report, DrillReports.sha256(CanonicalJson.encode(report)), keyId)
        .render();
  }

  /**
   * Writes a report into a store. Repeating it with the same report changes nothing.
   *
   * @throws DrillbookException CONFLICT when the store holds another report of the same run
   */
  public static void publish(
      ArtifactStore store, DisasterReport report, SigningKey key, TrustedKeys trusted)
      throws DrillbookException, InterruptedException {
    new ReportFolder(store, folder(report.target(), report.run()), PAYLOAD_TYPE)
        .publish(
            CanonicalJson.encode(report), text(report), html(report, key.keyId()), key, trusted);
  }

  /**
   * Reads a drill's signed report.
   *
   * @throws DrillbookException NOT_FOUND when there is none, CORRUPT when it is not authentic or is
   *     another drill's
   */
  public static DisasterReport read(
      ArtifactStore store, String target, String run, TrustedKeys trusted)
      throws DrillbookException, InterruptedException {
    byte[] envelope = new ReportFolder(store, folder(target, run), PAYLOAD_TYPE).envelope();
    DisasterReport report =
        CanonicalJson.decode(
            Envelope.open(PAYLOAD_TYPE, envelope, trusted),
            DisasterReport.class,
            "disaster report");
    if (!report.target().equals(target) || !report.run().equals(run)) {
      throw new DrillbookException(
          FailureKind.CORRUPT,
          "the report of drill " + run + " is that of " + report.target() + "/" + report.run());
    }
    return report;
  }
}
