package drillbook.intake;

import drillbook.engine.Engine;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

/** The steps of an import in the order in which the workflow asks for them. */
final class TestingIntake {
  private TestingIntake() {}

  /** Imports; returns what the workflow would. */
  static ImportReport run(Intake intake, ImportRequest request, Engine engine) throws Exception {
    ImportPlan plan = intake.plan(engine);
    FileFacts facts = FileFacts.NONE;
    for (int i : plan.starts()) {
      ImportStep step = new ImportStep(request, plan, i, FileFacts.NONE);
      facts = facts.and(intake.check(step, GroupProgress.start(i), _ -> {}));
    }
    ImportStep whole = new ImportStep(request, plan, 0, facts);
    ImportPrepared prepared = intake.prepare(whole, engine);
    long records = 0;
    for (int i : plan.starts()) {
      ImportStep step = new ImportStep(request, plan, i, facts);
      records += intake.load(step, engine, GroupProgress.start(i), _ -> {});
    }
    intake.index(new ImportStep(request, plan, 0, facts, prepared.created()), engine);
    return new ImportReport(
        ImportReport.Status.COMPLETED,
        request.target(),
        request.from(),
        prepared.collection(),
        prepared.created(),
        plan.files(),
        plan.files(),
        records,
        prepared.losses(),
        "",
        0);
  }

  /** Returns lines as a file holds them. */
  static byte[] compressed(String lines) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(lines.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }
}
