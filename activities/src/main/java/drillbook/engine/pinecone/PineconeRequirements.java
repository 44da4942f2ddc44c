package drillbook.engine.pinecone;

import drillbook.engine.CollectionSchema;
import drillbook.engine.Requirement;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import okhttp3.HttpUrl;

/** What a backup and a restore need of a Pinecone project, as far as it can be asked by reading. */
final class PineconeRequirements {
  private final PineconeHttp http;
  private final PineconeControl control;
  private final List<Requirement> found = new ArrayList<>();

  PineconeRequirements(PineconeHttp http, PineconeControl control) {
    this.http = http;
    this.control = control;
  }

  /** Returns all of them; asks each index once for its namespaces and for an id. */
  List<Requirement> all() throws DrillbookException, InterruptedException {
    String what = "indexes could not be listed";
    List<Map<?, ?>> documents = control.descriptions(what);
    found.add(http.version().requirement(http.now()));
    found.add(Requirement.met("key that sees indexes", documents.size() + " indexes"));
    for (Map<?, ?> document : documents) {
      try {
        judge(PineconeIndex.of(what, document));
      } catch (DrillbookException e) {
        if (e.kind() != FailureKind.CORRUPT) {
          throw e;
        }
        found.add(
            Requirement.missing(
                "index " + document.get("name") + " is covered",
                String.valueOf(e.getMessage()),
                "It is of a kind that API "
                    + http.version()
                    + " does not know: leave it out of the runbook."));
      }
    }
    found.add(
        Requirement.unknown(
            "key that writes",
            "nothing was written to find out",
            "A restore needs a key with the rights to create indexes and to upsert."));
    found.add(
        Requirement.unknown(
            "read and write units of this month, and quotas of the project",
            "the API does not tell them",
            "See Usage in the console: a capture lists and fetches every record, and a plan whose"
                + " units are used up refuses both until the next month."));
    return List.copyOf(found);
  }

  private void judge(PineconeIndex index) throws DrillbookException, InterruptedException {
    if (index.isPod()) {
      found.add(
          Requirement.missing(
              "index " + index.name() + " is covered",
              "it runs on pods, whose ids cannot be listed",
              "Move it to a serverless index in Pinecone, or leave it out of the runbook."));
    } else if (!index.ready() && !index.isGoing()) {
      found.add(
          Requirement.missing(
              "index " + index.name() + " is ready",
              "it is " + index.state(),
              "Wait until Pinecone says Ready."));
    } else if (!index.isGoing()) {
      look(index);
    }
  }

  private void look(PineconeIndex index) throws DrillbookException, InterruptedException {
    String subject = "index " + index.name();
    String what = subject + " could not be read";
    try {
      HttpUrl host = index.host(what, http);
      PineconeListing listing = new PineconeListing(http, host);
      int namespaces = listing.namespaces(what).size();
      listing.hasRecords(what, CollectionSchema.NO_TENANT);
      found.add(Requirement.met(subject + " can be read", namespaces + " namespaces listed"));
    } catch (DrillbookException e) {
      if (e.kind() != FailureKind.DENIED && e.kind() != FailureKind.EXHAUSTED) {
        throw e;
      }
      found.add(
          Requirement.missing(
              subject + " can be read", String.valueOf(e.getMessage()), advice(e.hint())));
    }
    if (index.isProtected()) {
      found.add(
          Requirement.met(
              subject + " is protected against deletion",
              "no restore drops or replaces it; a restored copy is protected too"));
    }
  }

  private static String advice(String hint) {
    return hint.isEmpty() ? "Mend what Pinecone says." : hint;
  }
}
