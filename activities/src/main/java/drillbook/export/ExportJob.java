package drillbook.export;

import drillbook.engine.CollectionSchema;
import drillbook.export.CollectionExport.ExportFiles;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.file.FileForm;
import drillbook.file.PineconeFiles;
import drillbook.store.ArtifactStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/** The steps of one export at its place. Each can be repeated. Not thread-safe. */
public final class ExportJob {
  private final ArtifactStore store;
  private final ExportPlace place;
  private final ExportRun run;

  /** Prepares a job. Does no I/O. */
  public ExportJob(ArtifactStore store, ExportPlace place, ExportRun run) {
    this.store = store;
    this.place = place;
    this.run = run;
  }

  /**
   * Plans, and leaves the mark of an export that begins.
   *
   * @param asOf the backup's time, or now for a live engine
   * @throws DrillbookException CONFLICT when a folder is there already and not of this run
   */
  public ExportPlan plan(ExportRecords records, String engine, String backupId, Instant asOf)
      throws DrillbookException, InterruptedException {
    List<CollectionSchema> collections = records.collections(run.request().collections());
    if (collections.size() > ExportPlan.MOST) {
      throw new DrillbookException(
          FailureKind.UNSUPPORTED,
          collections.size() + " collections are more than one export takes: " + ExportPlan.MOST,
          "Name some of them: --collections.");
    }
    FileForm.ofWord(run.request().format());
    List<ExportPlan.Item> items = new ArrayList<>();
    for (CollectionSchema schema : collections) {
      if (run.request().layout().equals(ExportRequest.PINECONE)) {
        PineconeFiles.of(schema.layout());
      }
      String folder = place.prefix() + ExportFolder.key("", schema, run.startedAt());
      if (!store.list(folder, "", 1).isEmpty()) {
        throw new DrillbookException(
            FailureKind.CONFLICT,
            "export of " + schema.name() + ": " + folder + " is there already",
            "Export again in a second, or to another place.");
      }
      items.add(new ExportPlan.Item(schema.name().path(), folder));
    }
    new ExportStatus(store, place.prefix(), run.id()).begin(run);
    return new ExportPlan(engine, backupId, asOf, place.words(store), items);
  }

  /**
   * Writes one collection, unless an earlier attempt did.
   *
   * @param attempt 1, or more for a repetition, which deletes what is there and begins anew
   * @param progress told how many records were written
   */
  public Exported write(
      ExportRecords records, ExportPlan.Item item, int attempt, LongConsumer progress)
      throws DrillbookException, InterruptedException {
    if (attempt > 1) {
      Optional<ExportFolder> before = resumed(item, attempt);
      if (before.isPresent()) {
        return exported(item, before.get());
      }
    }
    CollectionSchema schema = records.collections(List.of(item.collection())).getFirst();
    ExportFiles files =
        new ExportFiles(FileForm.ofWord(run.request().format()), run.request().layout(), attempt);
    ExportFolder finished =
        records.write(
            schema,
            source -> new CollectionExport(store, item.folder(), source, files).telling(progress));
    return exported(item, finished);
  }

  /**
   * Says that the export is whole.
   *
   * @throws DrillbookException CORRUPT when it is not
   */
  public void complete(ExportReport report) throws DrillbookException, InterruptedException {
    for (Exported one : report.exported()) {
      ExportFolder found = ExportFolder.open(store, one.folder());
      new FolderContent(store, one.folder()).require(found.parts());
      Exported seen = exported(new ExportPlan.Item(one.collection(), one.folder()), found);
      if (!seen.equals(one)) {
        throw new DrillbookException(
            FailureKind.CORRUPT,
            "export to " + one.folder() + ": export.json says " + seen + " instead of " + one,
            "Somebody else writes there: export again, or to another place.");
      }
    }
    new ExportStatus(store, place.prefix(), run.id()).end(report);
  }

  /**
   * Deletes what a failed export wrote, its export.json files first, and says that it failed. One
   * that was said to be whole, in an answer that got lost, is so no longer.
   */
  public void abandon(ExportEnd end) throws DrillbookException, InterruptedException {
    ExportStatus status = new ExportStatus(store, place.prefix(), run.id());
    status.withdraw();
    for (ExportPlan.Item item : end.items()) {
      new FolderContent(store, item.folder()).deleteAll();
    }
    status.end(end.report());
  }

  /** Returns what an earlier attempt finished; else deletes what earlier attempts left. */
  private Optional<ExportFolder> resumed(ExportPlan.Item item, int attempt)
      throws DrillbookException, InterruptedException {
    FolderContent content = new FolderContent(store, item.folder());
    try {
      ExportFolder found = ExportFolder.open(store, item.folder());
      content.require(found.parts());
      content.end();
      return Optional.of(found);
    } catch (DrillbookException e) {
      if (e.kind() != FailureKind.NOT_FOUND && e.kind() != FailureKind.CORRUPT) {
        throw e;
      }
    }
    content.begin();
    store.delete(item.folder() + ExportFolder.NAME);
    content.deleteBefore(attempt);
    return Optional.empty();
  }

  private static Exported exported(ExportPlan.Item item, ExportFolder folder) {
    return new Exported(
        item.collection(),
        item.folder(),
        folder.records(),
        folder.parts().stream().mapToLong(ExportFolder.Part::bytes).sum(),
        folder.parts().size());
  }
}
