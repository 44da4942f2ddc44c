package drillbook.export;

import java.time.Instant;

/**
 * What every activity of one export is told.
 *
 * @param request what was asked
 * @param id the export's name: {@code export-<target>-<time>}
 * @param startedAt when it was asked; the names of folders carry it
 */
public record ExportRun(ExportRequest request, String id, Instant startedAt) {}
