package drillbook.recovery;

import drillbook.archive.Archive;
import drillbook.archive.ArchivedBackup;
import drillbook.archive.Artifacts;
import drillbook.archive.PartId;
import drillbook.backup.BackupId;
import drillbook.capture.Selection;
import drillbook.engine.Capability;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.EngineProfile;
import drillbook.engine.Engines;
import drillbook.engine.Probe;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.manifest.Catalog;
import drillbook.manifest.Manifest;
import drillbook.restore.RestoreMode;
import drillbook.restore.RestorePlan;
import drillbook.restore.RestoreRequest;
import drillbook.restore.RestoreRun;
import drillbook.target.Target;
import drillbook.translate.Change;
import drillbook.translate.Loss;
import drillbook.translate.Translation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** Decides what a restore does, and refuses what it must not do. One object a plan; one thread. */
final class Planner {
  private final RestoreRun run;
  private final RestoreRequest request;
  private final Target into;
  private final Engine engine;
  private final EngineProfile profile;
  private final Archive archive;
  private final BackupChooser chooser;

  private final List<RecoveryPlan.Destination> destinations = new ArrayList<>();
  private final List<RecoveryPlan.Load> loads = new ArrayList<>();
  private final List<String> sourcePaths = new ArrayList<>();
  private final Declared losses = new Declared();
  private final Declared changes = new Declared();
  private final Set<CollectionName> aliases = new HashSet<>();
  private long records;

  Planner(RestoreRun run, Target into, Engine engine, Archive archive, BackupChooser chooser) {
    this.run = run;
    this.request = run.request();
    this.into = into;
    this.engine = engine;
    this.profile = engine.profile();
    this.archive = archive;
    this.chooser = chooser;
  }

  RecoveryPlan plan() throws DrillbookException, InterruptedException {
    requireConfirmation();
    engine.records();
    Probe probe = engine.control().probe();
    BackupChooser.Chosen chosen = chooser.choose(request.backup());
    ArchivedBackup backup = archive.open(chosen.manifest().backupId());
    Set<CollectionName> live = new HashSet<>(engine.control().collections());
    engine.control().aliases().forEach(alias -> aliases.add(alias.name()));
    live.addAll(aliases);
    for (Catalog.Entry entry : backup.catalog().collections()) {
      if (isMeant(entry)) {
        addCollection(backup, entry, live);
      }
    }
    if (destinations.isEmpty()) {
      throw new DrillbookException(
          FailureKind.NOT_FOUND,
          "backup "
              + chosen.manifest().backupId()
              + " holds nothing of what was asked for: it holds "
              + backup.catalog().collections().stream()
                  .map(entry -> entry.schema().name().path())
                  .toList(),
          "Name collections and tenants as the backup has them.");
    }
    if (!losses.isEmpty() && !request.acceptLoss() && !request.dryRun()) {
      throw new DrillbookException(
          FailureKind.INCOMPATIBLE_TARGET,
          profile.name() + " cannot hold everything: " + String.join("; ", losses.sentences()),
          "Nothing was written. Accept the losses (--accept-loss, acceptLoss), or restore into "
              + chosen.manifest().engine()
              + ".");
    }
    return new RecoveryPlan(
        run.run(), chosen.manifest().backupId(), destinations, loads, summary(chosen, probe));
  }

  private void requireConfirmation() throws DrillbookException {
    if (request.mode() != RestoreMode.IN_PLACE) {
      return;
    }
    if (!profile.has(Capability.REPLACE) && !profile.has(Capability.ALIASES)) {
      throw new DrillbookException(
          FailureKind.UNSUPPORTED,
          "engine "
              + profile.name()
              + " cannot put a collection in the place of a live one: it has neither renames nor"
              + " aliases",
          "Restore into new collections and point your clients to them.");
    }
    if (!request.tenants().isEmpty()) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          "an in-place restore of some tenants would drop the others",
          "Restore the tenants into new collections (without in-place), then copy them over.");
    }
    if (!request.dryRun() && !request.confirm().equals(into.name())) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          "an in-place restore replaces all data of the collections in '"
              + into.name()
              + "' and was not confirmed",
          "Confirm by the target's name: --confirm " + into.name());
    }
  }

  private boolean isMeant(Catalog.Entry entry) {
    CollectionName name = entry.schema().name();
    return request.collections().isEmpty()
        || request.collections().stream().anyMatch(name::isMeantBy);
  }

  private void addCollection(ArchivedBackup backup, Catalog.Entry entry, Set<CollectionName> live)
      throws DrillbookException, InterruptedException {
    CollectionSchema source = entry.schema();
    List<String> tenants =
        Selection.tenants(
            request.tenants(),
            Engines.profile(backup.manifest().engine()),
            source.name(),
            source.tenants());
    if (tenants.isEmpty()) {
      return;
    }
    if (profile.has(Capability.TENANTS)) {
      addDestination(backup, entry, tenants, source.name().name(), live);
    } else {
      // Two tenants may hold records of one id: each becomes a collection of its own.
      for (String tenant : tenants) {
        String name = source.name().name();
        addDestination(
            backup, entry, List.of(tenant), tenants.size() == 1 ? name : name + "_" + tenant, live);
      }
    }
  }

  private void addDestination(
      ArchivedBackup backup,
      Catalog.Entry entry,
      List<String> tenants,
      String plainName,
      Set<CollectionName> live)
      throws DrillbookException, InterruptedException {
    CollectionSchema source = entry.schema();
    EngineProfile from = Engines.profile(backup.manifest().engine());
    CollectionSchema meant = Selection.withTenants(source, tenants);
    List<PartId> parts = parts(backup, entry, tenants);
    Map<String, Integer> dimensions =
        RecordDimensions.of(
            backup, entry.number(), parts.stream().map(PartId::tenant).collect(Collectors.toSet()));
    if (isUnmakable(meant, parts, backup)) {
      losses.add(
          source.name().path(),
          "is left out (it is empty, and "
              + profile.name()
              + " wants to know the dimension of its vectors)");
      return;
    }
    boolean sameEngine = from.name().equals(profile.name());
    CollectionName home =
        sameEngine
            ? source.name().named(plainName)
            : new CollectionName(profile.defaultScope(), plainName);
    Translation original = Translation.plan(meant, from, profile, home, dimensions);
    CollectionName liveName = original.schema().name();
    boolean exists = live.contains(liveName);
    CollectionName name = newName(liveName, exists);
    if (!live.add(name)) {
      throw new DrillbookException(
          FailureKind.CONFLICT,
          "collection " + name + " exists in '" + into.name() + "' and would be overwritten",
          "Restore again in a second, or drop it first.");
    }
    Translation translation = Translation.plan(meant, from, profile, name, dimensions);
    for (Loss loss : translation.losses()) {
      losses.add(
          source.name().path(), loss.subject() + ": " + loss.what() + " (" + loss.reason() + ")");
    }
    for (Change change : translation.changes()) {
      changes.add(source.name().path(), change.subject() + ": " + change.what());
    }
    boolean inPlace = request.mode() == RestoreMode.IN_PLACE && exists;
    if (inPlace) {
      requireReplaceable(liveName, original.schema().aliases());
    }
    destinations.add(
        new RecoveryPlan.Destination(
            entry.number(),
            translation.schema(),
            !translation.identity() || !translation.schema().tenants().equals(tenants),
            inPlace && profile.has(Capability.REPLACE) ? List.of(liveName) : List.of(),
            inPlace ? original.schema().aliases() : translation.schema().aliases()));
    sourcePaths.add(source.name().path());
    for (PartId part : parts) {
      loads.add(new RecoveryPlan.Load(destinations.size() - 1, part.collection(), part.tenant()));
      records += stated(backup, part).count();
    }
  }

  private static List<PartId> parts(
      ArchivedBackup backup, Catalog.Entry entry, List<String> tenants) {
    List<PartId> parts = new ArrayList<>();
    for (String tenant : tenants) {
      PartId part = new PartId(entry.number(), entry.tenants().indexOf(tenant));
      if (backup.parts().containsKey(part)) {
        parts.add(part);
      }
    }
    return parts;
  }

  private static Manifest.Part stated(ArchivedBackup backup, PartId part) {
    return Objects.requireNonNull(backup.parts().get(part), "no part " + part);
  }

  /** A collection without records that leaves a dimension open, which the target does not. */
  private boolean isUnmakable(CollectionSchema meant, List<PartId> parts, ArchivedBackup backup) {
    return !profile.vectors().openDimension()
        && parts.stream().allMatch(part -> stated(backup, part).count() == 0)
        && meant.layout().vectors().stream().anyMatch(field -> field.dimension() == 0);
  }

  /** An alias's collection is somebody else's by now, and would be what is overwritten. */
  private void requireReplaceable(CollectionName live, List<String> led) throws DrillbookException {
    if (aliases.contains(live)) {
      throw new DrillbookException(
          FailureKind.CONFLICT,
          "collection " + live + " cannot be replaced: the name is an alias of another one by now",
          "Restore into a new collection, compare, and point the alias to it.");
    }
    if (!profile.has(Capability.REPLACE) && led.isEmpty()) {
      throw new DrillbookException(
          FailureKind.UNSUPPORTED,
          "collection "
              + live
              + " cannot be replaced: "
              + profile.name()
              + " renames no collections, and no alias pointed to this one",
          "Restore into a new collection and point your clients to it; with an alias, in-place"
              + " leads that over.");
    }
  }

  private CollectionName newName(CollectionName liveName, boolean exists) {
    return switch (request.mode()) {
      case SCRATCH ->
          liveName.named(cut(scratchMark(run, profile) + liveName.name(), longestName()));
      case NEW -> {
        boolean elsewhere = !request.into().equals(request.target());
        yield elsewhere && !exists ? liveName : restoredName(liveName);
      }
      case IN_PLACE -> exists ? restoredName(liveName) : liveName;
    };
  }

  /** Bytes that a name may have, so that a cut over can append its word. */
  private int longestName() {
    return profile.names().longest()
        - (profile.has(Capability.REPLACE) ? Recovery.ASIDE.length() : 0);
  }

  /** Returns how the names of a drill's scratch collections begin. */
  static String scratchMark(RestoreRun run, EngineProfile profile) {
    return profile.names().scratchPrefix() + profile.names().joined(run.run() + "_");
  }

  /** Returns how the name of a collection that was restored beside a live one ends. */
  static String restoredMark(RestoreRun run, EngineProfile profile) {
    String time = BackupId.timeMark(run.startedAt());
    return profile.names().joined("_restored_" + time.substring(0, time.length() - 1));
  }

  private CollectionName restoredName(CollectionName liveName) {
    String suffix = restoredMark(run, profile);
    return liveName.named(cut(liveName.name(), longestName() - suffix.length()) + suffix);
  }

  /** Shortens a name to so many bytes; a few digits of its hash keep two such names apart. */
  private String cut(String name, int bytes) {
    if (utf8(name) <= bytes) {
      return name;
    }
    String mark =
        profile.names().joint()
            + Artifacts.sha256(name.getBytes(StandardCharsets.UTF_8)).substring(0, 6);
    int end = name.length();
    while (end > 0 && utf8(name.substring(0, end)) + mark.length() > bytes) {
      end = name.offsetByCodePoints(end, -1);
    }
    return name.substring(0, end) + mark;
  }

  private static int utf8(String name) {
    return name.getBytes(StandardCharsets.UTF_8).length;
  }

  private RestorePlan summary(BackupChooser.Chosen chosen, Probe probe) {
    List<RestorePlan.Destination> shown = new ArrayList<>();
    for (RecoveryPlan.Destination destination : destinations) {
      String replaces =
          destination.replaces().isEmpty() ? "" : destination.replaces().getFirst().path();
      shown.add(
          new RestorePlan.Destination(
              sourcePaths.get(destinations.indexOf(destination)),
              destination.schema().name().path(),
              replaces));
    }
    return new RestorePlan(
        chosen.manifest().backupId(),
        chosen.reason(),
        chosen.manifest().engine(),
        profile.name(),
        shown,
        loads.size(),
        records,
        losses.sentences(),
        changes.sentences(),
        fingerprint(chosen.manifest(), probe));
  }

  /** An instance that comes up for a run listens somewhere else each time. */
  private String place() {
    return request.site().provisioned().isEmpty()
        ? into.address().url().toString()
        : Target.PROVISIONED;
  }

  /** Equal for runs whose times can be compared: same engines, settings, machine, selection. */
  private String fingerprint(Manifest manifest, Probe probe) {
    Runtime machine = Runtime.getRuntime();
    String text =
        String.join(
            "\n",
            manifest.engine(),
            profile.name(),
            into.name(),
            place(),
            probe.version(),
            probe.details().toString(),
            request.collections().toString(),
            request.tenants().toString(),
            archive.store().location(),
            Runtime.version().toString(),
            Integer.toString(machine.availableProcessors()));
    return Artifacts.sha256(text.getBytes(StandardCharsets.UTF_8)).substring(0, 16);
  }
}
