package drillbook.engine.weaviate;

import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Requirement;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.rest.RestJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Asks a server for what a backup and a restore will need. */
final class WeaviateRequirements {
  /** The first version with aliases; older ones answer 404 where these are listed. */
  private static final int[] OLDEST = {1, 32};

  private static final List<String> FOR_BACKUP =
      List.of("read_collections", "read_data", "read_tenants", "read_aliases", "read_nodes");
  private static final List<String> FOR_RESTORE =
      List.of(
          "create_collections",
          "update_collections",
          "delete_collections",
          "create_data",
          "update_data",
          "create_tenants",
          "update_tenants");

  private static final int EXAMPLES = 5;
  private static final int LOOKED_AT = 100;

  private final WeaviateHttp http;
  private final WeaviateControl control;
  private final WeaviateRights rights;
  private final List<Requirement> found = new ArrayList<>();

  WeaviateRequirements(WeaviateHttp http, WeaviateControl control, WeaviateRights rights) {
    this.http = http;
    this.control = control;
    this.rights = rights;
  }

  List<Requirement> all() throws DrillbookException, InterruptedException {
    version();
    permissions();
    nodes();
    List<WeaviateClass> classes = new ArrayList<>();
    try {
      for (CollectionName name : control.collections()) {
        classes.add(control.describe(name));
      }
    } catch (DrillbookException e) {
      if (e.kind() != FailureKind.DENIED) {
        throw e;
      }
      found.add(Requirement.missing("classes in sight", String.valueOf(e.getMessage()), e.hint()));
      return List.copyOf(found);
    }
    modules(classes);
    made(classes);
    tenants(classes);
    replicas(classes);
    found.add(
        Requirement.unknown(
            "free space",
            "Weaviate does not tell how full its disk is",
            "Watch the disk: above DISK_USE_READONLY_PERCENTAGE (90) the server takes no writes."));
    return List.copyOf(found);
  }

  private void version() throws DrillbookException, InterruptedException {
    String version = control.probe().version();
    String[] words = version.split("[.-]", -1);
    boolean enough = false;
    if (words.length > 1 && (words[0] + words[1]).matches("\\d{2,6}")) {
      int major = Integer.parseInt(words[0]);
      int minor = Integer.parseInt(words[1]);
      enough = major > OLDEST[0] || (major == OLDEST[0] && minor >= OLDEST[1]);
    }
    String oldest = OLDEST[0] + "." + OLDEST[1];
    found.add(
        enough
            ? Requirement.met("version", version)
            : Requirement.missing(
                "version", version, "Upgrade to " + oldest + " or newer: aliases need it."));
  }

  private void permissions() throws DrillbookException, InterruptedException {
    Optional<SortedMap<String, SortedSet<String>>> actions = rights.actions();
    if (actions.isEmpty()) {
      found.add(Requirement.met("permissions", "this server does not restrict by roles"));
      return;
    }
    permissions("permissions to back up", FOR_BACKUP, actions.get());
    permissions("permissions to restore", FOR_RESTORE, actions.get());
    SortedSet<String> seen = actions.get().getOrDefault("read_collections", new TreeSet<>());
    if (!seen.isEmpty() && !seen.contains("*")) {
      found.add(
          Requirement.unknown(
              "classes in sight",
              "the credential sees classes " + String.join(", ", seen) + " only",
              "Others are not backed up: allow read_collections on * if they should be."));
    }
  }

  private void permissions(
      String subject, List<String> needed, SortedMap<String, SortedSet<String>> actions) {
    SortedSet<String> missing = new TreeSet<>(needed);
    missing.removeAll(actions.keySet());
    found.add(
        missing.isEmpty()
            ? Requirement.met(subject, String.join(", ", needed))
            : Requirement.missing(
                subject,
                "the credential's roles lack " + String.join(", ", missing),
                "Give it a role with these on the classes to back up (or *); read_nodes with"
                    + " verbosity verbose."));
  }

  private void nodes() throws DrillbookException, InterruptedException {
    String what = "nodes could not be listed";
    Map<String, String> bad = new TreeMap<>();
    SortedSet<String> versions = new TreeSet<>();
    int count = 0;
    try {
      Object nodes =
          http.get(what, http.url("nodes")) instanceof Map<?, ?> map ? map.get("nodes") : null;
      for (Object node : WeaviateHttp.list(what, nodes)) {
        if (node instanceof Map<?, ?> map) {
          count++;
          versions.add(String.valueOf(map.get("version")));
          if (!"HEALTHY".equals(map.get("status"))) {
            bad.put(String.valueOf(map.get("name")), String.valueOf(map.get("status")));
          }
        }
      }
    } catch (DrillbookException e) {
      if (e.kind() != FailureKind.DENIED) {
        throw e;
      }
      found.add(
          Requirement.unknown(
              "nodes", String.valueOf(e.getMessage()), "Allow read_nodes to the credential."));
      return;
    }
    String all = count + (count == 1 ? " node" : " nodes") + ", " + String.join(", ", versions);
    found.add(
        bad.isEmpty() && versions.size() == 1
            ? Requirement.met("nodes", all)
            : Requirement.missing(
                "nodes",
                all + (bad.isEmpty() ? "" : ", not healthy: " + bad),
                "Bring every node up, all of one version, before a backup."));
  }

  private void modules(List<WeaviateClass> classes)
      throws DrillbookException, InterruptedException {
    SortedSet<String> needed = new TreeSet<>();
    for (WeaviateClass each : classes) {
      needed.addAll(each.modules());
    }
    SortedSet<String> missing = new TreeSet<>(needed);
    String enabled = control.probe().details().getOrDefault("modules", "");
    missing.removeAll(List.of(enabled.split(",", -1)));
    found.add(
        missing.isEmpty()
            ? Requirement.met(
                "modules", needed.isEmpty() ? "no class needs one" : String.join(", ", needed))
            : Requirement.missing(
                "modules",
                "not enabled: " + String.join(", ", missing),
                "Enable them here and wherever these classes are restored."));
  }

  /**
   * A restore refuses an object that lacks a vector which a module makes, see {@link
   * WeaviateWriter}; how many there are is not told, so the first objects of each class stand for
   * them.
   */
  private void made(List<WeaviateClass> classes) throws DrillbookException, InterruptedException {
    List<String> using = new ArrayList<>();
    List<String> lacking = new ArrayList<>();
    for (WeaviateClass each : classes) {
      List<String> made =
          each.vectors().stream()
              .filter(vector -> !vector.module().isEmpty())
              .map(WeaviateClass.Vector::name)
              .toList();
      if (made.isEmpty()) {
        continue;
      }
      using.add(each.name().name());
      if (each.vectors().stream().anyMatch(WeaviateClass.Vector::isCentroid)) {
        lacking.add(each.name() + " (computed from references, whatever a restore writes)");
        continue;
      }
      // Which tenants may be read is another question.
      int found = each.hasTenants() ? 0 : lacking(each, made);
      if (found > 0) {
        lacking.add(
            each.name() + " (" + found + " of the first " + LOOKED_AT + " objects lack one)");
      }
    }
    String subject = "vectors made by modules";
    String advice =
        "Let every object have its vectors before a backup, or restore into another engine: here a"
            + " module would make them anew and send texts to whoever computes them.";
    if (using.isEmpty()) {
      found.add(Requirement.met(subject, "no class has any"));
    } else if (lacking.isEmpty()) {
      found.add(
          Requirement.unknown(
              subject,
              "classes "
                  + using.stream().limit(EXAMPLES).toList()
                  + "; only their first objects were looked at, which lack none. A restore refuses"
                  + " an object that lacks one",
              advice));
    } else {
      found.add(
          Requirement.missing(
              subject, "not to be restored: " + lacking.stream().limit(EXAMPLES).toList(), advice));
    }
  }

  private int lacking(WeaviateClass each, List<String> made)
      throws DrillbookException, InterruptedException {
    String what = "objects of class " + each.name() + " could not be looked at";
    Object page =
        http.get(
            what,
            control.objects(each.name(), CollectionSchema.NO_TENANT, Optional.empty(), LOOKED_AT));
    int lacking = 0;
    Object objects = page instanceof Map<?, ?> map ? map.get("objects") : null;
    for (Object object : WeaviateHttp.list(what, objects == null ? List.of() : objects)) {
      Map<String, Object> vectors = RestJson.fields(object, "vectors");
      if (object instanceof Map<?, ?> map && map.get("vector") instanceof List<?> unnamed) {
        vectors.put("", unnamed);
      }
      vectors.values().removeIf(vector -> vector instanceof List<?> list && list.isEmpty());
      if (!vectors.keySet().containsAll(made)) {
        lacking++;
      }
    }
    return lacking;
  }

  /** Lists of objects are read from one replica, whatever the others have. */
  private void replicas(List<WeaviateClass> classes) {
    List<String> several =
        classes.stream()
            .filter(each -> each.replicas() > 1)
            .map(each -> each.name().name())
            .limit(EXAMPLES)
            .toList();
    found.add(
        several.isEmpty()
            ? Requirement.met("replicas", "each shard has one")
            : Requirement.unknown(
                "replicas",
                "classes with several, read from one of them at a time: " + several,
                "Let asynchronous replication repair them before a backup: what a replica has"
                    + " missed would be missing."));
  }

  private void tenants(List<WeaviateClass> classes)
      throws DrillbookException, InterruptedException {
    int active = 0;
    int inactive = 0;
    SortedSet<String> elsewhere = new TreeSet<>();
    for (WeaviateClass each : classes) {
      Map<String, String> statuses =
          each.hasTenants() ? control.tenants().statuses(each.name()) : Map.of();
      for (Map.Entry<String, String> tenant : statuses.entrySet()) {
        switch (tenant.getValue()) {
          case WeaviateTenants.ACTIVE -> active++;
          case WeaviateTenants.INACTIVE -> inactive++;
          default -> elsewhere.add(each.name() + "/" + tenant.getKey());
        }
      }
    }
    String counts = active + " active, " + inactive + " inactive";
    List<String> examples = elsewhere.stream().limit(EXAMPLES).toList();
    Optional<SortedMap<String, SortedSet<String>>> actions = rights.actions();
    if (inactive > 0 && actions.isPresent() && !actions.get().containsKey("update_tenants")) {
      found.add(
          Requirement.missing(
              "permission to activate tenants",
              counts + "; the credential's roles lack update_tenants",
              "Allow it: an inactive tenant is activated while it is read, and put back."));
    }
    found.add(
        elsewhere.isEmpty()
            ? Requirement.met(
                "tenants",
                inactive == 0
                    ? counts
                    : counts + "; inactive ones are activated while they are read, and put back")
            : Requirement.missing(
                "tenants",
                counts + ", " + elsewhere.size() + " offloaded or on the move: " + examples,
                "A backup refuses these: load them (activity status ACTIVE), or name the tenants"
                    + " to back up without them."));
  }
}
