package drillbook.engine.chroma;

import drillbook.engine.Requirement;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;

/** What backups and restores need of a Chroma server. Changes nothing on it. */
final class ChromaRequirements {
  private static final String TESTED = "1.5.9";
  private static final String NOBODY = "00000000-0000-4000-8000-000000000000";

  private final ChromaHttp http;
  private final ChromaServer server;
  private final boolean credential;

  ChromaRequirements(ChromaHttp http, ChromaServer server, boolean credential) {
    this.http = http;
    this.server = server;
    this.credential = credential;
  }

  List<Requirement> ask() throws DrillbookException, InterruptedException {
    List<Requirement> requirements = new ArrayList<>();
    try {
      Object version = http.get("chroma could not be asked for its version", http.url("version"));
      requirements.add(Requirement.met("REST v2", "API " + version));
    } catch (DrillbookException e) {
      if (e.kind() != FailureKind.NOT_FOUND) {
        throw e;
      }
      return List.of(
          Requirement.missing(
              "REST v2",
              "the server does not speak it: " + e.getMessage(),
              "Chroma 1.0 and later do. Check the url, and upgrade an older server."));
    }
    requirements.add(
        Requirement.unknown(
            "server version",
            "over REST Chroma tells its API's version only",
            "Drillbook is tested with " + TESTED + ": compare the server's image or package."));
    requirements.add(ready());
    requirements.add(requestSize());
    requirements.add(transport());
    requirements.add(writing());
    tenants(requirements);
    if (!server.isCloud()) {
      requirements.add(
          Requirement.unknown(
              "reset is off",
              "asking would wipe the server where it is allowed",
              "Start the server without allow_reset: one request deletes everything."));
    }
    return requirements;
  }

  private Requirement ready() throws DrillbookException, InterruptedException {
    if (server.isCloud()) {
      return Requirement.met("ready", "answers");
    }
    Object health = http.get("chroma's health could not be asked for", http.url("healthcheck"));
    boolean ready = health instanceof Map<?, ?> map && !map.containsValue(false);
    return ready
        ? Requirement.met("ready", String.valueOf(health))
        : Requirement.missing(
            "ready", String.valueOf(health), "Look into the server's log, or wait for its start.");
  }

  /**
   * Sends as many spaces as a restore sends at once, to a collection that nobody has: the server
   * reads all of them before it finds no document.
   *
   * <p>Source: Chroma 1.5.9, observed. 36 MiB of spaces answer 400 {@code EOF while parsing}, more
   * than max_payload_size_bytes 413 or a broken connection.
   */
  private Requirement requestSize() throws InterruptedException, DrillbookException {
    if (server.isCloud()) {
      return Requirement.met(
          "request size", ChromaServer.CLOUD_ROWS + " records at once, as its quotas allow");
    }
    HttpUrl url =
        http.url(
            "tenants",
            server.tenants().getFirst(),
            "databases",
            ChromaEngine.DEFAULT_DATABASE,
            "collections",
            NOBODY,
            "get");
    try {
      http.post("a large request could not be sent", url, new Spaces(), ChromaHttp::document);
    } catch (DrillbookException e) {
      boolean read = e.kind() == FailureKind.CONFIGURATION || e.kind() == FailureKind.NOT_FOUND;
      return read
          ? Requirement.met(
              "request size", (ChromaWriter.BODY_BYTES >> 20) + " MiB were taken at once")
          : Requirement.missing(
              "request size",
              String.valueOf(e.getMessage()),
              "A restore sends up to "
                  + (ChromaWriter.BODY_BYTES >> 20)
                  + " MiB at once: raise max_payload_size_bytes, and the limit of a proxy before"
                  + " the server.");
    }
    return Requirement.unknown(
        "request size", "the answer was not Chroma's", "Check what stands before the server.");
  }

  private Requirement transport() {
    if (server.isEncrypted()) {
      return Requirement.met("transport", "https");
    }
    if (server.isLoopback()) {
      return Requirement.met("transport", "http, which does not leave this machine");
    }
    return Requirement.missing(
        "transport",
        "http: records" + (credential ? " and the token" : "") + " cross the network in the clear",
        "Put a proxy with TLS before the server and use https://.");
  }

  private Requirement writing() {
    return credential
        ? Requirement.unknown(
            "write",
            "what the token may do is not told",
            "A drill creates, fills and drops collections; a backup reads only. Run a drill.")
        : Requirement.met("write", "Chroma 1.x asks nobody who reaches it for permission");
  }

  private void tenants(List<Requirement> requirements)
      throws DrillbookException, InterruptedException {
    for (String tenant : server.tenants()) {
      String what = "databases of tenant " + tenant + " could not be listed";
      SortedSet<String> all = new TreeSet<>();
      for (Object row :
          ChromaHttp.list(what, http.get(what, http.url("tenants", tenant, "databases")))) {
        if (row instanceof Map<?, ?> map && map.get("name") instanceof String name) {
          all.add(name);
        }
      }
      if (all.isEmpty()) {
        // Source: Chroma 1.5.9, observed: an unknown tenant answers an empty list, no 404.
        requirements.add(
            Requirement.missing(
                "tenant " + tenant,
                "it has no databases, or does not exist: Chroma answers alike",
                "Correct --option tenants=..."));
        continue;
      }
      SortedSet<String> left = new TreeSet<>(all);
      if (!server.databases().isEmpty()) {
        left.removeAll(server.databases());
      } else {
        left.clear();
      }
      requirements.add(
          left.isEmpty()
              ? Requirement.met("tenant " + tenant, "databases " + all)
              : Requirement.missing(
                  "databases of " + tenant,
                  "the target's option 'databases' leaves out " + left,
                  "Add them, or give them a target of their own."));
    }
    if (!server.isCloud()) {
      requirements.add(
          Requirement.unknown(
              "all tenants",
              "Chroma lists none; looked at: " + server.tenants(),
              "Name every tenant that is used: --option tenants=a,b"));
    }
  }

  /** A body that is no document, of the size of a restore's largest. */
  private static final class Spaces extends RequestBody {
    private static final int CHUNK = 1 << 20;

    @Override
    public MediaType contentType() {
      return ChromaHttp.JSON_TYPE;
    }

    @Override
    public long contentLength() {
      return ChromaWriter.BODY_BYTES;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      byte[] spaces = new byte[CHUNK];
      Arrays.fill(spaces, (byte) ' ');
      for (long sent = 0; sent < ChromaWriter.BODY_BYTES; sent += CHUNK) {
        sink.write(spaces);
      }
    }
  }
}
