package drillbook.engine.weaviate;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the credential may do, as the server tells it.
 *
 * <p>A server with roles (RBAC) answers lists of classes, tenants and aliases with a success and
 * leaves out what the credential may not see, down to nothing at all.
 *
 * <p>Source: Weaviate 1.39.0, observed. {@code GET /users/own-info} tells roles; it has none both
 * for a credential without any and on a server without roles, and is refused to the anonymous.
 */
final class WeaviateRights {
  /** A class of this name is not there; whether that is told or refused makes the difference. */
  private static final String NO_CLASS = "Drillbook_asks_for_permission";

  private final WeaviateHttp http;

  WeaviateRights(WeaviateHttp http) {
    this.http = http;
  }

  /**
   * Returns the actions that the roles of the credential allow, each with the names of classes that
   * it allows them on ({@code *} for all); empty where the server does not restrict by roles.
   */
  Optional<SortedMap<String, SortedSet<String>>> actions()
      throws DrillbookException, InterruptedException {
    String what = "permissions could not be asked for";
    Optional<Object> info = orDenied(what, "users", "own-info");
    Object roles =
        info.isPresent() && info.get() instanceof Map<?, ?> map ? map.get("roles") : null;
    SortedMap<String, SortedSet<String>> actions = new TreeMap<>();
    if (!(roles instanceof List<?> list) || list.isEmpty()) {
      boolean refused = info.isPresent() && orDenied(what, "schema", NO_CLASS).isEmpty();
      return refused ? Optional.of(actions) : Optional.empty();
    }
    for (Object role : list) {
      Object permissions = role instanceof Map<?, ?> fields ? fields.get("permissions") : null;
      for (Object permission : permissions instanceof List<?> each ? each : List.of()) {
        if (permission instanceof Map<?, ?> fields && fields.get("action") instanceof String word) {
          actions.computeIfAbsent(word, x -> new TreeSet<>()).addAll(classes(fields));
        }
      }
    }
    return Optional.of(actions);
  }

  /** A permission names its resource in a field that differs from action to action. */
  private static SortedSet<String> classes(Map<?, ?> permission) {
    SortedSet<String> classes = new TreeSet<>();
    permission.forEach((field, resource) -> {
      if (resource instanceof Map<?, ?> map && map.get("collection") instanceof String name) {
        classes.add(name);
      }
    });
    return classes;
  }

  /** Returns an answer, an empty document where there is no such thing; empty where refused. */
  private Optional<Object> orDenied(String what, String... path)
      throws DrillbookException, InterruptedException {
    try {
      return Optional.of(http.find(what, http.url(path)).orElse(Map.of()));
    } catch (DrillbookException e) {
      if (e.kind() == FailureKind.DENIED) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * Fails where an empty list may be empty for lack of a permission.
   *
   * @throws DrillbookException DENIED naming the permission
   */
  void requireAny(String what, String action) throws DrillbookException, InterruptedException {
    Optional<SortedMap<String, SortedSet<String>>> actions = actions();
    if (actions.isPresent() && !actions.get().containsKey(action)) {
      throw new DrillbookException(
          FailureKind.DENIED,
          what
              + ": the server shows none to this credential, whose roles allow "
              + (actions.get().isEmpty() ? "nothing" : String.join(", ", actions.get().keySet())),
          "Give it a role with the permission " + action + ".");
    }
  }
}
