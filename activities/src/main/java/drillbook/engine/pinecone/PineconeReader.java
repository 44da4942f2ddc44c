package drillbook.engine.pinecone;

import drillbook.check.FindingCode;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.RecordBatch;
import drillbook.record.RecordLayout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import okhttp3.HttpUrl;

/** Reads records of one namespace by id. Used by one thread. */
final class PineconeReader {
  static final int MOST_IDS = 1000;

  private static final int EXAMPLES = 5;

  /** What servers take as a request's first line, mostly; fetch has no other form than a GET. */
  private static final int LONGEST_URL = 8_000;

  private final PineconeHttp http;
  private final String what;
  private final PineconeIndex index;
  private final HttpUrl host;
  private final String tenant;
  private final RecordLayout layout;
  private final HttpUrl url;
  private final PineconeAnswer answer;
  private boolean refused;

  PineconeReader(
      PineconeHttp http,
      String what,
      PineconeIndex index,
      HttpUrl host,
      String tenant,
      RecordLayout layout)
      throws DrillbookException {
    this.http = http;
    this.what = what;
    this.index = index;
    this.host = host;
    this.tenant = tenant;
    this.layout = layout;
    this.url =
        PineconeHttp.below(host, "vectors", "fetch")
            .newBuilder()
            .addQueryParameter("namespace", PineconeListing.namespace(tenant))
            .build();
    this.answer = new PineconeAnswer(layout);
  }

  private PineconeReader(PineconeReader other) {
    this.http = other.http;
    this.what = other.what;
    this.index = other.index;
    this.host = other.host;
    this.tenant = other.tenant;
    this.layout = other.layout;
    this.url = other.url;
    this.answer = new PineconeAnswer(other.layout);
  }

  /** Returns a reader of the same records, for another thread. */
  PineconeReader another() {
    return new PineconeReader(this);
  }

  PineconeIndex index() {
    return index;
  }

  HttpUrl host() {
    return host;
  }

  /** Returns the ids by which Pinecone knows the records of the last answer, in its order. */
  Set<String> ids() {
    return answer.ids();
  }

  /** Returns those of the records that there are; valid until the next call. */
  RecordBatch take(List<String> ids) throws DrillbookException, InterruptedException {
    answer.clear();
    refused = false;
    ask(ids);
    List<String> missing = ids.stream().filter(id -> !answer.ids().contains(id)).toList();
    if (refused) {
      requireIndex();
    }
    // A namespace that is gone has no record, and is not asked for each of them.
    boolean gone = refused && !missing.isEmpty() && !isListed(missing.getFirst());
    if (!missing.isEmpty() && !gone) {
      // Deleted meanwhile, or kept back: what is still listed must be handed out.
      List<String> listed = new ArrayList<>();
      for (String id : missing) {
        if (isListed(id)) {
          listed.add(id);
        }
      }
      ask(listed);
      List<String> lost = listed.stream().filter(id -> !answer.ids().contains(id)).toList();
      if (!lost.isEmpty()) {
        throw lost(
            "it lists records that it cannot hand out, such as "
                + lost.subList(0, Math.min(EXAMPLES, lost.size())));
      }
    }
    if (!new HashSet<>(ids).containsAll(answer.ids())) {
      throw PineconeIndex.malformed(what, "it has records that were not asked for");
    }
    return answer.batch();
  }

  private void ask(List<String> ids) throws DrillbookException, InterruptedException {
    int from = 0;
    while (from < ids.size()) {
      HttpUrl.Builder request = url.newBuilder();
      int length = url.toString().length();
      int to = from;
      while (to < ids.size() && to - from < MOST_IDS) {
        length += "&ids=".length() + encodedLength(ids.get(to));
        if (to > from && length > LONGEST_URL) {
          break;
        }
        request.addQueryParameter("ids", ids.get(to++));
      }
      fetch(request.build());
      from = to;
    }
  }

  /** An upper bound: letters, digits and a few more stay as they are. */
  private static int encodedLength(String id) {
    int length = 0;
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      boolean plain = Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == '.';
      length += plain ? 1 : 3;
    }
    return length;
  }

  private void fetch(HttpUrl request) throws DrillbookException, InterruptedException {
    Pace.FETCH.await(PineconeRecords.key(host));
    try {
      http.get(
          what,
          request,
          (body, headers) -> {
            try {
              answer.read(body);
              return answer;
            } catch (PineconeAnswer.IncompleteRecordException e) {
              throw new IOException(lost(String.valueOf(e.getMessage())));
            }
          });
    } catch (DrillbookException e) {
      // The namespace is gone, or the index is.
      if (e.kind() != FailureKind.NOT_FOUND) {
        throw e;
      }
      refused = true;
    }
  }

  /** Records of an index that is gone were not deleted one by one, and nothing may look so. */
  private void requireIndex() throws DrillbookException, InterruptedException {
    Object document = http.get(what, http.control("indexes", index.name()));
    if (PineconeIndex.of(what, document).isGoing()) {
      throw new DrillbookException(
          FailureKind.NOT_FOUND, what + ": index " + index.name() + " is being deleted");
    }
  }

  private boolean isListed(String id) throws DrillbookException, InterruptedException {
    return new PineconeListing(http, host).has(what, tenant, id);
  }

  private DrillbookException lost(String words) {
    return new DrillbookException(
        FailureKind.CORRUPT,
        FindingCode.ENGINE_READ_FAILED + ": index " + index.name() + ": " + words,
        "Report it to Pinecone; restore the index from a backup if it stays.");
  }
}
