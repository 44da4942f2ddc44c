package drillbook.export;

import drillbook.engine.CollectionSchema;
import drillbook.export.CollectionExport.ExportFiles;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.file.FileForm;
import drillbook.store.ArtifactStore;
import drillbook.store.ArtifactStore.Listed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
        FileForm.requirePinecone(schema.layout());
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
      try {
        return exported(item, ExportFolder.open(store, item.folder()));
      } catch (DrillbookException e) {
        if (e.kind() != FailureKind.NOT_FOUND) {
          throw e;
        }
      }
      clear(item);
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

  /** Says that the export is whole. */
  public void complete(ExportReport report) throws DrillbookException, InterruptedException {
    new ExportStatus(store, place.prefix(), run.id()).end(report);
  }

  /** Deletes what a failed export wrote, its export.json files first, and says that it failed. */
  public void abandon(ExportEnd end) throws DrillbookException, InterruptedException {
    for (ExportPlan.Item item : end.items()) {
      store.delete(item.folder() + ExportFolder.NAME);
      clear(item);
    }
    new ExportStatus(store, place.prefix(), run.id()).end(end.report());
  }

  private void clear(ExportPlan.Item item) throws DrillbookException, InterruptedException {
    for (Listed listed : store.list(item.folder(), "", Integer.MAX_VALUE)) {
      store.delete(listed.key());
    }
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
