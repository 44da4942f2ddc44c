package drillbook.runbook;

import drillbook.document.Complaint;
import drillbook.document.Document;
import drillbook.document.Document.Reading;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runbooks as files of a folder: {@code <name>.yaml} each, so that no two have one name. Does no
 * I/O before it is asked.
 */
public final class RunbookFolder {
  private static final String SUFFIX = ".yaml";

  private final Path folder;

  /** Names the folder, which need not exist. */
  public RunbookFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Returns a runbook.
   *
   * @throws DrillbookException CONFIGURATION when there is none of this name, or it cannot be read
   */
  public Runbook named(String name) throws DrillbookException {
    List<String> known = names();
    if (!known.contains(name)) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          "there is no runbook '"
              + name
              + "' in "
              + folder
              + (known.isEmpty() ? ", which holds none" : ": known are " + known),
          "Write it: " + folder.resolve("<name>" + SUFFIX));
    }
    return RunbookFile.accepted(file(name), check(name));
  }

  /**
   * Returns all runbooks, in the order of their names; none where the folder does not exist.
   *
   * @throws DrillbookException CONFIGURATION with all that is wrong in any of them: a folder of
   *     which a part is readable is not read in part
   */
  public List<Runbook> all() throws DrillbookException {
    List<Runbook> runbooks = new ArrayList<>();
    List<Complaint> complaints = new ArrayList<>(passedOver());
    for (String name : names()) {
      switch (check(name)) {
        case Reading.Accepted<Runbook>(Runbook runbook) -> runbooks.add(runbook);
        case Reading.Refused<Runbook>(List<Complaint> wrong) -> complaints.addAll(wrong);
      }
    }
    if (!complaints.isEmpty()) {
      throw RunbookFile.refused(folder, complaints);
    }
    return runbooks;
  }

  /** Returns the names of the runbooks, sorted; none where the folder does not exist. */
  public List<String> names() throws DrillbookException {
    return endingWith(SUFFIX);
  }

  /** Reads the runbook of a name, or tells all that is wrong with its file. */
  public Reading<Runbook> check(String name) {
    return Document.read(file(name), root -> RunbookReader.read(root, name));
  }

  /** Returns complaints of files that look like runbooks and would be passed over. */
  public List<Complaint> passedOver() throws DrillbookException {
    return endingWith(".yml").stream()
        .map(name ->
            new Complaint(
                folder.resolve(name + ".yml").toString(),
                1,
                1,
                "document",
                "is passed over for its name",
                name + SUFFIX))
        .toList();
  }

  /** Returns where a runbook's file is, whether it exists or not. */
  public Path file(String name) {
    return folder.resolve(name + SUFFIX);
  }

  private List<String> endingWith(String suffix) throws DrillbookException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(suffix) && !name.startsWith("."))
          .map(name -> name.substring(0, name.length() - suffix.length()))
          .sorted()
          .toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          "the folder of runbooks cannot be read: " + e.getMessage(),
          "Name a folder that can be read.",
          e);
    }
  }

  /** Returns the folder's path. */
  public Path path() {
    return folder;
  }

  /** Returns the folder's path, for messages. */
  @Override
  public String toString() {
    return folder.toString();
  }
}
