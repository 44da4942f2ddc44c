package drillbook.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.check.Check;
import drillbook.check.Finding;
import drillbook.check.FindingCode;
import drillbook.check.Verdict;
import drillbook.disaster.DisasterReport;
import drillbook.disaster.Milestone;
import drillbook.manifest.SigningKey;
import drillbook.manifest.TrustedKeys;
import drillbook.people.Approval;
import drillbook.region.ReplicaReport;
import drillbook.restore.Phases;
import drillbook.restore.RestorePlan;
import drillbook.store.MemoryArtifactStore;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DisasterReportsTest {
  private static final Instant BEGUN = Instant.parse("2027-01-01T05:00:00Z");

  @TempDir Path folder;

  @Test
  void the_text_tells_condition_approvers_timeline_and_what_is_wrong() {
    assertThat(DisasterReports.text(report("fenced")))
        .contains(
            "DISASTER DRILL FAILED  docs",
            "LEFT UNDONE: primary-back failed",
            "primary         fenced: cut off, and it did not answer",
            "approved by     ana, ben, as they claim",
            "recovery time   20 min 00 s",
            "recovery point  1 h 55 min old",
            "2027-01-01 05:10:00 UTC  lost",
            "! PRIMARY_NOT_BACK: primary-back failed",
            "What to do: Do it by hand now");
  }

  @Test
  void the_page_is_one_file_and_escapes_what_others_named() {
    String html = DisasterReports.html(report("fenced"), "key-1");
    assertThat(html)
        .contains("Failed: not everything went as it has to", "&lt;script&gt;", "key-1")
        .doesNotContain("<script", "src=", "href=");
  }

  @Test
  void a_loss_that_was_simulated_is_called_so() {
    assertThat(DisasterReports.text(report("simulated")))
        .contains("loss simulated: it was not touched");
  }

  @Test
  void what_is_published_reads_back_and_only_with_its_signature() throws Exception {
    MemoryArtifactStore store = new MemoryArtifactStore();
    SigningKey key = SigningKey.loadOrCreate(folder.resolve("keys"));
    TrustedKeys trusted = TrustedKeys.ofKeys(List.of(key.publicKey()));
    DisasterReport report = report("fenced");
    DisasterReports.publish(store, report, key, trusted);
    DisasterReports.publish(store, report, key, trusted);
    assertThat(DisasterReports.read(store, "docs", report.run(), trusted)).isEqualTo(report);
    SigningKey other = SigningKey.loadOrCreate(folder.resolve("others"));
    assertThatThrownBy(() ->
            DisasterReports.read(
                store, "docs", report.run(), TrustedKeys.ofKeys(List.of(other.publicKey()))))
        .hasMessageContaining("key");
  }

  private static DisasterReport report(String loss) {
    String left = "primary-back failed: the hook 'unfence' of 'docs' failed: exit code 1";
    List<Check> checks =
        List.of(
            Check.passed("freshness", "20270101t030500z_inc_1a2b3c", "1.9 h old, allowed 2.0 h"),
            Check.passed("count", "main/<script>", "12,000 records"),
            Check.notApplicable("rto", "docs", "20 min, and nothing was promised"),
            Check.failed(
                "primary-back",
                "docs",
                left,
                new Finding(FindingCode.PRIMARY_NOT_BACK, left, "Do it by hand now.")));
    return new DisasterReport(
        "docs",
        "docs-eu",
        "20270101t050000_1a2b3c",
        BEGUN,
        Verdict.of(checks),
        "LEFT UNDONE: " + left + ".",
        loss,
        new ReplicaReport(
            "20270101t030500z_inc_1a2b3c",
            Instant.parse("2027-01-01T03:15:00Z"),
            true,
            40,
            1 << 30,
            1 << 20,
            "s3://backups-eu/docs",
            12),
        List.of(new Approval("ana", "docs", false, ""), new Approval("ben", "docs", false, "")),
        checks,
        List.of(new RestorePlan.Destination("main/<script>", "main/<script>", "")),
        12_000,
        new Phases(300, 200, 400, 200, 100),
        1200,
        6900,
        List.of(
            new Milestone(BEGUN, "begun", "a drill of the loss of docs"),
            new Milestone(BEGUN.plusSeconds(600), "lost", "fenced: does not answer"),
            new Milestone(BEGUN.plusSeconds(1800), "recovered", "clients are led over")),
        List.of(),
        2400,
        "docs/disasters/20270101t050000_1a2b3c/report.json");
  }
}
