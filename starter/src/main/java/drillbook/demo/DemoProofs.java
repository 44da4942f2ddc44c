package drillbook.demo;

import drillbook.archive.ArchivedBackup;
import drillbook.backup.BackupReport;
import drillbook.check.Check;
import drillbook.check.Finding;
import drillbook.check.Verdict;
import drillbook.demo.proof.Expectations;
import drillbook.demo.proof.LiveRecords;
import drillbook.demo.proof.PlantedFault;
import drillbook.demo.proof.RestoredDigests;
import drillbook.drill.DrillReport;
import drillbook.drill.DrillRequest;
import drillbook.engine.Engine;
import drillbook.failure.DrillbookException;
import drillbook.notice.Figures;
import drillbook.restore.RestoreReport;
import drillbook.restore.RestoreRequest;
import drillbook.temporal.InProcessTemporal;
import drillbook.temporal.Parts;
import drillbook.temporal.Procedure;
import drillbook.temporal.ProcedureRun;
import drillbook.temporal.TemporalHost;
import drillbook.verify.VerifyReport;
import drillbook.verify.VerifyRequest;
import drillbook.worker.Surroundings;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;

/** The second half of the demo: what a backup is worth. One thread. */
final class DemoProofs {
  private static final String SOURCE = DemoSite.SOURCE;

  private static final int TEXT = 90;

  private final DemoSite site;
  private final Parts parts;
  private final Narrator narrator;
  private final Expectations expectations;
  private final InstantSource clock;

  DemoProofs(
      DemoSite site,
      Parts parts,
      Narrator narrator,
      Expectations expectations,
      InstantSource clock) {
    this.site = site;
    this.parts = parts;
    this.narrator = narrator;
    this.expectations = expectations;
    this.clock = clock;
  }

  boolean verify(ProcedureRun procedures, BackupReport increment) throws DrillbookException {
    narrator.begin(
        "verify the backup", "Every byte that a restore would need is read and hashed again.");
    VerifyReport report =
        procedures.await(Procedure.verify(VerifyRequest.of(SOURCE, increment.backupId())));
    boolean passed = report.verdict() == Verdict.PASSED;
    narrator.fact("verdict", Expectations.words(report.verdict(), report.checks()));
    expectations.passed("verification", report.verdict(), report.checks());
    narrator.end(Figures.count(report.records()), Figures.bytes(report.bytes()), "");
    return passed;
  }

  DemoOutcome.Drill drill(ProcedureRun procedures, BackupReport increment)
      throws DrillbookException {
    narrator.begin(
        "drill",
        "Restored into scratch collections, compared, timed, dropped. Nothing live moves.");
    DrillReport report =
        procedures.await(
            Procedure.drill(
                new DrillRequest(SOURCE, increment.backupId(), null, null, null, 0, 0)));
    narrator.fact("verdict", Expectations.words(report.verdict(), report.checks()));
    narrator.say(Expectations.lines(report.checks(), DemoSource.HANDBOOK.name()));
    narrator.fact("recovery time", Figures.seconds(report.recoverySeconds()));
    expectations.passed("drill", report.verdict(), report.checks());
    expectations.equal("records that the drill restored", increment.records(), report.records());
    narrator.end(Figures.count(report.records()), Figures.bytes(report.bytes()), "");
    narrator.part("provision", report.phases().provision());
    narrator.part("transfer", report.phases().transfer());
    narrator.part("load", report.phases().load());
    narrator.part("index", report.phases().index());
    narrator.part("verify", report.phases().verify());
    return new DemoOutcome.Drill(
        report.verdict() == Verdict.PASSED,
        report.records(),
        report.recoverySeconds(),
        report.phases(),
        report.checks());
  }

  DemoOutcome.CrossEngine move(ProcedureRun procedures, ArchivedBackup backup, Engine other)
      throws DrillbookException, InterruptedException {
    narrator.begin(
        "restore into PostgreSQL",
        "The way out of an engine: another one holds the same records, bit for bit.");
    RestoreReport report =
        procedures.await(
            Procedure.restore(
                new RestoreRequest(
                    SOURCE,
                    backup.manifest().backupId(),
                    null,
                    DemoSite.OTHER,
                    null,
                    null,
                    null,
                    // Chroma's index has settings that pgvector's has not; records lose nothing.
                    true,
                    false),
                clock.instant()));
    narrator.fact("verdict", Expectations.words(report.verdict(), report.checks()));
    RestoredDigests digests = RestoredDigests.compute(backup, report.plan(), other, site.scratch());
    String digest = "";
    for (RestoredDigests.Pair pair : digests.collections()) {
      narrator.fact(
          pair.name(),
          Expectations.brief(pair.expected())
              + " in the backup, "
              + Expectations.brief(pair.found())
              + " in PostgreSQL, "
              + Figures.counted(pair.foundCount(), "record"));
      digest = pair.name().equals(DemoSource.HANDBOOK.name()) ? pair.found() : digest;
    }
    narrator.fact(
        "not carried over", Figures.counted(report.plan().losses().size(), "index setting"));
    expectations.passed("restore into PostgreSQL", report.verdict(), report.checks());
    expectations.equal("digests in PostgreSQL are those of the manifest", true, digests.equal());
    expectations.equal(
        "records restored into PostgreSQL", backup.manifest().records(), report.records());
    narrator.end(
        Figures.count(report.records()), Figures.bytes(report.bytes()), Expectations.brief(digest));
    return new DemoOutcome.CrossEngine(
        report.plan().engine(),
        report.plan().intoEngine(),
        report.verdict() == Verdict.PASSED,
        digests.equal(),
        report.records(),
        report.recoverySeconds(),
        report.plan().losses());
  }

  DemoOutcome.Search search(Engine source, Engine other, DemoCorpus corpus)
      throws DrillbookException, InterruptedException {
    narrator.begin(
        "search in both",
        "Records that are equal but not found are no use: the same questions again.");
    LiveRecords before = LiveRecords.of(source, DemoSource.HANDBOOK, site.scratch());
    LiveRecords after =
        LiveRecords.of(
            other, RestoredDigests.place("public/" + DemoSource.HANDBOOK.name()), site.scratch());
    DemoSearch.Answer answer = new DemoSearch(before, after, corpus.queries()).ask();
    int queries = corpus.queries().size();
    narrator.fact("question", cut(answer.example().question()));
    narrator.fact("best answer", answer.example().id() + ": " + cut(answer.example().text()));
    narrator.fact(
        "exact search",
        (queries - answer.differing())
            + " of "
            + queries
            + " questions: the same 10 ids in the same order");
    narrator.fact("recall@10 Chroma", recall(answer.sourceRecall()));
    narrator.fact("recall@10 pgvector", recall(answer.restoredRecall()));
    expectations.equal("questions answered otherwise", 0, answer.differing());
    expectations.atLeast("recall@10 in PostgreSQL", 0.9, answer.restoredRecall());
    narrator.end(Figures.count(queries), "", "");
    return new DemoOutcome.Search(
        queries, answer.differing() == 0, answer.restoredRecall(), answer.sourceRecall());
  }

  DemoOutcome.Planted damage(ArchivedBackup backup, Surroundings damaged)
      throws DrillbookException, InterruptedException {
    narrator.begin(
        "plant a fault",
        "Can it fail? In a copy of the store one bit is flipped; it must be found.");
    Path copy = site.damagedStore();
    PlantedFault.Damage damage = PlantedFault.plant(backup, site.store(), copy);
    narrator.fact(
        "damaged",
        damage.key().substring(damage.key().lastIndexOf('/') + 1)
            + ", byte "
            + Figures.count(damage.offset())
            + " of "
            + Figures.count(damage.bytes()));
    String id = backup.manifest().backupId();
    VerifyReport report;
    try (TemporalHost temporal = InProcessTemporal.start(() -> parts.activities(damaged))) {
      report =
          new ProcedureRun(temporal, step -> {})
              .await(Procedure.verify(VerifyRequest.of(SOURCE, id)));
    }
    List<Finding> naming =
        report.checks().stream()
            .map(Check::findings)
            .flatMap(List::stream)
            .filter(finding -> finding.message().contains(damage.key()))
            .toList();
    boolean found = report.verdict() == Verdict.FAILED && !naming.isEmpty();
    String code = found ? naming.getFirst().code().name() : "";
    narrator.fact("verdict", Expectations.words(report.verdict(), report.checks()));
    narrator.fact("finding", found ? code : "none that names it");
    naming.stream().limit(1).forEach(finding -> narrator.progress(finding.message()));
    expectations.equal("the planted fault is found", true, found);
    narrator.end("", Figures.bytes(damage.bytes()), "");
    return new DemoOutcome.Planted(found, code, damage.key());
  }

  private static String cut(String text) {
    return text.length() <= TEXT ? text : text.substring(0, TEXT - 1) + "…";
  }

  private static String recall(double recall) {
    return String.format(Locale.ROOT, "%.3f through the index", recall);
  }
}
