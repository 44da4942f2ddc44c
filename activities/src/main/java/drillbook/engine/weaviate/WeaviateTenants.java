package drillbook.engine.weaviate;

import drillbook.engine.CollectionName;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import okhttp3.HttpUrl;

/**
 * The tenants of classes, and the activation of those whose data lie unloaded on the server's disk.
 *
 * <p>An inactive tenant is not searched, counted or read. Where its records are needed it is
 * activated, and put back afterwards. An offloaded one has its data elsewhere: bringing them back
 * is its owner's decision, so that it is never done here.
 */
final class WeaviateTenants {
  /** The server's own word for a tenant that answers. */
  static final String ACTIVE = "HOT";

  /** The server's own word for a tenant whose data are on its disk, unloaded. */
  static final String INACTIVE = "COLD";

  private static final int CREATED_AT_ONCE = 1000;
  private static final int UPDATED_AT_ONCE = 100;

  /** Another reader may put a tenant back between our activation and our call. */
  private static final int ACTIVATIONS = 5;

  private final WeaviateHttp http;

  WeaviateTenants(WeaviateHttp http) {
    this.http = http;
  }

  /** Something that needs an active tenant. */
  @FunctionalInterface
  interface Use<T> {
    T run() throws DrillbookException, InterruptedException;
  }

  /** Returns the status of each tenant, {@link #ACTIVE} or another word, by name. */
  Map<String, String> statuses(CollectionName name)
      throws DrillbookException, InterruptedException {
    String what = "tenants of class " + name + " could not be listed";
    Map<String, String> statuses = new TreeMap<>();
    for (Object tenant : WeaviateHttp.list(what, http.get(what, url(name)))) {
      if (tenant instanceof Map<?, ?> map && map.get("name") instanceof String tenantName) {
        statuses.put(tenantName, word(String.valueOf(map.get("activityStatus"))));
      }
    }
    return statuses;
  }

  /** The same status has an old and a new name; servers answer by the old one. */
  private static String word(String status) {
    return switch (status) {
      case "ACTIVE", "null" -> ACTIVE;
      case "INACTIVE" -> INACTIVE;
      case "OFFLOADED" -> "FROZEN";
      default -> status;
    };
  }

  /** Creates tenants, all of them active. */
  void create(CollectionName name, Collection<String> tenants)
      throws DrillbookException, InterruptedException {
    List<Map<String, String>> all = tenants.stream().map(tenant -> Map.of("name", tenant)).toList();
    for (int from = 0; from < all.size(); from += CREATED_AT_ONCE) {
      http.send(
          "tenants of class " + name + " could not be created",
          "POST",
          url(name),
          all.subList(from, Math.min(all.size(), from + CREATED_AT_ONCE)));
    }
  }

  /** Gives tenants the inactive status that they have in a schema. */
  void restoreStatuses(CollectionName name, Map<String, Object> wanted)
      throws DrillbookException, InterruptedException {
    Map<String, String> current = statuses(name);
    List<Map<String, String>> changes = new ArrayList<>();
    wanted.forEach((tenant, status) -> {
      // Where the data of an offloaded one would go is not known of this server.
      if (ACTIVE.equals(current.get(tenant))) {
        changes.add(Map.of("name", tenant, "activityStatus", INACTIVE));
      }
    });
    for (int from = 0; from < changes.size(); from += UPDATED_AT_ONCE) {
      put(name, changes.subList(from, Math.min(changes.size(), from + UPDATED_AT_ONCE)));
    }
  }

  /**
   * Runs something that needs a tenant, activating it for the time where it is inactive.
   *
   * @param tenant a tenant, or the empty name for classes without
   * @throws DrillbookException UNSUPPORTED when the tenant is offloaded
   */
  <T> T whileActive(WeaviateClass found, String tenant, Use<T> use)
      throws DrillbookException, InterruptedException {
    CollectionName name = found.name();
    boolean activated = false;
    T result;
    try {
      if (found.activatesTenants() && !tenant.isEmpty()) {
        // Asked first: the server would activate it by itself, and nobody would put it back.
        activated = activate(name, tenant);
      }
      for (int attempt = 1; ; attempt++) {
        try {
          result = use.run();
          break;
        } catch (DrillbookException e) {
          if (!WeaviateFailures.isTenantNotActive(e) || attempt == ACTIVATIONS) {
            throw e;
          }
          activated |= activate(name, tenant);
        }
      }
    } catch (DrillbookException | InterruptedException | RuntimeException e) {
      if (activated) {
        putBackAfter(e, name, tenant);
      }
      throw e;
    }
    if (activated) {
      deactivate(name, tenant);
    }
    return result;
  }

  private void putBackAfter(Exception first, CollectionName name, String tenant) {
    try {
      deactivate(name, tenant);
    } catch (DrillbookException e) {
      first.addSuppressed(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      first.addSuppressed(e);
    }
  }

  /**
   * Activates an inactive tenant; returns whether it was inactive.
   *
   * @throws DrillbookException UNSUPPORTED when it is offloaded; UNAVAILABLE while it comes or goes
   */
  boolean activate(CollectionName name, String tenant)
      throws DrillbookException, InterruptedException {
    String what = "tenant " + tenant + " of class " + name + " could not be looked up";
    String status =
        http.find(what, http.url("schema", name.name(), "tenants", tenant))
            .map(found ->
                found instanceof Map<?, ?> map
                    ? word(String.valueOf(map.get("activityStatus")))
                    : "")
            .orElse("");
    return switch (status) {
      case ACTIVE -> false;
      case INACTIVE -> {
        put(name, List.of(Map.of("name", tenant, "activityStatus", ACTIVE)));
        yield true;
      }
      case "FREEZING", "UNFREEZING" ->
          throw new DrillbookException(
              FailureKind.UNAVAILABLE, failed(name, tenant) + ": it is being moved: " + status);
      case "FROZEN" ->
          throw new DrillbookException(
              FailureKind.UNSUPPORTED,
              failed(name, tenant) + ": it is offloaded, and its data are not on the server",
              "Load it (activity status ACTIVE) before the backup, or leave it out by naming the"
                  + " tenants to back up.");
      default ->
          throw new DrillbookException(
              FailureKind.NOT_FOUND, failed(name, tenant) + ": there is no such tenant");
    };
  }

  private void deactivate(CollectionName name, String tenant)
      throws DrillbookException, InterruptedException {
    put(name, List.of(Map.of("name", tenant, "activityStatus", INACTIVE)));
  }

  private void put(CollectionName name, List<Map<String, String>> changes)
      throws DrillbookException, InterruptedException {
    http.send(
        "tenants of class " + name + " could not be given another activity status",
        "PUT",
        url(name),
        changes);
  }

  private static String failed(CollectionName name, String tenant) {
    return "tenant " + tenant + " of class " + name + " cannot be read";
  }

  private HttpUrl url(CollectionName name) {
    return http.url("schema", name.name(), "tenants");
  }
}
