package drillbook.target;

import drillbook.engine.EngineAddress;
import drillbook.store.StoreAddress;
import java.util.List;
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
 */
public record Target(
    String name,
    EngineAddress address,
    List<String> collections,
    List<String> tenants,
    StoreAddress store) {
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
  }
}
