package drillbook.target;

import drillbook.disaster.Hook;
import drillbook.engine.EngineAddress;
import drillbook.store.StoreAddress;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A live engine, the collections of it that are meant, and where its backups go.
 *
 * @param name how people and workflows call it; also the folder of its backups in the store
 * @param address where the engine is
 * @param collections names or paths; empty for all
 * @param tenants tenants within them; empty for all
 * @param store where its backups lie
 * @param provisioner where its instance comes from
 * @param hooks what its owner does around a disaster drill: a program and its arguments each
 */
public record Target(
    String name,
    EngineAddress address,
    List<String> collections,
    List<String> tenants,
    StoreAddress store,
    Provisioner provisioner,
    Map<Hook, List<String>> hooks) {
  /** Begins the url of a target whose instance is brought up when it is needed. */
  public static final String PROVISIONED = "provisioned";

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

  /** Rejects a name that could not be a folder in every store. */
  public Target {
    if (!NAME.matcher(name).matches() || name.equals("_system")) {
      throw new IllegalArgumentException(
          "a target's name is lower-case letters, digits and dashes, at most 63: '" + name + "'");
    }
    Objects.requireNonNull(address, "address == null");
    Objects.requireNonNull(store, "store == null");
    collections = List.copyOf(collections);
    tenants = List.copyOf(tenants);
    Objects.requireNonNull(provisioner, "provisioner == null");
    hooks = hooks.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(hooks));
    boolean existing = provisioner instanceof Provisioner.Existing;
    if (existing == PROVISIONED.equals(address.url().getScheme())) {
      throw new IllegalArgumentException("a target has a url or a provisioner, and never both");
    }
  }

  /** Creates a target whose instance is there, and without hooks. */
  public Target(
      String name,
      EngineAddress address,
      List<String> collections,
      List<String> tenants,
      StoreAddress store) {
    this(name, address, collections, tenants, store, new Provisioner.Existing(), Map.of());
  }

  /** Returns the same target at an instance that was brought up for it. */
  public Target at(EngineAddress instance) {
    return new Target(
        name, instance, collections, tenants, store, new Provisioner.Existing(), hooks);
  }

  /** Returns the same target, of which other collections and tenants are meant. */
  public Target selecting(List<String> otherCollections, List<String> otherTenants) {
    return new Target(name, address, otherCollections, otherTenants, store, provisioner, hooks);
  }
}
