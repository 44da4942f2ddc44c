package drillbook.demo.proof;

import drillbook.archive.ArchivedBackup;
import drillbook.archive.PartId;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.format.Segment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/** A copy of a store in which one bit of one artifact is not what it was. */
public final class PlantedFault {
  private PlantedFault() {}

  /**
   * What was damaged.
   *
   * @param key the artifact's key
   * @param offset the byte's position
   * @param bytes the artifact's length
   */
  public record Damage(String key, long offset, long bytes) {}

  /**
   * Copies a store and flips a bit in the middle of the longest segment that a backup needs.
   *
   * @param store the folder of the store, which stays as it is
   * @param copy the folder of the copy
   */
  public static Damage plant(ArchivedBackup backup, Path store, Path copy)
      throws DrillbookException, InterruptedException {
    Segment victim = longest(backup);
    try {
      copy(store, copy);
      Path file = copy.resolve(victim.key());
      long offset = victim.bytes() / 2;
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        ByteBuffer one = ByteBuffer.allocate(1);
        channel.read(one, offset);
        one.put(0, (byte) (one.get(0) ^ 1)).rewind();
        channel.write(one, offset);
      }
      return new Damage(victim.key(), offset, victim.bytes());
    } catch (IOException | UncheckedIOException e) {
      throw new DrillbookException(
          FailureKind.EXHAUSTED,
          "the store could not be copied to " + copy + ": " + e.getMessage(),
          "",
          e);
    }
  }

  private static Segment longest(ArchivedBackup backup)
      throws DrillbookException, InterruptedException {
    Segment longest = null;
    for (PartId part : backup.parts().keySet()) {
      for (long number : backup.liveRows(part).keySet()) {
        Segment segment = backup.segment(part, number);
        if (longest == null || segment.bytes() > longest.bytes()) {
          longest = segment;
        }
      }
    }
    if (longest == null) {
      throw new IllegalStateException("a backup without segments");
    }
    return longest;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path copied = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copied);
        } else {
          Files.copy(file, copied);
        }
      }
    }
  }
}
