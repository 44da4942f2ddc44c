package drillbook.watch;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.check.Verdict;
import drillbook.journal.JournalRecord;
import drillbook.runbook.Cadence;
import drillbook.runbook.Occasion;
import drillbook.runbook.Runbook;
import drillbook.runbook.Step;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a journal tells a look. */
final class WatchEvidenceTest {
  private static final Instant MONDAY = Instant.parse("2027-02-15T02:00:00Z");
  private static final Instant TUESDAY = Instant.parse("2027-02-16T02:00:00Z");

  @Test
  void a_backup_that_is_known_not_to_come_back_is_no_recovery_point() {
    assertThat(evidence(backup("b2", TUESDAY), backup("b1", MONDAY)).recoveryPoint())
        .contains(TUESDAY);
    assertThat(
            evidence(verified("b2", Verdict.FAILED), backup("b2", TUESDAY), backup("b1", MONDAY))
                .recoveryPoint())
        .contains(MONDAY);
    assertThat(
            evidence(drilled("b2", Verdict.FAILED, "FAILED"), backup("b2", TUESDAY))
                .recoveryPoint())
        .isEmpty();
    assertThat(
            evidence(drilled("b2", Verdict.FAILED, "PASSED"), backup("b2", TUESDAY))
                .recoveryPoint())
        .as("a drill that was only slow")
        .contains(TUESDAY);
  }

  @Test
  void a_drill_that_was_only_slow_proves_and_one_that_found_something_does_not() {
    Runbook runbook = runbook();
    assertThat(evidence(drilled("b1", Verdict.FAILED, "PASSED")).provenAt(runbook, Cadence.WEEKLY))
        .contains(MONDAY);
    assertThat(evidence(drilled("b1", Verdict.FAILED, "FAILED")).provenAt(runbook, Cadence.WEEKLY))
        .isEmpty();
  }

  @Test
  void each_kind_of_drill_is_proven_by_its_own() {
    Runbook runbook = runbook();
    WatchEvidence abroad =
        evidence(
            new JournalRecord(
                "docs",
                "drill",
                "r",
                "b1",
                Verdict.PASSED,
                1,
                Map.of("besideTime", "PASSED", "into", "docs-eu")));
    assertThat(abroad.provenAt(runbook, Cadence.WEEKLY)).isEmpty();
    assertThat(abroad.provenAt(runbook, Cadence.MONTHLY)).contains(MONDAY);
    assertThat(abroad.provenAt(runbook, Cadence.QUARTERLY)).isEmpty();
    WatchEvidence lost =
        evidence(
            new JournalRecord(
                "docs", "disaster", "r", "b1", Verdict.PASSED, 1, Map.of("region", "docs-eu")));
    assertThat(lost.provenAt(runbook, Cadence.QUARTERLY)).contains(MONDAY);
    assertThat(lost.provenAt(runbook, Cadence.MONTHLY)).isEmpty();
  }

  private static WatchEvidence evidence(JournalRecord... newestFirst) {
    return new WatchEvidence(
        List.of(newestFirst).stream()
            .map(record -> new WatchEvidence.Entry(MONDAY, record))
            .toList());
  }

  private static JournalRecord backup(String id, Instant asOf) {
    return new JournalRecord(
        "docs", "backup", "r", id, Verdict.PASSED, 1, Map.of("asOf", asOf.toString()));
  }

  private static JournalRecord verified(String id, Verdict verdict) {
    return new JournalRecord("docs", "verify", "r", id, verdict, 1, Map.of());
  }

  private static JournalRecord drilled(String id, Verdict verdict, String besideTime) {
    return new JournalRecord(
        "docs", "drill", "r", id, verdict, 1, Map.of("besideTime", besideTime));
  }

  private static Occasion occasion(Cadence cadence, Step step) {
    return new Occasion(cadence, cadence.cron(), List.of(step), Occasion.Notify.ALWAYS);
  }

  private static Runbook runbook() {
    return new Runbook(
        "docs-book",
        "docs",
        null,
        null,
        List.of(
            Occasion.usual(Cadence.WEEKLY),
            occasion(Cadence.MONTHLY, new Step.RegionDrill("docs-eu", 0, 0)),
            occasion(Cadence.QUARTERLY, new Step.DisasterDrill("docs-eu", null, null, null))),
        null,
        null,
        null,
        null);
  }
}
