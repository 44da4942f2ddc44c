package drillbook.demo;

import drillbook.archive.Archive;
import drillbook.archive.ArchivedBackup;
import drillbook.backup.BackupKind;
import drillbook.backup.BackupReport;
import drillbook.backup.BackupRequest;
import drillbook.demo.proof.Expectations;
import drillbook.engine.Engine;
import drillbook.failure.DrillbookException;
import drillbook.localserver.LocalChroma;
import drillbook.localserver.LocalPostgres;
import drillbook.localserver.PackageCache;
import drillbook.notice.Figures;
import drillbook.store.ArtifactStore;
import drillbook.store.StoreAddress;
import drillbook.temporal.InProcessTemporal;
import drillbook.temporal.Parts;
import drillbook.temporal.Procedure;
import drillbook.temporal.ProcedureRun;
import drillbook.temporal.TemporalHost;
import drillbook.worker.Surroundings;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;

/** The demo from its first step to its last, in the order in which a person reads it. */
final class DemoRun {
  private static final String SOURCE = DemoSite.SOURCE;

  private final DemoSite site;
  private final Parts parts;
  private final Narrator narrator;
  private final InstantSource clock;
  private final Expectations expectations = new Expectations();

  DemoRun(DemoSite site, Parts parts, Narrator narrator, InstantSource clock) {
    this.site = site;
    this.parts = parts;
    this.narrator = narrator;
    this.clock = clock;
  }

  /**
   * Runs all steps.
   *
   * @throws DrillbookException when a step could not be done at all; what was done and is not as it
   *     must be is in the outcome's problems
   */
  DemoOutcome run() throws DrillbookException, InterruptedException {
    narrator.say("Drillbook demo: a vector database is backed up, proven, moved, and damaged.");
    narrator.begin(
        "start real databases",
        "What is proven on a fake proves nothing: these are the originals.");
    PackageCache packages = PackageCache.standard(narrator::progress);
    LocalChroma chroma = site.startChroma(packages);
    narrator.fact(chroma.name(), chroma.url());
    LocalPostgres postgres = site.startPostgres(packages);
    narrator.fact(postgres.name(), postgres.url() + ", with pgvector");
    narrator.end("", "", "");
    DemoCorpus corpus = DemoCorpus.load();
    Surroundings surroundings = site.surroundings(chroma, postgres, site.store());
    try (Engine source = parts.engine(DemoSite.sourceAddress(chroma));
        Engine other = parts.engine(DemoSite.otherAddress(postgres));
        TemporalHost temporal = InProcessTemporal.start(() -> parts.activities(surroundings));
        ArtifactStore store = parts.store(StoreAddress.folder(site.store()))) {
      ProcedureRun procedures = new ProcedureRun(temporal, step -> {});
      Archive archive = new Archive(store, SOURCE, surroundings.trustedKeys());
      DemoSource live = new DemoSource(source, corpus, URI.create(chroma.url()));

      fill(live, corpus);
      DemoOutcome.Full full = backUp(procedures, corpus);
      long changeBytes = change(live, corpus);
      BackupReport increment = backUpChanges(procedures, corpus, changeBytes);
      ArchivedBackup backup = archive.open(increment.backupId());
      DemoProofs proofs = new DemoProofs(site, parts, narrator, expectations, clock);
      boolean verified = proofs.verify(procedures, increment);
      DemoOutcome.Drill drill = proofs.drill(procedures, increment);
      DemoOutcome.CrossEngine moved = proofs.move(procedures, backup, other);
      DemoOutcome.Search search = proofs.search(source, other, corpus);
      DemoOutcome.Planted planted =
          proofs.damage(backup, site.surroundings(chroma, postgres, site.damagedStore()));
      conclude();
      return new DemoOutcome(
          verified,
          full,
          incremental(increment, changeBytes),
          drill,
          moved,
          search,
          planted,
          narrator.total(),
          expectations.problems());
    }
  }

  private void fill(DemoSource live, DemoCorpus corpus)
      throws DrillbookException, InterruptedException {
    narrator.begin(
        "fill Chroma", "English texts with real embeddings (384 dimensions), in two tenants.");
    long bytes = live.fill();
    int records = corpus.passages().size() + corpus.queries().size();
    narrator.fact(DemoSource.HANDBOOK.name(), Figures.counted(corpus.passages().size(), "text"));
    narrator.fact(
        DemoSource.QUESTIONS.name(),
        Figures.counted(corpus.queries().size(), "question") + ", in another tenant");
    narrator.fact(DemoSource.DRAFTS.name(), "empty, and it has to come back as well");
    narrator.end(Figures.count(records), Figures.bytes(bytes), "");
  }

  private DemoOutcome.Full backUp(ProcedureRun procedures, DemoCorpus corpus)
      throws DrillbookException {
    narrator.begin(
        "full backup",
        "Every record is read, hashed, stored, read back; a signed manifest seals it, last.");
    // Anew: in a folder that is kept, an earlier demo's backups hold the same records.
    BackupReport report =
        procedures.await(Procedure.backup(new BackupRequest(SOURCE, BackupKind.FULL, true)));
    narrator.fact("sealed", report.backupId());
    narrator.fact(
        "content",
        Figures.bytes(report.logicalBytes())
            + " in "
            + Figures.counted(report.collections(), "collection")
            + ", "
            + Figures.bytes(report.addedBytes())
            + " in the store");
    expectations.equal("collections in the full backup", 3, report.collections());
    expectations.equal(
        "records in the full backup",
        corpus.passages().size() + corpus.queries().size(),
        report.records());
    double seconds =
        narrator.end(
            Figures.count(report.records()),
            Figures.bytes(report.addedBytes()),
            Expectations.brief(report.digest()));
    return new DemoOutcome.Full(
        report.collections(), report.records(), report.addedBytes(), seconds, report.digest());
  }

  private long change(DemoSource live, DemoCorpus corpus)
      throws DrillbookException, InterruptedException {
    narrator.begin("change the source", "A working day: texts are revised, added and deleted.");
    long bytes = live.change();
    int changes = corpus.changes().size();
    int added = DemoSource.passagesAfter(corpus) + DemoSource.DELETIONS - corpus.passages().size();
    narrator.fact("revised", Integer.toString(changes - added));
    narrator.fact("added", Integer.toString(added));
    narrator.fact("deleted", Integer.toString(DemoSource.DELETIONS));
    narrator.end(Figures.count(changes + DemoSource.DELETIONS), Figures.bytes(bytes), "");
    return bytes;
  }

  private BackupReport backUpChanges(ProcedureRun procedures, DemoCorpus corpus, long changeBytes)
      throws DrillbookException {
    narrator.begin(
        "incremental backup",
        "Compared record by record: what is the same is not stored again, what is gone is noted.");
    BackupReport report =
        procedures.await(Procedure.backup(BackupRequest.of(SOURCE, BackupKind.INCREMENTAL)));
    narrator.fact("sealed", report.backupId());
    narrator.fact(
        "noticed",
        Figures.count(report.changed())
            + " new or changed, "
            + Figures.count(report.deleted())
            + " deleted");
    narrator.fact(
        "added to the store",
        Figures.bytes(report.addedBytes())
            + " for "
            + Figures.bytes(changeBytes)
            + String.format(
                Locale.ROOT,
                " of true change: %.1f times",
                (double) report.addedBytes() / changeBytes));
    expectations.equal("kind of the incremental", BackupKind.INCREMENTAL, report.kind());
    expectations.equal("records changed", corpus.changes().size(), report.changed());
    expectations.equal("records deleted", DemoSource.DELETIONS, report.deleted());
    expectations.equal(
        "records in the incremental backup",
        DemoSource.passagesAfter(corpus) + corpus.queries().size(),
        report.records());
    narrator.end(
        Figures.count(report.changed() + report.deleted()),
        Figures.bytes(report.addedBytes()),
        Expectations.brief(report.digest()));
    return report;
  }

  private void conclude() {
    narrator.say("");
    narrator.say(narrator.table());
    narrator.say("");
    List<String> problems = expectations.problems();
    narrator.say(
        problems.isEmpty()
            ? "All as it must be, in " + Figures.seconds(narrator.total()) + "."
            : "NOT as it must be:");
    problems.forEach(problem -> narrator.say("  " + problem));
  }

  private static DemoOutcome.Incremental incremental(BackupReport report, long changeBytes) {
    return new DemoOutcome.Incremental(
        report.records(),
        report.changed(),
        report.deleted(),
        report.addedBytes(),
        changeBytes,
        report.seconds(),
        report.digest());
  }
}
