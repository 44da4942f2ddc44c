package drillbook.procedure;

import drillbook.export.ExportActivities;
import drillbook.export.ExportEnd;
import drillbook.export.ExportPlan;
import drillbook.export.ExportReport;
import drillbook.export.ExportRun;
import drillbook.export.ExportStep;
import drillbook.export.Exported;
import drillbook.intake.FileFacts;
import drillbook.intake.ImportActivities;
import drillbook.intake.ImportPlan;
import drillbook.intake.ImportPrepared;
import drillbook.intake.ImportRequest;
import drillbook.intake.ImportStep;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Exports in memory of two collections, and imports of three files. */
public final class TestingForms implements ExportActivities, ImportActivities {
  /** How exports ended, as it was left beside their files. */
  public final List<ExportReport> left = new CopyOnWriteArrayList<>();

  /** The files of an import, and their groups. */
  public volatile ImportPlan plan = new ImportPlan(3, "abc");

  /** Whether the collection that is imported into is there already. */
  public volatile boolean present;

  /** What happens while the end of an export is written. */
  public volatile Runnable completing = () -> {};

  private final Consumer<String> calls;
  private final Consumer<String> beside;

  /**
   * Creates forms.
   *
   * @param calls told of what is asked alone
   * @param beside told of what may be asked beside others
   */
  TestingForms(Consumer<String> calls, Consumer<String> beside) {
    this.calls = calls;
    this.beside = beside;
  }

  @Override
  public ExportPlan plan(ExportRun run) {
    calls.accept("plan " + run.id());
    return new ExportPlan(
        "memory",
        TestingWorld.BACKUP,
        Instant.EPOCH,
        "/exports",
        List.of(new ExportPlan.Item("a", "a-1/"), new ExportPlan.Item("b", "b-1/")));
  }

  @Override
  public Exported write(ExportStep step) {
    beside.accept("write " + step.item().collection());
    return new Exported(step.item().collection(), step.item().folder(), 10, 100, 1);
  }

  @Override
  public void complete(ExportEnd end) {
    calls.accept("complete");
    completing.run();
    left.add(end.report());
  }

  @Override
  public void abandon(ExportEnd end) {
    calls.accept("abandon");
    left.add(end.report());
  }

  @Override
  public ImportPlan plan(ImportRequest request) {
    calls.accept("look");
    return plan;
  }

  @Override
  public FileFacts check(ImportStep step) {
    beside.accept("check " + step.position());
    return new FileFacts(10, 10, 0, 4, 4, "a", "a");
  }

  @Override
  public ImportPrepared prepare(ImportStep step) {
    calls.accept("prepare " + step.facts().records());
    return new ImportPrepared("a", !present, List.of());
  }

  @Override
  public long load(ImportStep step) {
    beside.accept("load " + step.position());
    return 10;
  }

  @Override
  public void index(ImportStep step) {
    calls.accept("index" + (step.created() ? "" : " what is missing"));
  }
}
