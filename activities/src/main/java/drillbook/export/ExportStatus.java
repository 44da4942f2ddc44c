package drillbook.export;

import drillbook.export.ExportReport.Status;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.manifest.CanonicalJson;
import drillbook.store.ArtifactStore;
import drillbook.store.StreamFailure;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * How far exports are, beside their files, for those who have no Temporal: {@code
 * status/<id>/running.json} as soon as one begins, {@code completed.json} or {@code failed.json}
 * when it has ended. Nothing is ever overwritten, so a poller asks for the later ones first. Where
 * both ends lie there, an attempt to complete it came too late: it failed.
 */
public final class ExportStatus {
  private static final int MAX_BYTES = 8 << 20;

  private final ArtifactStore store;
  private final String folder;
  private final String id;

  /** Looks at the store when asked, not before. */
  public ExportStatus(ArtifactStore store, String prefix, String id) {
    this.store = store;
    this.id = id;
    this.folder = prefix + "status/" + id + "/";
  }

  /** Leaves the mark of an export that begins; a second time changes nothing. */
  public void begin(ExportRun run) throws DrillbookException, InterruptedException {
    store.putNew(
        key(Status.RUNNING), CanonicalJson.encode(new Begun(id, Status.RUNNING, run.startedAt())));
  }

  /** Leaves how an export ended; a second time changes nothing. */
  public void end(ExportReport report) throws DrillbookException, InterruptedException {
    store.putNew(key(report.status()), CanonicalJson.encode(report));
  }

  /** Takes back that it is whole, before its files go; no harm where nobody said so. */
  public void withdraw() throws DrillbookException, InterruptedException {
    store.delete(key(Status.COMPLETED));
  }

  /**
   * Returns how far it is.
   *
   * @throws DrillbookException NOT_FOUND when there is none of this id here
   */
  public ExportReport read() throws DrillbookException, InterruptedException {
    for (Status ended : List.of(Status.FAILED, Status.COMPLETED)) {
      try {
        return CanonicalJson.decode(bytes(key(ended)), ExportReport.class, key(ended));
      } catch (DrillbookException e) {
        if (e.kind() != FailureKind.NOT_FOUND) {
          throw e;
        }
      }
    }
    Begun begun = CanonicalJson.decode(bytes(key(Status.RUNNING)), Begun.class, folder);
    return new ExportReport(
        begun.id(), begun.status(), "", "", "", "", store.location(), 0, List.of(), 0, 0, "", 0);
  }

  private byte[] bytes(String key) throws DrillbookException, InterruptedException {
    try (InputStream in = store.read(key, 0, MAX_BYTES)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw StreamFailure.of("read " + key, e);
    }
  }

  private String key(Status status) {
    return folder + status.name().toLowerCase(Locale.ROOT) + ".json";
  }

  /**
   * The mark of an export that has begun.
   *
   * @param startedAt when it was asked
   */
  private record Begun(String id, Status status, Instant startedAt) {}
}
