package drillbook.engine.weaviate;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** What the credential may do, as the server tells it. */
final class WeaviateRights {
  private final WeaviateHttp http;

  WeaviateRights(WeaviateHttp http) {
    this.http = http;
  }

  /**
   * Returns the actions that the roles of the credential allow on some resource, by Weaviate's
   * words; empty where the server does not restrict by roles.
   */
  Optional<SortedSet<String>> actions() throws DrillbookException, InterruptedException {
    Object info;
    try {
      info = http.get("permissions could not be asked for", http.url("users", "own-info"));
    } catch (DrillbookException e) {
      // Source: Weaviate 1.39.0, observed: 401 with anonymous access, 404 before 1.30.
      if (e.kind() == FailureKind.DENIED || e.kind() == FailureKind.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
    if (!(info instanceof Map<?, ?> map) || !(map.get("roles") instanceof List<?> roles)) {
      return Optional.empty();
    }
    SortedSet<String> actions = new TreeSet<>();
    for (Object role : roles) {
      Object permissions = role instanceof Map<?, ?> fields ? fields.get("permissions") : null;
      for (Object permission : permissions instanceof List<?> list ? list : List.of()) {
        if (permission instanceof Map<?, ?> fields && fields.get("action") instanceof String word) {
          actions.add(word);
        }
      }
    }
    return Optional.of(actions);
  }

  /**
   * Fails where an empty answer may be for lack of a permission.
   *
   * @throws DrillbookException DENIED naming the action
   */
  void requireAny(String what, String action) throws DrillbookException, InterruptedException {
    Optional<SortedSet<String>> actions = actions();
    if (actions.isPresent() && !actions.get().contains(action)) {
      throw new DrillbookException(
          FailureKind.DENIED,
          what
              + ": the server shows none to this credential, whose roles allow "
              + (actions.get().isEmpty() ? "nothing" : String.join(", ", actions.get())),
          "Give it a role with the permission " + action + ".");
    }
  }
}
