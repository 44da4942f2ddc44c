package drillbook.procedure;

import drillbook.export.ExportActivities;
import drillbook.export.ExportEnd;
import drillbook.export.ExportPlan;
import drillbook.export.ExportReport;
import drillbook.export.ExportRun;
import drillbook.export.ExportStep;
import drillbook.export.Exported;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Exports in memory, of two collections. */
public final class TestingForms implements ExportActivities {
  /** How exports ended, as it was left beside their files. */
  public final List<ExportReport> left = new CopyOnWriteArrayList<>();

  private final Consumer<String> calls;

  TestingForms(Consumer<String> calls) {
    this.calls = calls;
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
    calls.accept("write " + step.item().collection());
    return new Exported(step.item().collection(), step.item().folder(), 10, 100, 1);
  }

  @Override
  public void complete(ExportEnd end) {
    calls.accept("complete");
    left.add(end.report());
  }

  @Override
  public void abandon(ExportEnd end) {
    calls.accept("abandon");
    left.add(end.report());
  }
}
