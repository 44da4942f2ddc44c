package drillbook.export;

import drillbook.capture.Selection;
import drillbook.engine.Capture;
import drillbook.engine.CaptureNotes;
import drillbook.engine.CaptureToken;
import drillbook.engine.CaptureToken.Range;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.failure.DrillbookException;
import drillbook.target.Target;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The records of a live engine, as an export's source: each collection is one capture of its own,
 * so that two collections may show different moments. Reads only.
 */
public final class LiveRecords implements ExportRecords {
  private final Target target;
  private final Engine engine;
  private final List<String> tenants;
  private final Path scratch;

  /**
   * Prepares to read.
   *
   * @param tenants which ones of those that the target means; empty for all
   * @param scratch a folder for what the capture notes, deleted afterwards
   */
  public LiveRecords(Target target, Engine engine, List<String> tenants, Path scratch) {
    this.target = target;
    this.engine = engine;
    this.tenants = List.copyOf(tenants);
    this.scratch = scratch;
  }

  @Override
  public List<CollectionSchema> collections(List<String> names)
      throws DrillbookException, InterruptedException {
    Target meant = target.selecting(names.isEmpty() ? target.collections() : names, wanted());
    return Selection.schemas(meant, engine.profile(), engine.control());
  }

  @Override
  public ExportFolder write(CollectionSchema schema, Sink sink)
      throws DrillbookException, InterruptedException {
    try (ScratchNotes notes = ScratchNotes.in(scratch);
        Capture capture = engine.records().begin(List.of(schema), notes)) {
      CaptureToken token = capture.token();
      List<Range> ranges =
          token.ranges().stream()
              .filter(range -> wanted().isEmpty() || schema.tenants().contains(range.tenant()))
              .sorted(Comparator.comparing(Range::tenant))
              .toList();
      ExportSource source =
          new ExportSource(
              engine.profile().name(),
              "",
              token.asOf(),
              Selection.withTenants(
                  schema,
                  Stream.concat(schema.tenants().stream(), ranges.stream().map(Range::tenant))
                      .distinct()
                      .toList()));
      try (CollectionExport export = sink.open(source)) {
        String tenant = CollectionSchema.NO_TENANT;
        for (Range range : ranges) {
          if (!range.tenant().equals(tenant)) {
            tenant = range.tenant();
            export.tenant(tenant);
          }
          read(token, range, notes, export);
          capture.touch();
        }
        return export.finish();
      }
    }
  }

  private void read(CaptureToken token, Range range, CaptureNotes notes, CollectionExport export)
      throws DrillbookException, InterruptedException {
    engine.records().read(token, range, "", notes, (batch, _) -> export.write(batch));
  }

  private List<String> wanted() {
    return tenants.isEmpty() ? target.tenants() : tenants;
  }
}
