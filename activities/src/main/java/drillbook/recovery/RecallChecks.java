package drillbook.recovery;

import drillbook.archive.ArchivedBackup;
import drillbook.archive.PartId;
import drillbook.check.Check;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.failure.DrillbookException;
import drillbook.record.RecordBatch;
import java.util.List;

/** Asks a restored part the questions that were sealed into the backup. */
final class RecallChecks {
  RecallChecks(
      ArchivedBackup backup, Engine engine, CollectionSchema restored, PartId part, String subject)
      throws DrillbookException {}

  void take(RecordBatch batch, int record, byte[] idHash) {}

  List<Check> answers() throws DrillbookException, InterruptedException {
    return List.of();
  }
}
