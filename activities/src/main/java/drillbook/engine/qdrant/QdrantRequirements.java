package drillbook.engine.qdrant;

import drillbook.engine.CollectionName;
import drillbook.engine.Requirement;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.rest.RestJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What a backup and a restore need of a Qdrant instance. Changes nothing. */
final class QdrantRequirements {
  private final QdrantHttp http;
  private final QdrantControl control;
  private final List<Requirement> found = new ArrayList<>();

  QdrantRequirements(QdrantHttp http, QdrantControl control) {
    this.http = http;
    this.control = control;
  }

  List<Requirement> ask() throws DrillbookException, InterruptedException {
    version();
    rights();
    Map<String, Object> cluster = control.cluster();
    cluster(cluster);
    List<CollectionName> names = control.collections();
    int before = found.size();
    for (CollectionName name : names) {
      collection(control.describe(name), "enabled".equals(cluster.get("status")));
    }
    if (found.size() == before) {
      found.add(Requirement.met("collections", names.size() + ", none with a failed optimizer"));
    }
    found.add(
        Requirement.unknown(
            "free disk",
            "qdrant does not tell",
            "See that twice the size of the largest collection is free on each node."));
    return List.copyOf(found);
  }

  private void version() throws DrillbookException, InterruptedException {
    String version = control.version();
    if (ServerVersion.of(version).isAtLeast(QdrantControl.METADATA)) {
      found.add(Requirement.met("version", version));
    } else {
      found.add(
          Requirement.missing(
              "version",
              version,
              "Upgrade to "
                  + QdrantControl.METADATA
                  + " or later: older servers keep no metadata of collections, so that only"
                  + " collections of their own kind can be restored."));
    }
  }

  /**
   * Source: Qdrant up to 1.12, which lets keys see issues only that may manage the instance; from
   * 1.13 on each key sees them, so that only a refusal says anything.
   */
  private void rights() throws DrillbookException, InterruptedException {
    String subject = "right to write";
    try {
      http.get("qdrant's issues could not be looked at", http.url("issues"));
      found.add(
          Requirement.unknown(
              subject,
              "qdrant does not tell without a change",
              "Backups need to read only; see that the key of a restore's target may manage."));
    } catch (DrillbookException e) {
      if (e.kind() == FailureKind.DENIED) {
        found.add(
            Requirement.missing(
                subject,
                String.valueOf(e.getMessage()),
                "Backups need to read only; give a restore's target a key that may manage."));
      } else if (e.kind() == FailureKind.NOT_FOUND) {
        found.add(
            Requirement.unknown(
                subject, "this server cannot be asked", "See that the key may manage."));
      } else {
        throw e;
      }
    }
  }

  private void cluster(Map<String, Object> cluster) {
    Object status = cluster.getOrDefault("status", "unknown");
    if (status.equals("disabled")) {
      found.add(Requirement.met("cluster", "a server alone"));
      return;
    }
    if (!status.equals("enabled")) {
      found.add(
          Requirement.unknown(
              "cluster",
              "the credential may not ask",
              "Use a key for the whole instance, or see that all peers run."));
      return;
    }
    int peers = RestJson.fields(cluster, "peers").size();
    Map<String, Object> failures = RestJson.fields(cluster, "message_send_failures");
    Object consensus =
        RestJson.fields(cluster, "consensus_thread_status").get("consensus_thread_status");
    if (!failures.isEmpty()) {
      found.add(
          Requirement.missing(
              "cluster",
              "peers cannot be reached: " + new TreeSet<>(failures.keySet()),
              "Bring them up: records with a single replica there can neither be read nor"
                  + " written."));
    } else if (!"working".equals(consensus)) {
      found.add(
          Requirement.missing(
              "cluster", "consensus is " + consensus, "See the log of the server."));
    } else {
      found.add(Requirement.met("cluster", peers + " peers, all reachable"));
    }
  }

  private void collection(Described collection, boolean cluster)
      throws DrillbookException, InterruptedException {
    String subject = "collection " + collection.name();
    Optimizers optimizers = new Optimizers(collection.info());
    if (optimizers.failure().isPresent()) {
      found.add(
          Requirement.missing(
              subject,
              "its optimizer failed: " + optimizers.failure().get(),
              "See the log of the server; a change of the collection starts it again."));
    } else if (optimizers.isRed()) {
      found.add(
          Requirement.missing(
              subject, "it is red: an operation failed for good", "See the log of the server."));
    } else if (optimizers.areOff()) {
      found.add(
          Requirement.missing(
              subject,
              "its optimizers are switched off (max_optimization_threads: 0)",
              "No index is built of what is restored into a collection of these settings."));
    }
    Map<String, Object> strict = collection.strictMode();
    if (Boolean.FALSE.equals(strict.get("search_allow_exact"))) {
      found.add(
          Requirement.missing(
              subject,
              "its strict mode forbids exact searches",
              "Allow them (search_allow_exact) where recall is to be measured."));
    }
    if (strict.get("read_rate_limit") instanceof Number limit) {
      found.add(
          Requirement.met(
              subject + ", rate of reads",
              limit + " a minute and replica: a capture waits as it is told to"));
    }
    if (cluster) {
      replicas(collection);
    }
  }

  private void replicas(Described collection) throws DrillbookException, InterruptedException {
    String what = "shards of collection " + collection.name() + " could not be looked up";
    Object answer = http.get(what, control.collectionUrl(collection.name(), "cluster"));
    TreeSet<String> lame = new TreeSet<>();
    for (String side : List.of("local_shards", "remote_shards")) {
      for (Object shard : QdrantControl.list(what, answer, side)) {
        if (shard instanceof Map<?, ?> map && !"Active".equals(map.get("state"))) {
          lame.add("shard " + map.get("shard_id") + " is " + map.get("state"));
        }
      }
    }
    if (!lame.isEmpty()) {
      found.add(
          Requirement.missing(
              "collection " + collection.name() + ", replicas",
              String.join(", ", lame),
              "Wait for transfers to end, or recover the replicas, before it is captured."));
    }
  }
}
