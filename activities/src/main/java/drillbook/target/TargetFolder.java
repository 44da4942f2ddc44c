package drillbook.target;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/** Targets as files of a folder: {@code <name>.yaml} each. Does no I/O before it is asked. */
public final class TargetFolder implements Targets {
  private static final String SUFFIX = ".yaml";

  private final Path folder;

  /** Names the folder, which need not exist. */
  public TargetFolder(Path folder) {
    this.folder = folder;
  }

  @Override
  public Target named(String name) throws DrillbookException {
    List<String> known = names();
    if (!known.contains(name)) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          "there is no target '"
              + name
              + "' in "
              + folder
              + (known.isEmpty() ? ", which holds none" : ": known are " + known),
          "Connect it: drillbook connect " + name + " --engine ... --url ... --store ...");
    }
    Target target = TargetFile.read(file(name));
    if (!target.name().equals(name)) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          file(name) + ": key 'target' is '" + target.name() + "', expected '" + name + "'",
          "Name the file after its target.");
    }
    return target;
  }

  @Override
  public List<String> names() throws DrillbookException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(SUFFIX) && !name.startsWith("."))
          .map(name -> name.substring(0, name.length() - SUFFIX.length()))
          .sorted()
          .toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /** Returns where a target's file is, whether it exists or not. */
  public Path file(String name) {
    return folder.resolve(name + SUFFIX);
  }

  /**
   * Writes a target's file, readable by its owner only; whole or not at all.
   *
   * @param replace whether a file of this name may be overwritten
   * @throws DrillbookException CONFLICT when there is one and it may not be
   */
  public void write(Target target, boolean replace) throws DrillbookException {
    Path file = file(target.name());
    String text = TargetFile.write(target);
    try {
      Files.createDirectories(folder);
      Path draft =
          Files.createTempFile(
              folder,
              "." + target.name(),
              ".draft",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try {
        Files.writeString(draft, text);
        if (replace) {
          Files.move(
              draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } else {
          // A link appears whole and fails where the name is taken, which a move would not.
          Files.createLink(file, draft);
        }
      } finally {
        Files.deleteIfExists(draft);
      }
    } catch (FileAlreadyExistsException e) {
      throw new DrillbookException(
          FailureKind.CONFLICT,
          "target '" + target.name() + "' exists already: " + file,
          "Choose another name, or overwrite it by --replace.",
          e);
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private DrillbookException unusable(IOException e) {
    return new DrillbookException(
        FailureKind.CONFIGURATION,
        "the folder of targets cannot be used: " + e.getMessage(),
        "Set DRILLBOOK_HOME to a folder that can be read and written.",
        e);
  }
}
