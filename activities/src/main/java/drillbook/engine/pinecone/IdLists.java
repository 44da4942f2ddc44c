package drillbook.engine.pinecone;

import drillbook.engine.CaptureNotes;
import drillbook.engine.pinecone.PineconeRecords.Position;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Lists the ids of an index's namespaces into notes, some namespaces at a time: pages of one
 * namespace follow from each other, so that one alone is listed as fast as round trips allow.
 */
final class IdLists {
  /** How many namespaces are listed at a time; each has a note open. */
  static final int WIDTH = 4;

  private static final int IDS_PER_NOTE = 50_000;

  /** Hands out the ids of a tenant. */
  @FunctionalInterface
  interface Listing {
    void ids(String tenant, PineconeListing.Page page)
        throws DrillbookException, InterruptedException;
  }

  private final CaptureNotes notes;
  private final String prefix;

  /** Prepares lists whose notes have names that begin so. */
  IdLists(CaptureNotes notes, String prefix) {
    this.notes = notes;
    this.prefix = prefix;
  }

  /**
   * Returns the notes of each tenant, in the order of the tenants; all lists end with a failed one.
   */
  List<List<Position>> of(List<String> tenants, Listing listing)
      throws DrillbookException, InterruptedException {
    ExecutorService threads =
        Executors.newFixedThreadPool(WIDTH, Thread.ofVirtual().name("pinecone-list-", 0).factory());
    try (threads) {
      CompletionService<List<Position>> ended = new ExecutorCompletionService<>(threads);
      List<Future<List<Position>>> lists = new ArrayList<>();
      try {
        for (int i = 0; i < tenants.size(); i++) {
          String tenant = tenants.get(i);
          Noting noting = new Noting(notes, prefix + "-" + i);
          lists.add(ended.submit(() -> noting.all(tenant, listing)));
        }
        for (int i = 0; i < tenants.size(); i++) {
          Awaited.of(ended.take());
        }
        return lists.stream().map(Future::resultNow).toList();
      } finally {
        threads.shutdownNow();
      }
    }
  }

  /** Writes ids as notes, length before bytes. */
  private static final class Noting {
    private final CaptureNotes notes;
    private final String prefix;
    private final List<Position> positions = new ArrayList<>();
    private Optional<DataOutputStream> out = Optional.empty();
    private long count;

    Noting(CaptureNotes notes, String prefix) {
      this.notes = notes;
      this.prefix = prefix;
    }

    List<Position> all(String tenant, Listing listing)
        throws DrillbookException, InterruptedException {
      try {
        listing.ids(tenant, this::take);
      } finally {
        close();
      }
      return positions;
    }

    private boolean take(List<String> ids) throws DrillbookException, InterruptedException {
      try {
        for (String id : ids) {
          if (out.isEmpty()) {
            out =
                Optional.of(
                    new DataOutputStream(
                        new BufferedOutputStream(
                            notes.write(prefix + "-" + positions.size()), 1 << 16)));
            count = 0;
          }
          byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
          out.get().writeInt(bytes.length);
          out.get().write(bytes);
          if (++count == IDS_PER_NOTE) {
            close();
          }
        }
      } catch (IOException e) {
        throw unwritten(e);
      }
      return true;
    }

    private void close() throws DrillbookException {
      if (out.isEmpty()) {
        return;
      }
      try {
        out.get().close();
      } catch (IOException e) {
        throw unwritten(e);
      } finally {
        out = Optional.empty();
      }
      positions.add(new Position(prefix + "-" + positions.size(), count));
    }

    private DrillbookException unwritten(IOException e) {
      return e.getCause() instanceof DrillbookException failure
          ? failure
          : new DrillbookException(
              FailureKind.UNAVAILABLE,
              "note " + prefix + " could not be written: " + e.getMessage(),
              "",
              e);
    }
  }
}
