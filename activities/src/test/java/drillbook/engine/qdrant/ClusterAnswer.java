package drillbook.engine.qdrant;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the server says of its cluster, in the words of a peer that is fine itself. */
final class ClusterAnswer {
  private ClusterAnswer() {}

  /** Describes a cluster of so many peers; 0 stands for a server alone. */
  static Object of(int peers, List<String> unreachable) {
    if (peers == 0) {
      return Map.of("status", "disabled");
    }
    Map<String, Object> cluster = new LinkedHashMap<>();
    cluster.put("status", "enabled");
    cluster.put("peer_id", TestingQdrant.peerId(1));
    Map<String, Object> uris = new TreeMap<>();
    for (int peer = 1; peer <= peers; peer++) {
      uris.put(
          String.valueOf(TestingQdrant.peerId(peer)),
          Map.of("uri", "http://node-" + peer + ":6335/"));
    }
    cluster.put("peers", uris);
    Map<String, Object> raft = new LinkedHashMap<>();
    raft.put("term", 3L);
    raft.put("commit", 57L);
    raft.put("pending_operations", 0L);
    raft.put("leader", TestingQdrant.peerId(1));
    raft.put("role", "Leader");
    raft.put("is_voter", true);
    cluster.put("raft_info", raft);
    cluster.put(
        "consensus_thread_status",
        Map.of("consensus_thread_status", "working", "last_update", "2026-11-21T08:18:38.123Z"));
    Map<String, Object> failures = new TreeMap<>();
    for (String uri : unreachable) {
      failures.put(uri, Map.of("count", 7L, "latest_error", "connection refused"));
    }
    cluster.put("message_send_failures", failures);
    return cluster;
  }
}
