package drillbook.localserver;

import java.util.List;

/** Something that a package registry offers, in one fixed version. */
public sealed interface PinnedPackage {
  /** Returns what it is called in progress lines and failures. */
  String name();

  /** Returns the version, for people and for the name of its folder. */
  String version();

  /** Returns exactly what is asked of the registry; a change of it installs anew. */
  List<String> requirements();

  /** Returns the folder's name in the cache. */
  default String folderName() {
    return name() + "-" + version();
  }

  /**
   * Python packages that share a virtual environment. Their dependencies are not installed: what is
   * needed is listed.
   *
   * @param requirements each {@code name==version}
   */
  record Python(String name, String version, List<String> requirements) implements PinnedPackage {
    /** Rejects a requirement without a fixed version. */
    public Python {
      requirements = List.copyOf(requirements);
      for (String requirement : requirements) {
        if (!requirement.contains("==")) {
          throw new IllegalArgumentException("a requirement is name==version: " + requirement);
        }
      }
    }
  }

  /**
   * A program built from a Go module. Built without symbols: these binaries are large.
   *
   * @param path the import path of its main package
   * @param version as the module proxy knows it, {@code v1.2.3}
   */
  record Go(String name, String path, String version) implements PinnedPackage {
    @Override
    public List<String> requirements() {
      return List.of(path + "@" + version);
    }
  }
}
