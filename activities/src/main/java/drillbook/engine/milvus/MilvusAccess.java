package drillbook.engine.milvus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import drillbook.engine.Requirement;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import io.milvus.grpc.GetMetricsRequest;
import io.milvus.grpc.GetMetricsResponse;
import io.milvus.grpc.GrantEntity;
import io.milvus.grpc.GrantorEntity;
import io.milvus.grpc.RoleEntity;
import io.milvus.grpc.SelectGrantRequest;
import io.milvus.grpc.SelectGrantResponse;
import io.milvus.grpc.SelectUserRequest;
import io.milvus.grpc.SelectUserResponse;
import io.milvus.grpc.UserEntity;
import io.milvus.grpc.UserResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Who asks a Milvus instance, and which nodes it has. */
final class MilvusAccess {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Source: Milvus's documentation of privileges: these may do everything; read 2026-11. */
  private static final String ROOT = "root";

  private static final String ADMIN = "admin";
  private static final String PUBLIC = "public";
  private static final String ALL = "*";

  /** What to do where rights are missing. */
  static final String RIGHTS =
      "A backup describes, lists, loads and queries collections and lists aliases and partitions; a"
          + " restore creates, writes, flushes, indexes, renames and drops: grant these, or the role"
          + " admin.";

  private final MilvusRpc rpc;

  MilvusAccess(MilvusRpc rpc) {
    this.rpc = rpc;
  }

  /** Asks for the rights of the credential; without one, the other questions are the proof. */
  Requirement permissions() throws DrillbookException, InterruptedException {
    String user = rpc.user();
    if (user.isEmpty()) {
      return rpc.isAnonymous()
          ? Requirement.met("permissions", "what follows is answered without a credential")
          : Requirement.unknown("permissions", "a token does not tell whose it is", RIGHTS);
    }
    if (user.equals(ROOT)) {
      return Requirement.met("permissions", "user root may do everything");
    }
    try {
      return rights(user, roles(user));
    } catch (DrillbookException e) {
      return untold("permissions", e, RIGHTS);
    }
  }

  private Requirement rights(String user, List<String> roles)
      throws DrillbookException, InterruptedException {
    if (roles.contains(ADMIN)) {
      return Requirement.met("permissions", "user " + user + " has the role admin");
    }
    if (roles.stream().allMatch(PUBLIC::equals)) {
      return Requirement.missing("permissions", "user " + user + " has no role", RIGHTS);
    }
    TreeSet<String> granted = new TreeSet<>();
    for (String role : roles) {
      // Observed on 2.3.5: rights in the default database are not among those in all of them.
      for (String database : List.of("", ALL)) {
        granted.addAll(grants(role, database));
      }
    }
    return Requirement.unknown(
        "permissions",
        "user "
            + user
            + " has the roles "
            + String.join(", ", roles)
            + " with "
            + (granted.isEmpty() ? "no rights" : String.join(", ", granted)),
        RIGHTS);
  }

  private List<String> roles(String user) throws DrillbookException, InterruptedException {
    SelectUserResponse answer =
        rpc.call(
            "the roles of " + user + " could not be asked for",
            "",
            stub ->
                stub.selectUser(
                    SelectUserRequest.newBuilder()
                        .setUser(UserEntity.newBuilder().setName(user))
                        .setIncludeRoleInfo(true)
                        .build()),
            SelectUserResponse::getStatus);
    return answer.getResultsList().stream()
        .map(UserResult::getRolesList)
        .flatMap(List::stream)
        .map(RoleEntity::getName)
        .sorted()
        .toList();
  }

  private List<String> grants(String role, String database)
      throws DrillbookException, InterruptedException {
    SelectGrantResponse answer =
        rpc.call(
            "the rights of role " + role + " could not be asked for",
            "",
            stub ->
                stub.selectGrant(
                    SelectGrantRequest.newBuilder()
                        .setEntity(
                            GrantEntity.newBuilder()
                                .setRole(RoleEntity.newBuilder().setName(role))
                                .setDbName(database))
                        .build()),
            SelectGrantResponse::getStatus);
    return answer.getEntitiesList().stream()
        .map(GrantEntity::getGrantor)
        .map(GrantorEntity::getPrivilege)
        .map(privilege -> privilege.getName())
        .toList();
  }

  /** Asks which nodes there are; what holds collections in memory is a query node. */
  Requirement topology() throws DrillbookException, InterruptedException {
    String advice = "See that enough query nodes run: a capture loads collections into them.";
    try {
      GetMetricsResponse answer =
          rpc.call(
              "the nodes could not be asked for",
              "",
              stub ->
                  stub.getMetrics(
                      GetMetricsRequest.newBuilder()
                          .setRequest("{\"metric_type\":\"system_info\"}")
                          .build()),
              GetMetricsResponse::getStatus);
      return nodes(answer.getResponse(), advice);
    } catch (DrillbookException e) {
      return untold("topology", e, advice);
    }
  }

  /** Judges what a server says of its nodes: an object, {@code nodes_info[].infos}. */
  static Requirement nodes(String json, String advice) {
    Map<String, Integer> nodes = new TreeMap<>();
    List<String> ill = new ArrayList<>();
    try {
      for (JsonNode node : MAPPER.readTree(json).path("nodes_info")) {
        JsonNode infos = node.path("infos");
        nodes.merge(infos.path("type").asText("other"), 1, Integer::sum);
        if (infos.path("has_error").asBoolean()) {
          ill.add(infos.path("name").asText() + ": " + infos.path("error_reason").asText());
        }
      }
    } catch (JsonProcessingException e) {
      return Requirement.unknown("topology", "the server's answer is no JSON", advice);
    }
    String words =
        nodes.entrySet().stream()
            .map(entry -> entry.getValue() + " " + entry.getKey())
            .collect(Collectors.joining(", "));
    if (!ill.isEmpty()) {
      return Requirement.missing(
          "topology", words + "; ill: " + String.join("; ", ill), "Mend these nodes first.");
    }
    return nodes.containsKey("querynode")
        ? Requirement.met("topology", words)
        : Requirement.unknown(
            "topology", words.isEmpty() ? "the server names no nodes" : words, advice);
  }

  private static Requirement untold(String subject, DrillbookException e, String advice)
      throws DrillbookException {
    if (e.kind() == FailureKind.UNAVAILABLE) {
      throw e;
    }
    return Requirement.unknown(subject, String.valueOf(e.getMessage()), advice);
  }
}
