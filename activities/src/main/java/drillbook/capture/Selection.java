package drillbook.capture;

import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Control;
import drillbook.engine.EngineProfile;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.target.Target;
import java.util.ArrayList;
import java.util.List;

/** Which of an engine's collections and tenants a target means. */
public final class Selection {
  private Selection() {}

  /**
   * Returns the schemas of the target's collections, sorted by path, with the tenants that are
   * meant.
   *
   * @throws DrillbookException NOT_FOUND when a name of the target means nothing; UNSUPPORTED when
   *     a collection cannot be captured
   */
  public static List<CollectionSchema> schemas(
      Target target, EngineProfile profile, Control control)
      throws DrillbookException, InterruptedException {
    List<CollectionName> names = control.collections();
    requireKnown(target, names);
    List<CollectionSchema> schemas = new ArrayList<>();
    for (CollectionName name : names) {
      boolean meant =
          target.collections().isEmpty() || target.collections().stream().anyMatch(name::isMeantBy);
      if (!meant) {
        continue;
      }
      CollectionSchema schema = control.schema(name);
      List<String> tenants = tenants(target.tenants(), profile, name, schema.tenants());
      if (!tenants.isEmpty()) {
        schemas.add(withTenants(schema, tenants));
      }
    }
    if (schemas.isEmpty()) {
      throw new DrillbookException(
          FailureKind.NOT_FOUND,
          "nothing to capture in '"
              + target.name()
              + "': the engine shows "
              + names.size()
              + " collections, none of which the target means",
          "Check the target's collections and tenants, and what its credential may see.");
    }
    return schemas;
  }

  /**
   * Returns the tenants of a collection that are meant by a list of words, which is empty for all.
   * Where an engine's scope is a tenant, the word may mean that.
   */
  public static List<String> tenants(
      List<String> wanted, EngineProfile profile, CollectionName name, List<String> tenants) {
    if (wanted.isEmpty()) {
      return tenants;
    }
    int level = profile.scopeLevels().indexOf("tenant");
    if (level >= 0 && level < name.scope().size()) {
      return wanted.contains(name.scope().get(level)) ? tenants : List.of();
    }
    return tenants.stream().filter(wanted::contains).toList();
  }

  /** Returns a schema with some of its tenants. */
  public static CollectionSchema withTenants(CollectionSchema schema, List<String> tenants) {
    return new CollectionSchema(
        schema.name(),
        schema.layout(),
        schema.idType(),
        schema.indexes(),
        tenants,
        schema.aliases(),
        schema.attributes());
  }

  private static void requireKnown(Target target, List<CollectionName> names)
      throws DrillbookException {
    for (String words : target.collections()) {
      if (names.stream().noneMatch(name -> name.isMeantBy(words))) {
        throw new DrillbookException(
            FailureKind.NOT_FOUND,
            "collection '"
                + words
                + "' of target '"
                + target.name()
                + "' does not exist; the engine shows "
                + names,
            "Correct the target's collections, or remove the list to mean all of them.");
      }
    }
  }
}
