package drillbook.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import drillbook.backup.BackupKind;
import drillbook.backup.BackupReport;
import drillbook.check.Finding;
import drillbook.check.FindingCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ReportTextTest {
  private static final BackupReport SEALED =
      new BackupReport(
          "docs",
          "20261121t020000z_full_1a2b3c",
          BackupKind.FULL,
          "",
          "",
          1,
          1200,
          12,
          0,
          1_500_000,
          15_000,
          Instant.parse("2026-11-21T02:00:00Z"),
          "SNAPSHOT",
          1,
          "manifest.json",
          "00",
          "abcd",
          2,
          null);
  private static final BackupReport WARNED =
      SEALED.warned(
          List.of(
              new Finding(FindingCode.CENTROID_DRIFT, "main/docs: it turned", "Look."),
              new Finding(FindingCode.NOT_COVERED, "1 collection: main/more", "Add it.")));

  @Test
  void warnings_of_a_backup_stand_below_its_figures() {
    assertThat(ReportText.of(SEALED)).noneMatch(line -> line.startsWith("warning"));
    assertThat(ReportText.of(WARNED))
        .endsWith(
            "warning CENTROID_DRIFT: main/docs: it turned",
            "  Look.",
            "warning NOT_COVERED: 1 collection: main/more",
            "  Add it.");
  }

  @Test
  void programs_find_warnings_in_the_json() throws Exception {
    StringWriter out = new StringWriter();
    new Console(new PrintWriter(out), new PrintWriter(new StringWriter()), () -> Instant.EPOCH)
        .json(WARNED);

    JsonNode warnings = new ObjectMapper().readTree(out.toString()).get("warnings");

    assertThat(warnings).hasSize(2);
    assertThat(warnings.get(0).get("code").asText()).isEqualTo("CENTROID_DRIFT");
    assertThat(warnings.get(1).get("message").asText()).contains("main/more");
  }
}
