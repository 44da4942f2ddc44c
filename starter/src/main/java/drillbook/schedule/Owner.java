package drillbook.schedule;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Whose schedules are. A word in a file beside the runbooks: it goes wherever the folder is copied
 * or checked out, and no two folders have the same one. Each schedule bears it.
 *
 * @param word of letters, digits, dashes and dots; an empty string before the first apply
 */
public record Owner(String word) {
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9.-]{0,64}");

  /** The file's name in the folder of the runbooks. */
  public static final String FILE = ".owner";

  /** A folder that was never applied owns nothing. */
  public static final Owner NOBODY = new Owner("");

  /** Rejects what is no word. */
  public Owner {
    if (!WORD.matcher(word).matches()) {
      throw new IllegalArgumentException(
          "an owner is at most 64 letters, digits, dashes and dots: '" + word + "'");
    }
  }

  /** Tells whether a schedule is this owner's. */
  boolean owns(LiveSchedule schedule) {
    return !word.isEmpty() && word.equals(schedule.owner());
  }

  /**
   * Returns the owner of a folder; {@link #NOBODY} where the file is missing.
   *
   * @throws DrillbookException CONFIGURATION when the file cannot be read
   */
  public static Owner of(Path folder) throws DrillbookException {
    Path file = folder.resolve(FILE);
    try {
      return new Owner(Files.readString(file).strip());
    } catch (NoSuchFileException e) {
      return NOBODY;
    } catch (IOException | IllegalArgumentException e) {
      throw refused(file, "could not be read", e);
    }
  }

  /**
   * Returns the owner of a folder, made on first use. Of two that make it at once both return the
   * same.
   *
   * @throws DrillbookException CONFIGURATION when the file cannot be read or written
   */
  public static Owner make(Path folder) throws DrillbookException {
    Owner known = of(folder);
    if (!known.word().isEmpty()) {
      return known;
    }
    Path file = folder.resolve(FILE);
    byte[] random = new byte[6];
    new SecureRandom().nextBytes(random);
    Owner made = new Owner(HexFormat.of().formatHex(random));
    try {
      Files.createDirectories(folder);
      // Whole under another name first: nobody sees half a word.
      Path fresh = Files.createTempFile(folder, FILE, ".new");
      try {
        Files.writeString(fresh, made.word() + "\n", StandardOpenOption.WRITE);
        Files.createLink(file, fresh);
      } finally {
        Files.delete(fresh);
      }
      return made;
    } catch (FileAlreadyExistsException e) {
      return of(folder);
    } catch (IOException | UnsupportedOperationException e) {
      throw refused(file, "could not be written", e);
    }
  }

  private static DrillbookException refused(Path file, String what, Exception e) {
    return new DrillbookException(
        FailureKind.CONFIGURATION,
        "the owner of the runbooks, " + file + ", " + what + ": " + e.getMessage(),
        "It is one word that marks the schedules of this folder; keep it with the runbooks.",
        e);
  }
}
